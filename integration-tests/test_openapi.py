"""The OpenAPI documents are served, shown by Swagger UI, and describe what the services do."""

import functools
import gzip
import re
import subprocess
from html.parser import HTMLParser

import httpx
import pytest

from deployment import PASSWORD, REPOSITORY, environment
from problems import assert_problem

# For each document: the service that serves it, and the path of its API at the gateway.
DOCUMENTS = {
    "auth": ("auth", "/auth"),
    "patients": ("patient", "/api"),
    "billing": ("billing", "/api/billing"),
    "analytics": ("analytics", "/api/analytics"),
}
SCHEMATHESIS = REPOSITORY / "build/schemathesis/bin/schemathesis"
HERE = REPOSITORY / "integration-tests"


# Serving the documents


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_service_serves_its_document_without_a_token(system, name):
    service, _ = DOCUMENTS[name]
    with system.anonymous(service=service) as client:
        answer = client.get("/v3/api-docs")
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "application/json"
        document = answer.json()
        assert document["openapi"].startswith("3.")
        assert document["servers"] == [{"url": "/"}]
        again = client.get("/v3/api-docs", headers={"If-None-Match": answer.headers["etag"]})
        assert again.status_code == 304


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_gateway_serves_each_document_with_its_own_server_url(system, name):
    service, prefix = DOCUMENTS[name]
    with system.anonymous() as gateway, system.anonymous(service=service) as client:
        answer = gateway.get(f"/api-docs/{name}", headers={"X-Forwarded-Prefix": "/elsewhere"})
        assert answer.status_code == 200
        document = answer.json()
        assert document["servers"] == [{"url": prefix}]
        assert document == client.get("/v3/api-docs").json() | {"servers": [{"url": prefix}]}
        again = gateway.get(f"/api-docs/{name}", headers={"If-None-Match": answer.headers["etag"]})
        assert again.status_code == 304


# Swagger UI


class Loads(HTMLParser):
    """Collects the addresses that a page loads."""

    def __init__(self, text):
        super().__init__()
        self.addresses = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.addresses += [value for name, value in attributes if name in ("src", "href")]


TYPES = {"js": "text/javascript", "css": "text/css", "png": "image/png"}


@pytest.mark.parametrize("service", ["gateway", "auth", "patient", "billing", "analytics"])
def test_swagger_ui_loads_everything_from_its_own_folder(system, service):
    with system.anonymous(service=service) as client:
        page = client.get("/swagger-ui/index.html")
        assert page.status_code == 200, page.text  # 404: ./dev could not fetch Swagger UI
        assert page.headers["content-type"].startswith("text/html")
        policy = dict(part.strip().split(" ", 1) for part in page.headers["content-security-policy"].split(";"))
        assert policy["default-src"] == "'none'" and policy["script-src"] == "'self'", policy
        assert not re.search("https?:|unsafe", page.headers["content-security-policy"])
        addresses = Loads(page.text).addresses
        assert len(addresses) >= 5, page.text
        for address in addresses:
            assert re.fullmatch(r"[\w.-]+", address), f"outside of this folder: {address}"
            asset = client.get(f"/swagger-ui/{address}")
            assert asset.status_code == 200, address
            assert asset.headers["content-type"].split(";")[0] == TYPES[address.rsplit(".")[-1]], address
            assert asset.headers["x-content-type-options"] == "nosniff"
            assert asset.content, address
        assert "https://" not in client.get("/swagger-ui/setup.js").text


def test_swagger_ui_is_compressed_for_clients_that_accept_it(system):
    with httpx.Client(base_url=system.url(), timeout=20) as client:
        with client.stream("GET", "/swagger-ui/swagger-ui-bundle.js", headers={"Accept-Encoding": "gzip"}) as answer:
            assert answer.headers["content-encoding"] == "gzip"
            packed = b"".join(answer.iter_raw())
        plain = client.get("/swagger-ui/swagger-ui-bundle.js", headers={"Accept-Encoding": "identity"})
        assert "content-encoding" not in plain.headers
        assert gzip.decompress(packed) == plain.content
        assert len(packed) < len(plain.content) / 2


@pytest.mark.parametrize("service", ["gateway", "patient"])
@pytest.mark.parametrize("path", ["/swagger-ui", "/swagger-ui/"])
def test_the_swagger_ui_folder_leads_to_its_page(system, service, path):
    with system.anonymous(service=service) as client:
        answer = client.get(path, follow_redirects=True)
        assert answer.status_code == 200, answer.text
        assert answer.url.path == "/swagger-ui/index.html"
        assert_problem(client.get("/swagger-ui/nothing.js"), 404)


def test_swagger_ui_of_the_gateway_shows_every_document(system):
    with system.anonymous() as client:
        listed = client.get("/swagger-ui/documents.json").json()
        assert [document["name"] for document in listed] == list(DOCUMENTS)
        for document in listed:
            assert client.get("/swagger-ui/" + document["url"]).json()["openapi"]


def test_swagger_ui_of_a_service_shows_its_own_document(system):
    with system.anonymous(service="billing") as client:
        [document] = client.get("/swagger-ui/documents.json").json()
        url = httpx.URL(system.url("billing") + "/swagger-ui/").join(document["url"])
        assert url.path == "/v3/api-docs"


# Conformance: for any request, a service responds in the way its document describes


@pytest.fixture(scope="module")
def system_under_fuzzing(module_deployments):
    """A system for these tests only, since Schemathesis leaves arbitrary data in it."""

    return functools.cache(lambda kind: module_deployments.create(kind).start().settle())


def fuzzed(kind, way, *options):
    return pytest.param(kind, way, options, marks=pytest.mark.xdist_group(kind), id=f"{kind}-{way}")


# Both kinds run the same services, so one is tested thoroughly and the others briefly.
@pytest.mark.parametrize(
    "kind, way, options",
    [
        fuzzed("all-in-one", "service", "--max-examples=6"),
        fuzzed("all-in-one", "gateway", "--max-examples=3", "--phases=examples,fuzzing,stateful"),
        fuzzed("five-processes", "gateway", "--max-examples=3", "--phases=examples,fuzzing,stateful"),
    ],
)
@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_service_conforms_to_its_document(system_under_fuzzing, name, kind, way, options):
    system = system_under_fuzzing(kind)
    service, prefix = DOCUMENTS[name]
    url = system.url() + prefix if way == "gateway" else system.url(service)
    document = system.url() + f"/api-docs/{name}" if way == "gateway" else system.url(service) + "/v3/api-docs"
    ran = subprocess.run(
        [
            SCHEMATHESIS,
            f"--config-file={HERE}/schemathesis.toml",
            "run",
            document,
            f"--url={url}",
            "--checks=all",
            *options,
        ],
        cwd=system.folder,
        env=environment(
            PYTHONPATH=str(HERE),
            PMS_TOKEN=system.token(),
            PMS_USERS=f"{user_id(system, 'ADMIN')},{user_id(system, 'ANALYST')}",
            PMS_LOGIN=system.url("auth") + "/login",
            PMS_EMAIL="analyst@clinic.example",
            PMS_PASSWORD=PASSWORD,
            NO_PROXY="*",
            COLUMNS="150",
        ),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=110,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert re.search(r"[1-9]\d* passed", ran.stdout) or "No issues found" in ran.stdout, ran.stdout


def user_id(system, role):
    with system.client(role, service="auth") as client:
        return client.get("/validate").json()["sub"]
