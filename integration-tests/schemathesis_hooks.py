"""Hooks for Schemathesis, which loads them in its own environment. pytest does not load them.

PMS_TOKEN is the access token of an administrator. PMS_USERS are the ids of users that the run
itself needs. PMS_LOGIN is the URL to log in at; PMS_EMAIL and PMS_PASSWORD belong to a user whose
sessions may end.
"""

import datetime
import os

import requests
import schemathesis
from hypothesis import strategies as st

TOKEN = os.environ["PMS_TOKEN"]
USERS = os.environ["PMS_USERS"].split(",")

# A date of birth is between 1850 and today. OpenAPI cannot express `today`.
schemathesis.openapi.format(
    "date", st.dates(min_value=datetime.date(1850, 1, 1), max_value=datetime.date(2025, 12, 31)).map(str)
)


@schemathesis.auth(refresh_interval=None)
class Tokens:
    """Logging out ends the session of the token, so each logout gets a new token."""

    def get(self, case, context):
        if context.operation.definition.raw.get("operationId") != "logout":
            return TOKEN
        credentials = {"email": os.environ["PMS_EMAIL"], "password": os.environ["PMS_PASSWORD"]}
        return requests.post(os.environ["PMS_LOGIN"], json=credentials, timeout=10).json()["token"]

    def set(self, case, token, context):
        case.headers["Authorization"] = f"Bearer {token}"


@schemathesis.hook
def filter_case(context, case):
    """Leaves out cases that change or remove the users of the run, and the If-Match value 0.

    Schemathesis considers the number 0 a valid text for If-Match, which it is not.
    """
    if (case.headers or {}).get("If-Match") == "0":
        return False
    return (case.path_parameters or {}).get("id") not in USERS
