"""User accounts through the gateway: administration, and changes of the own password."""

import uuid

import httpx
import pytest

from deployment import PASSWORD
from problems import assert_problem


def new_user(**fields):
    return {"email": f"user-{uuid.uuid4().hex}@clinic.example", "password": PASSWORD, "roles": ["CLINICIAN"]} | fields


def create(admin, **fields):
    answer = admin.post("/auth/users", json=new_user(**fields))
    assert answer.status_code == 201, answer.text
    return answer.json()


def log_in(system, email, password=PASSWORD):
    return httpx.post(system.url() + "/auth/login", json={"email": email, "password": password}, timeout=10)


def session_of(system, email):
    answer = log_in(system, email)
    assert answer.status_code == 200, answer.text
    headers = {"Authorization": f"Bearer {answer.json()['token']}"}
    return httpx.Client(base_url=system.url(), headers=headers, timeout=20)


def test_a_created_user_can_be_read_and_logs_in(system, admin):
    answer = admin.post("/auth/users", json=new_user(roles=["BILLING", "CLINICIAN"]))
    assert answer.status_code == 201, answer.text
    user = answer.json()
    assert user.keys() == {"id", "email", "roles", "enabled", "createdAt"}
    assert (sorted(user["roles"]), user["enabled"]) == (["BILLING", "CLINICIAN"], True)
    assert answer.headers["location"] == f"users/{user['id']}"
    assert answer.headers["cache-control"] == "no-store"
    assert admin.get(f"/auth/users/{user['id']}").json() == user
    with session_of(system, user["email"]) as session:
        assert session.get("/auth/me").json() == user


def test_an_email_in_another_case_belongs_to_the_same_user(admin):
    email = create(admin)["email"]
    assert_problem(admin.post("/auth/users", json=new_user(email=email.upper())), 409, "email")


@pytest.mark.parametrize(
    "fields, field",
    [
        ({"email": "nobody"}, "email"),
        ({"email": None}, "email"),
        ({"password": "short"}, "password"),
        ({"password": "password1234"}, "password"),
        ({"roles": []}, "roles"),
        ({"roles": ["KING"]}, "roles"),
        ({"roles": None}, "roles"),
        ({"name": "Ada"}, "name"),
    ],
)
def test_an_invalid_field_of_a_new_user_is_named(admin, fields, field):
    assert_problem(admin.post("/auth/users", json=new_user(**fields)), 400, field)


def test_the_list_is_sorted_by_email_and_paged(admin):
    for _ in range(3):
        create(admin)
    whole, page = [], 1
    while True:
        body = admin.get("/auth/users", params={"size": 2, "page": page}).json()
        assert body.keys() == {"users", "page", "size", "totalPages", "totalElements"}
        assert (body["page"], body["size"], len(body["users"]) <= 2) == (page, 2, True)
        whole += body["users"]
        if page >= body["totalPages"]:
            break
        page += 1
    assert len(whole) == body["totalElements"] == len({user["id"] for user in whole})
    assert [user["email"] for user in whole] == sorted(user["email"] for user in whole)


@pytest.mark.parametrize(
    "query, field", [("page=0", "page"), ("size=101", "size"), ("size=x", "size"), ("sort=asc", "sort")]
)
def test_an_invalid_page_is_rejected(admin, query, field):
    assert_problem(admin.get(f"/auth/users?{query}"), 400, field)


def test_a_merge_patch_changes_a_user(admin):
    user = create(admin)
    answer = admin.patch(f"/auth/users/{user['id']}", json={"roles": ["ANALYST"], "enabled": False})
    assert answer.status_code == 200, answer.text
    assert answer.json() == user | {"roles": ["ANALYST"], "enabled": False}
    assert admin.get(f"/auth/users/{user['id']}").json() == answer.json()
    assert_problem(admin.patch(f"/auth/users/{user['id']}", json={"roles": None}), 400, "roles")
    assert_problem(admin.patch(f"/auth/users/{uuid.uuid4()}", json={"enabled": True}), 404)


def test_a_deleted_user_no_longer_exists(system, admin):
    user = create(admin)
    assert admin.delete(f"/auth/users/{user['id']}").status_code == 204
    assert_problem(admin.get(f"/auth/users/{user['id']}"), 404)
    assert_problem(admin.delete(f"/auth/users/{user['id']}"), 404)
    assert_problem(log_in(system, user["email"]), 401)


@pytest.mark.xdist_group("all-in-one")
def test_the_last_administrator_cannot_be_removed(deployments):
    system = deployments.create("all-in-one").start()
    with system.client() as admin:
        me = f"/auth/users/{admin.get('/auth/me').json()['id']}"
        assert_problem(admin.patch(me, json={"enabled": False}), 409)
        assert_problem(admin.patch(me, json={"roles": ["AUDITOR"]}), 409)
        assert_problem(admin.delete(me), 409)
        rejected = system.pms("user", "disable", "--email", "admin@clinic.example")
        assert (rejected.returncode, len(rejected.stderr.splitlines())) == (1, 1)
        assert "ADMIN" in rejected.stderr
        create(admin, roles=["ADMIN"])
        assert admin.delete(me).status_code == 204


def test_users_can_change_their_own_password(system, admin):
    email, password = create(admin)["email"], "five other clinic words"
    with session_of(system, email) as session:
        change = lambda **fields: session.put(
            "/auth/me/password", json={"currentPassword": PASSWORD, "newPassword": password} | fields
        )
        assert_problem(change(currentPassword="not this one"), 400, "currentPassword")
        assert "12" in str(assert_problem(change(newPassword="short"), 400, "newPassword"))
        assert_problem(change(newPassword=PASSWORD), 400, "newPassword")
        assert change().status_code == 204
        assert session.get("/auth/me").status_code == 200
    assert_problem(log_in(system, email), 401)
    assert log_in(system, email, password).status_code == 200


@pytest.mark.parametrize("known", [True, False])
def test_password_guessing_is_throttled(system, admin, known):
    email = create(admin)["email"] if known else new_user()["email"]
    for _ in range(5):
        assert_problem(log_in(system, email, "a wrong password"), 401)
    answer = log_in(system, email)
    problem = assert_problem(answer, 429)
    assert 1 <= int(answer.headers["retry-after"]) <= 30
    assert email not in str(problem)
