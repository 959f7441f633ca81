"""A thousand patients created in parallel."""

import pytest

from burst import Burst, assert_one_of_everything


@pytest.mark.parametrize("kind", ["all-in-one", "five-processes"])
def test_a_thousand_patients_are_created_over_sixteen_connections(deployments, kind):
    system = deployments.create(kind).start().settle()
    burst = Burst(system, 1000)
    patients = burst.finish()
    assert burst.repeats == 0
    assert len(set(patients)) == 1000
    assert_one_of_everything(system, patients)
