"""kill -9 in the middle of the work: nothing acknowledged is lost, nothing happens twice."""

import random

import pytest

from burst import Burst, assert_one_of_everything


def create_through_a_kill(system, victim):
    """Creates 100 patients while one process is killed somewhere in the middle and started again."""
    burst = Burst(system, 100)
    burst.wait_for(random.randrange(5, 80))
    system.kill(victim)
    system.restart(victim)
    return burst.finish()


@pytest.mark.timeout(240)
def test_twenty_kills_of_the_whole_system(deployments):
    system = deployments.make("all-in-one").start().settle()
    patients = [patient for _ in range(20) for patient in create_through_a_kill(system, "pms")]
    assert_one_of_everything(system, patients)


@pytest.mark.timeout(240)
def test_kills_of_one_process_among_five(deployments):
    system = deployments.make("five-processes").start().settle()
    victims = ["patient", "billing", "analytics", "gateway", "auth"]
    patients = [patient for victim in victims for patient in create_through_a_kill(system, victim)]
    assert_one_of_everything(system, patients)


def test_an_ordinary_end_in_the_middle_of_the_work(deployments):
    system = deployments.make("all-in-one").start().settle()
    burst = Burst(system, 200)
    burst.wait_for(50)
    code, _ = system.end("pms")
    assert code == 0
    system.restart("pms")
    assert_one_of_everything(system, burst.finish())
