"""A deployment of the system on this machine: configuration, processes, operator commands."""

import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import time
from pathlib import Path

import httpx

from ports import SERVICES, Ports
from waiting import wait_until

REPOSITORY = Path(__file__).resolve().parent.parent
BINARIES = Path(os.environ.get("PMS_BIN_DIR", REPOSITORY / "build/dev/bin")).resolve()
EXECUTABLES = {
    "gateway": "api-gateway",
    "auth": "auth-service",
    "patient": "patient-service",
    "billing": "billing-service",
    "analytics": "analytics-service",
}
PASSWORD = "four unlikely clinic words"
PLENTY = 1_000_000  # requests per second: a limit that no test reaches


def environment(**variables):
    """The environment of this process without PMS_ variables, plus `variables`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PMS_")}
    return kept | variables


class Deployment:
    """Runs `pms serve`, `pms dev` or the five executables. All their files are in `folder`."""

    def __init__(self, folder, processes, properties=None):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.ports = Ports()
        self.config = self.folder / "pms.yaml"
        self.processes = {}
        self._commands = {
            "all-in-one": {"pms": [BINARIES / "pms", "serve"]},
            "demo": {"pms": [BINARIES / "pms", "dev"]},
            "five-processes": {name: [BINARIES / executable] for name, executable in EXECUTABLES.items()},
        }[processes]
        self._tokens = {}
        self.configure(properties or {})

    # Configuration

    @property
    def data(self):
        """The folder with the databases and the event log."""
        return self.folder / "var"

    def properties(self):
        ports = self.ports
        values = {"runtime.threads": 2, "events.url": f"embedded:{self.data}/events.db"}
        for service in SERVICES:
            values[f"{service}.http.port"] = ports.http[service]
            values[f"{service}.management.port"] = ports.management[service]
            if service != "gateway":
                values[f"{service}.database.url"] = f"sqlite:{self.data}/{service}.db"
                values[f"gateway.upstream.{service}"] = f"http://127.0.0.1:{ports.http[service]}"
        for limit in ["address", "login", "user"]:
            values[f"gateway.limit.{limit}.per-second"] = PLENTY
            values[f"gateway.limit.{limit}.burst"] = PLENTY
        values["billing.grpc.port"] = ports.grpc
        values["patient.billing.address"] = f"127.0.0.1:{ports.grpc}"
        values["tokens.jwks-url"] = self.url("auth") + "/.well-known/jwks.json"
        values["tokens.revocations-url"] = self.management("auth") + "/revocations"
        return values

    def configure(self, properties):
        """Writes the configuration file. `properties` override the usual ones.

        A property that is None keeps its default.
        """
        values = self.properties() | properties
        lines = [f"{key}: {json.dumps(value)}\n" for key, value in values.items() if value is not None]
        self.config.write_text("".join(lines))

    # Addresses

    def url(self, service="gateway"):
        return f"http://127.0.0.1:{self.ports.http[service]}"

    def management(self, service="gateway"):
        return f"http://127.0.0.1:{self.ports.management[service]}"

    @property
    def grpc_address(self):
        return f"127.0.0.1:{self.ports.grpc}"

    # Processes

    def start(self, **streams):
        """Starts the processes. `streams` replace their standard streams: stderr=…."""
        for name in self._commands:
            self.launch(name, **streams)
        for name in self._commands:
            self.wait_until_ready(name)
        return self

    def restart(self, name):
        self.launch(name)
        self.wait_until_ready(name)

    def launch(self, name, **streams):
        with open(self.log(name), "ab") as log:
            self.processes[name] = subprocess.Popen(
                [*self._commands[name], "--config", self.config],
                cwd=self.folder,
                env=environment(),
                **({"stdin": subprocess.DEVNULL, "stdout": log, "stderr": subprocess.STDOUT} | streams),
            )

    def wait_until_ready(self, name):
        process = self.processes[name]

        def ready():
            assert process.poll() is None, f"{name} ended with {process.returncode}:\n{self.log_tail(name)}"
            return all(self._is_ready(service) for service in (SERVICES if name == "pms" else [name]))

        wait_until(ready, f"{name} is ready", seconds=30)

    def _is_ready(self, service):
        try:
            return httpx.get(self.management(service) + "/readyz", timeout=5).status_code == 200
        except httpx.TransportError:
            return False

    def kill(self, name):
        """Kills one process with SIGKILL, so that it cannot clean up."""
        self.processes[name].kill()
        self.processes.pop(name).wait()

    def end(self, name, how=signal.SIGTERM):
        """Stops one process with a signal. Returns its exit code and how many seconds it took."""
        process = self.processes.pop(name)
        begin = time.monotonic()
        process.send_signal(how)
        try:
            code = process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise AssertionError(f"{name} did not end within 30 s of {how!r}:\n{self.log_tail(name)}") from None
        return code, time.monotonic() - begin

    def stop(self):
        """Stops all running processes and checks that they exit with 0."""
        codes = {name: self.end(name)[0] for name in list(self.processes)}
        self.ports.release()
        bad = {name: code for name, code in codes.items() if code != 0}
        assert not bad, f"exit codes after SIGTERM: {bad}\n" + "\n".join(self.log_tail(name) for name in bad)

    @contextlib.contextmanager
    def database(self, service):
        """Opens a service's database to change what no client can. Commits at the end."""
        connection = sqlite3.connect(self.data / f"{service}.db", timeout=10)
        try:
            with connection:
                yield connection
        finally:
            connection.close()

    # Logs

    def log(self, name):
        return self.folder / f"{name}.log"

    def log_tail(self, name, lines=40):
        path = self.log(name)
        if not path.exists():
            return ""
        return "\n".join(path.read_text(errors="replace").splitlines()[-lines:])

    def logs(self):
        return {name: self.log_tail(name) for name in self._commands}

    # Operator commands

    def pms(self, *arguments, stdin=None, **variables):
        """Runs a pms command with the configuration of this deployment."""
        return subprocess.run(
            [BINARIES / "pms", *arguments, "--config", self.config],
            cwd=self.folder,
            env=environment(**variables),
            input=stdin,
            stdin=subprocess.DEVNULL if stdin is None else None,
            capture_output=True,
            text=True,
            timeout=60,
        )

    def create_user(self, email, *roles, password=PASSWORD):
        role_flags = [argument for role in roles for argument in ("--role", role)]
        created = self.pms("user", "create", "--email", email, *role_flags, "--password-stdin", stdin=password + "\n")
        assert created.returncode == 0, created.stderr

    def read_topic(self, topic="patient"):
        """Returns every record of a topic in the form that `pms topics read --json` prints."""
        read = self.pms("topics", "read", topic, "--json")
        assert read.returncode == 0, read.stderr
        return [json.loads(line) for line in read.stdout.splitlines()]

    # Clients

    def token(self, *roles):
        """Returns an access token of a user with these roles, by default ADMIN."""
        roles = roles or ("ADMIN",)
        if roles not in self._tokens:
            email = "-".join(roles).lower() + "@clinic.example"
            self.create_user(email, *roles)
            answer = httpx.post(self.url() + "/auth/login", json={"email": email, "password": PASSWORD}, timeout=10)
            assert answer.status_code == 200, answer.text
            self._tokens[roles] = answer.json()["token"]
        return self._tokens[roles]

    def client(self, *roles, service="gateway"):
        """Returns an HTTP client that sends the token of a user with these roles."""
        return httpx.Client(
            base_url=self.url(service), headers={"Authorization": f"Bearer {self.token(*roles)}"}, timeout=20
        )

    def anonymous(self, service="gateway"):
        return httpx.Client(base_url=self.url(service), timeout=20)

    def settle(self):
        """Waits until every service has fetched the keys that verify tokens."""
        with self.client() as client:
            for path in ["/api/patients", "/api/billing/accounts?patientId=nobody", "/api/analytics/summary"]:
                wait_until(lambda path=path: client.get(path).status_code != 503, f"{path} has keys")
        return self
