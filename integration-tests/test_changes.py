"""Changing and deleting patients through the gateway, and the effects on the other services."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from patients import create, new_patient
from problems import assert_problem
from waiting import wait_until


def path_of(patient):
    return f"/api/patients/{patient['id']}"


def account_of(client, patient, **expected):
    """Waits until the patient's only account has these values, and returns it."""

    def current():
        accounts = client.get("/api/billing/accounts", params={"patientId": patient["id"]}).json()["accounts"]
        assert len(accounts) <= 1, accounts
        return accounts[0] if accounts and expected.items() <= accounts[0].items() else None

    return wait_until(current, f"the account has {expected}")


def test_put_replaces_a_patient_and_accepts_what_get_returned(admin):
    patient = create(admin)
    read = admin.get(path_of(patient)).json()
    answer = admin.put(path_of(patient), json=read | {"name": "Zoë King", "address": "2 Low Street"})
    assert answer.status_code == 200, answer.text
    assert answer.headers["etag"] == '"2"'
    assert answer.headers["cache-control"] == "no-store"
    changed = answer.json()
    assert changed == read | {
        "name": "Zoë King",
        "address": "2 Low Street",
        "version": 2,
        "updatedAt": changed["updatedAt"],
    }
    assert admin.get(path_of(patient)).json() == changed


def test_put_accepts_what_post_returned(admin):
    patient = create(admin)
    assert "billingAccount" in patient
    answer = admin.put(path_of(patient), json=patient)
    assert answer.status_code == 200, answer.text
    changed = answer.json()
    del patient["billingAccount"]
    assert changed == patient | {"version": 2, "updatedAt": changed["updatedAt"]}


def test_put_keeps_the_registered_date_unless_given(admin):
    patient = create(admin, registeredDate="2019-02-28")
    body = new_patient(email=patient["email"])
    assert admin.put(path_of(patient), json=body).json()["registeredDate"] == "2019-02-28"
    body["registeredDate"] = "2020-01-01"
    assert admin.put(path_of(patient), json=body).json()["registeredDate"] == "2020-01-01"


@pytest.mark.parametrize("content_type", ["application/merge-patch+json", "application/json"])
def test_patch_changes_only_the_fields_it_contains(admin, content_type):
    patient = create(admin)
    answer = admin.patch(path_of(patient), content='{"name":"Zoë"}', headers={"Content-Type": content_type})
    assert answer.status_code == 200, answer.text
    assert answer.headers["etag"] == '"2"'
    changed = answer.json()
    assert (changed["name"], changed["email"], changed["version"]) == ("Zoë", patient["email"], 2)


def test_invalid_changes_are_rejected_naming_the_field(admin):
    patient = create(admin)
    path = path_of(patient)
    assert_problem(admin.put(path, json={"name": "Zoë"}), 400, "email")
    assert_problem(admin.patch(path, json={"name": None}), 400, "name")
    assert_problem(admin.patch(path, json={"nickname": "Zoë"}), 400, "nickname")
    assert_problem(admin.patch(path, json={}, headers={"If-Match": "1"}), 400, "If-Match")
    assert_problem(admin.delete(path, headers={"If-Match": "1"}), 400, "If-Match")
    assert_problem(admin.put(path, content="name=Zoë", headers={"Content-Type": "text/plain"}), 415)
    assert_problem(admin.patch(path, content="[]", headers={"Content-Type": "application/json-patch+json"}), 415)
    assert_problem(admin.patch("/api/patients/1", json={}), 400, "id")
    assert admin.get(path).headers["etag"] == '"1"'


def test_the_email_of_another_patient_is_rejected(admin):
    ada, eve = create(admin), create(admin)
    assert_problem(admin.patch(path_of(eve), json={"email": ada["email"].upper()}), 409, "email")


def test_a_rename_reaches_the_billing_account(admin):
    patient = create(admin)
    email = new_patient()["email"]
    assert admin.patch(path_of(patient), json={"name": "Ada King", "email": email}).status_code == 200
    account = account_of(admin, patient, name="Ada King", email=email)
    assert account["id"] == patient["billingAccount"]["id"]
    assert account["status"] == "ACTIVE"


def test_renames_by_patch_and_put_reach_the_billing_account_in_order(admin):
    patient = create(admin)
    for number in range(20):
        assert admin.patch(path_of(patient), json={"name": f"Ada {number}"}).status_code == 200
    assert admin.put(path_of(patient), json=patient | {"name": "Ada Last"}).status_code == 200
    account = account_of(admin, patient, name="Ada Last")
    assert admin.delete(path_of(patient)).status_code == 204
    closed = account_of(admin, patient, status="CLOSED")
    assert (closed["id"], closed["name"]) == (account["id"], "Ada Last")


def test_a_deleted_patient_is_gone_and_its_account_closed(admin):
    patient = create(admin)
    answer = admin.delete(path_of(patient))
    assert (answer.status_code, answer.content) == (204, b"")
    assert_problem(admin.get(path_of(patient)), 404)
    assert_problem(admin.put(path_of(patient), json=new_patient()), 404)
    assert_problem(admin.patch(path_of(patient), json={}), 404)
    assert_problem(admin.delete(path_of(patient)), 404)
    assert account_of(admin, patient, status="CLOSED")["id"] == patient["billingAccount"]["id"]


def test_the_email_of_a_deleted_patient_is_free_again(admin):
    patient = create(admin)
    assert_problem(admin.post("/api/patients", json=new_patient(email=patient["email"])), 409, "email")
    assert admin.delete(path_of(patient)).status_code == 204
    successor = create(admin, email=patient["email"])
    assert successor["id"] != patient["id"]
    assert account_of(admin, successor, status="ACTIVE")["id"] != patient["billingAccount"]["id"]


def test_one_of_two_concurrent_writers_with_if_match_is_rejected(admin):
    patient = create(admin)
    known = {"If-Match": admin.get(path_of(patient)).headers["etag"]}
    with ThreadPoolExecutor(2) as writers:
        bodies = [new_patient(email=patient["email"], name=name) for name in ("First", "Second")]
        answers = list(writers.map(lambda body: admin.put(path_of(patient), json=body, headers=known), bodies))
    assert sorted(answer.status_code for answer in answers) == [200, 412]
    [won], [lost] = ([a for a in answers if a.status_code == status] for status in (200, 412))
    assert_problem(lost, 412)
    assert admin.get(path_of(patient)).json() == won.json()
    assert_problem(admin.delete(path_of(patient), headers=known), 412)
    assert admin.delete(path_of(patient), headers={"If-Match": '"1", "2"'}).status_code == 204


def test_parallel_patches_all_succeed_and_skip_no_version(system, admin):
    patient = create(admin)
    with ThreadPoolExecutor(16) as writers:
        patch = lambda number: admin.patch(path_of(patient), json={"address": f"{number} High Street"})
        answers = list(writers.map(patch, range(1000)))
    assert {answer.status_code for answer in answers} == {200}
    assert sorted(answer.json()["version"] for answer in answers) == list(range(2, 1002))
    assert admin.get(path_of(patient)).headers["etag"] == '"1001"'
    mine = lambda: [event for event in system.read_topic() if event["key"] == patient["id"]]
    wait_until(lambda: len(mine()) >= 1001, "an event for each version", seconds=30)
    events = mine()
    assert [event["headers"]["ce_type"] for event in events] == ["PATIENT_CREATED"] + ["PATIENT_UPDATED"] * 1000
    assert [int(event["event"]["version"]) for event in events] == list(range(1, 1002))
    with closing(sqlite3.connect(f"file:{system.data}/patient.db?mode=ro", uri=True)) as database:
        query = "SELECT version FROM patient_history WHERE patient_id = ? ORDER BY version"
        assert [version for (version,) in database.execute(query, [patient["id"]])] == list(range(1, 1002))


@pytest.mark.parametrize("role", ["CLINICIAN", "RECEPTIONIST", "AUDITOR"])
def test_only_permitted_roles_may_change_a_patient(system, admin, role):
    patient = create(admin)
    with system.client(role) as client:
        may_write = role != "AUDITOR"
        assert client.patch(path_of(patient), json={}).status_code == (200 if may_write else 403)
        assert client.put(path_of(patient), json=new_patient()).status_code == (200 if may_write else 403)
        assert_problem(client.delete(path_of(patient)), 403)
