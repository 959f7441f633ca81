"""Access tokens that an attacker could build, and every place that accepts access tokens."""

import base64
import json

import grpc
import httpx
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

import rpc

GRPC = "billing gRPC"
PLACES = {
    "gateway to auth": ("gateway", "/auth/validate"),
    "gateway to patients": ("gateway", "/api/patients"),
    "gateway to billing": ("gateway", "/api/billing/accounts?patientId=nobody"),
    "gateway to analytics": ("gateway", "/api/analytics/summary"),
    "auth": ("auth", "/validate"),
    "patient": ("patient", "/patients"),
    "billing": ("billing", "/accounts?patientId=nobody"),
    "analytics": ("analytics", "/summary"),
    GRPC: None,
}


def answer_at(system, place, token):
    """Returns the status of one request with this token: 200, or 401 if the token is rejected."""
    if place == GRPC:
        try:
            rpc.call(system.grpc_address, "/billing.v1.BillingService/ListBillingAccounts", token, page_size=1)
            return 200
        except grpc.RpcError as error:
            return 401 if error.code() == grpc.StatusCode.UNAUTHENTICATED else error.code()
    service, path = PLACES[place]
    headers = {"Authorization": f"Bearer {token}"}
    # Without verify=False httpx reads all CA certificates, which takes longer than the request.
    return httpx.get(system.url(service) + path, headers=headers, timeout=10, verify=False).status_code


def encode(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def parts(token):
    """Returns header and claims without verifying the signature."""
    head, claims, _ = token.split(".")
    return json.loads(decode(head)), json.loads(decode(claims))


def stored_signing_key(system):
    """Reads the current signing key from the database of auth-service."""
    with system.database("auth") as database:
        [[pem]] = database.execute("SELECT material FROM signing_key ORDER BY generation DESC LIMIT 1")
    return serialization.load_pem_private_key(pem, password=None)


def signing_input(head, claims):
    """Encodes header and claims. Each may be an object or a text that is used unchanged."""
    as_text = lambda value: value if isinstance(value, str) else json.dumps(value)
    return f"{encode(as_text(head).encode())}.{encode(as_text(claims).encode())}"


def signature_der(text, key):
    return key.sign(text.encode(), ec.ECDSA(hashes.SHA256()))


def signature(text, key):
    """Returns the signature in the format of RFC 7518 section 3.4: R followed by S."""
    r, s = decode_dss_signature(signature_der(text, key))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def signed(head, claims, key):
    text = signing_input(head, claims)
    return f"{text}.{encode(signature(text, key))}"
