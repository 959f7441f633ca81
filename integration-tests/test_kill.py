"""kill -9 under load: no acknowledged patient is lost and none is processed twice."""

import random

import pytest

from burst import Burst, assert_one_of_everything


def create_through_a_kill(system, victim):
    """Creates 100 patients while one process is killed at a random point and restarted."""
    burst = Burst(system, 100)
    burst.wait_for(random.randrange(5, 80))
    system.kill(victim)
    system.restart(victim)
    return burst.finish()


@pytest.mark.timeout(240)
def test_nothing_is_lost_when_the_whole_system_is_killed_twenty_times(deployments):
    system = deployments.create("all-in-one").start().settle()
    patients = [patient for _ in range(20) for patient in create_through_a_kill(system, "pms")]
    assert_one_of_everything(system, patients)


@pytest.mark.timeout(240)
def test_nothing_is_lost_when_each_of_five_processes_is_killed(deployments):
    system = deployments.create("five-processes").start().settle()
    victims = ["patient", "billing", "analytics", "gateway", "auth"]
    patients = [patient for victim in victims for patient in create_through_a_kill(system, victim)]
    assert_one_of_everything(system, patients)


def test_nothing_is_lost_when_the_system_is_stopped_under_load(deployments):
    system = deployments.create("all-in-one").start().settle()
    burst = Burst(system, 200)
    burst.wait_for(50)
    code, _ = system.end("pms")
    assert code == 0
    system.restart("pms")
    assert_one_of_everything(system, burst.finish())
