"""While auth-service is down, clients with a token can continue to work."""

import httpx

from problems import assert_problem
from tokens import PLACES, answer_at
from waiting import wait_until

LOGIN = {"email": "admin@clinic.example", "password": "four unlikely clinic words"}
ELSEWHERE = [place for place in PLACES if place not in ("auth", "gateway to auth")]


def log_in(system):
    return httpx.post(system.url() + "/auth/login", json=LOGIN, timeout=20)


def test_tokens_stay_valid_and_logins_return_503_while_auth_is_down(deployments):
    system = deployments.create("five-processes").start().settle()
    token = system.token()
    system.kill("auth")
    for _ in range(3):
        assert {place: answer_at(system, place, token) for place in ELSEWHERE} == dict.fromkeys(ELSEWHERE, 200)
        answer = log_in(system)
        assert_problem(answer, 503)
        assert int(answer.headers["retry-after"]) >= 1
    system.restart("auth")
    wait_until(lambda: log_in(system).status_code == 200, "logins work again")
    assert answer_at(system, "gateway to patients", token) == 200


def test_a_service_returns_503_until_it_has_fetched_the_keys(deployments):
    system = deployments.create("five-processes").start().settle()
    token = system.token()
    system.kill("auth")
    system.end("patient")
    system.restart("patient")
    assert answer_at(system, "patient", token) == 503
    system.restart("auth")
    wait_until(lambda: answer_at(system, "patient", token) == 200, "the keys have arrived")
