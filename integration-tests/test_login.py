"""Login, token validation and the published keys, through the gateway."""

import time

import jwt
import pytest

from deployment import PASSWORD
from problems import assert_problem

EMAIL = "login@clinic.example"


@pytest.fixture(scope="module")
def user(system):
    system.create_user(EMAIL, "CLINICIAN", "BILLING")
    return EMAIL


@pytest.fixture
def anonymous(system):
    with system.anonymous() as client:
        yield client


@pytest.fixture(scope="module")
def keys(system):
    with system.anonymous() as client:
        answer = client.get("/auth/.well-known/jwks.json")
    assert answer.status_code == 200
    return answer.json()["keys"]


def log_in(client, password=PASSWORD, email=EMAIL):
    return client.post("/auth/login", json={"email": email, "password": password})


def test_login_returns_an_access_and_a_refresh_token(anonymous, user):
    answer = log_in(anonymous)
    assert answer.status_code == 200
    assert answer.headers["content-type"].split(";")[0] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    body = answer.json()
    assert body.keys() == {"token", "refreshToken", "tokenType", "expiresIn"}
    assert body["tokenType"] == "Bearer"
    assert body["expiresIn"] == 15 * 60
    assert len(body["refreshToken"]) >= 43  # 256 bits in base64url


def test_the_email_of_a_login_is_case_insensitive(anonymous, user):
    assert log_in(anonymous, email=EMAIL.upper()).status_code == 200


def test_the_access_token_has_the_documented_claims(anonymous, user, keys):
    token = log_in(anonymous).json()["token"]
    head = jwt.get_unverified_header(token)
    assert head["typ"] == "at+jwt"
    assert head["alg"] == "ES256"
    [key] = [key for key in keys if key["kid"] == head["kid"]]
    claims = jwt.decode(token, jwt.PyJWK(key).key, algorithms=["ES256"], audience="pms", issuer="pms")
    assert {"iss", "aud", "sub", "sid", "jti", "iat", "exp", "email", "roles"} <= claims.keys()
    assert claims["exp"] - claims["iat"] == 15 * 60
    assert abs(claims["iat"] - time.time()) < 30
    assert claims["email"] == EMAIL
    assert sorted(claims["roles"]) == ["BILLING", "CLINICIAN"]


def test_the_published_keys_contain_no_private_key(keys):
    assert keys
    for key in keys:
        assert (key["kty"], key["crv"]) == ("EC", "P-256")
        assert "d" not in key


def test_validate_returns_the_user_of_the_token(anonymous, user):
    token = log_in(anonymous).json()["token"]
    answer = anonymous.get("/auth/validate", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200
    body = answer.json()
    assert body.keys() == {"sub", "email", "roles", "exp"}
    assert body["email"] == EMAIL
    assert sorted(body["roles"]) == ["BILLING", "CLINICIAN"]


def test_a_wrong_password_and_an_unknown_user_get_the_same_response(anonymous, user):
    wrong = assert_problem(log_in(anonymous, password="not the password"), 401)
    unknown = assert_problem(log_in(anonymous, email="nobody@clinic.example"), 401)
    assert wrong["detail"] == unknown["detail"]


@pytest.mark.parametrize(
    "body, field",
    [
        ({"password": "x"}, "email"),
        ({"email": EMAIL}, "password"),
        ({"email": 7, "password": "x"}, "email"),
        ({"email": EMAIL, "password": None}, "password"),
        ({"email": EMAIL, "password": ["x"]}, "password"),
        ({"email": EMAIL, "password": "x", "remember": True}, "remember"),
    ],
)
def test_an_invalid_field_of_a_login_is_named(anonymous, body, field):
    assert_problem(anonymous.post("/auth/login", json=body), 400, field)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'"text"', b"null", b'{"email":"a@b.c","password":"\xff"}'])
def test_a_login_that_is_not_a_json_object_is_rejected(anonymous, content):
    answer = anonymous.post("/auth/login", content=content, headers={"Content-Type": "application/json"})
    assert_problem(answer, 400)


def test_a_login_sent_as_a_form_is_rejected(anonymous):
    assert_problem(anonymous.post("/auth/login", data={"email": EMAIL, "password": PASSWORD}), 415)


def test_a_login_that_is_too_large_is_rejected(anonymous):
    answer = anonymous.post("/auth/login", json={"email": "x" * 20_000, "password": "x"})
    assert_problem(answer, 413)
    assert answer.json()["instance"] == "/auth/login"
