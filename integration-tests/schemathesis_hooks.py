"""What Schemathesis is told beside the documents. Loaded by it, in its own environment, not by pytest.

PMS_TOKEN: an administrator's access token. PMS_USERS: ids of the users that the run itself needs.
PMS_LOGIN: the URL to log in at; PMS_EMAIL, PMS_PASSWORD: of a user for sessions that may end.
"""

import datetime
import os

import requests
import schemathesis
from hypothesis import strategies as st

TOKEN = os.environ["PMS_TOKEN"]
USERS = os.environ["PMS_USERS"].split(",")

# Dates of birth are from 1850 to today, and no document can say `today`.
schemathesis.openapi.format(
    "date", st.dates(min_value=datetime.date(1850, 1, 1), max_value=datetime.date(2025, 12, 31)).map(str)
)


@schemathesis.auth(refresh_interval=None)
class Tokens:
    """Logging out ends the session of the token, so that it gets one of its own each time."""

    def get(self, case, context):
        if context.operation.definition.raw.get("operationId") != "logout":
            return TOKEN
        credentials = {"email": os.environ["PMS_EMAIL"], "password": os.environ["PMS_PASSWORD"]}
        return requests.post(os.environ["PMS_LOGIN"], json=credentials, timeout=10).json()["token"]

    def set(self, case, token, context):
        case.headers["Authorization"] = f"Bearer {token}"


@schemathesis.hook
def filter_case(context, case):
    """The users of the run must not be changed or removed: nobody would be left to go on. And Schemathesis takes the
    number 0, written into a header field, for a text that If-Match allows."""
    if (case.headers or {}).get("If-Match") == "0":
        return False
    return (case.path_parameters or {}).get("id") not in USERS
