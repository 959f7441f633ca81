"""Measures the cost of requests to the all-in-one process on SQLite, sent through its gateway.

    ./dev bench [--rounds 5] [--seconds 3] [--patients 10000] [--no-callgrind]

First it runs each scenario in turn over 32 connections, `rounds` times, and prints the median CPU
time of the process per request. This includes user and system time of all threads, and the work
that follows the request: event, account and statistics. Then it counts instructions per request
with callgrind, one request at a time, minus those of the idle process. Compare CPU times only
within one run; instruction counts are stable between runs.
"""

import argparse
import http.client
import json
import os
import re
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
os.environ.setdefault("PMS_BIN_DIR", str(REPOSITORY / "build/release/bin"))
sys.path.insert(0, str(REPOSITORY / "integration-tests"))

from deployment import PASSWORD, Deployment  # noqa: E402

CONNECTIONS = 32
COUNTED_REQUESTS = 500
GIVEN_NAMES = ["Anna", "Maria", "Peter", "Chloé", "Zoë", "José", "Amina", "Wei", "Olga", "Ivan", "Lena", "Tom", "Ruth"]
FAMILY_NAMES = ["Smith", "Müller", "Nguyen", "García", "Kowalska", "O'Brien", "Rossi", "Sato", "Jansen", "Haddad"]


class Client:
    """One keep-alive connection to the gateway."""

    def __init__(self, system, token):
        self._connection = http.client.HTTPConnection("127.0.0.1", system.ports.http["gateway"], timeout=60)
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def send(self, method, path, body=None):
        self._connection.request(method, path, json.dumps(body) if body else None, self._headers)
        answer = self._connection.getresponse()
        content = answer.read()
        assert answer.status < 300, f"{method} {path}: {answer.status} {content!r}"
        return json.loads(content) if content else None


def patient(number, run="seed"):
    given, family = GIVEN_NAMES[number % len(GIVEN_NAMES)], FAMILY_NAMES[number // 13 % len(FAMILY_NAMES)]
    return {
        "name": f"{given} {family}",
        "email": f"{run}-{number}@example.com",
        "address": f"{number} Harbour Road",
        "dateOfBirth": "1985-12-10",
    }


def add_patients(system, token, count):
    """Creates `count` patients in parallel and returns their ids."""

    def add(numbers):
        client = Client(system, token)
        return [client.send("POST", "/api/patients", patient(number))["id"] for number in numbers]

    workers = 16
    with ThreadPoolExecutor(workers) as pool:
        parts = pool.map(add, [range(first, count, workers) for first in range(workers)])
    return [patient_id for part in parts for patient_id in part]


def cpu_seconds(process):
    fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_mb(process):
    return int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{process.pid}/status").read_text())[1]) / 1024


def catch_up(system):
    """Waits until billing and analytics have applied the event of every stored change."""
    with sqlite3.connect(f"file:{system.data}/patient.db?mode=ro", uri=True) as patients:
        changes = patients.execute("SELECT COUNT(*) FROM patient_history").fetchone()[0]
    patients.close()
    deadline = time.monotonic() + 120
    for service in ["billing", "analytics"]:
        with sqlite3.connect(f"file:{system.data}/{service}.db?mode=ro", uri=True) as consumer:
            while (consumer.execute("SELECT SUM(next_offset) FROM consumer_position").fetchone()[0] or 0) < changes:
                assert time.monotonic() < deadline, f"{service} did not catch up within 120 s"
                time.sleep(0.05)
        consumer.close()


def run_wrk(system, token, ids, scenario, seconds, run):
    """Returns (requests, median latency in ms, 99th percentile in ms)."""
    script = REPOSITORY / "performance-tests/scenarios/patients.lua"
    load = ["-t1", f"-c{CONNECTIONS}", f"-d{seconds}s"]
    command = ["wrk", *load, "-s", script, system.url(), "--", scenario, token, ids, run]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    requests, failed, median, late = map(int, re.search(r"RESULT (\d+) (\d+) (\d+) (\d+)", output).groups())
    assert failed == 0, f"{scenario}: {failed} of {requests} requests failed\n{output}"
    return requests, median / 1000, late / 1000


def measure_cpu(folder, options):
    system = Deployment(folder, "all-in-one").start().settle()
    try:
        process, token = system.processes["pms"], system.token()
        client = Client(system, token)
        print(f"{resident_mb(process):.0f} MB resident after start")
        ids = add_patients(system, token, options.patients)
        id_file = folder / "ids"
        id_file.write_text("\n".join(ids) + "\n")
        results = {}
        for turn in range(options.rounds + 1):
            for scenario in ["get", "list", "search", "create", "update"]:
                catch_up(system)
                before = cpu_seconds(process)
                requests, median, late = run_wrk(system, token, id_file, scenario, options.seconds, str(turn))
                catch_up(system)
                spent = cpu_seconds(process) - before
                if turn > 0:  # the first round is a warm-up
                    results.setdefault(scenario, []).append(
                        (spent / requests * 1e6, requests / options.seconds, median, late)
                    )
        results["login"] = [measure_logins(system, process, 20) for _ in range(options.rounds)]
        print(f"\n{'':10}{'CPU µs/request':>16}{'lowest':>9}{'highest':>9}{'requests/s':>12}{'p50 ms':>9}{'p99 ms':>9}")
        for scenario, turns in results.items():
            costs, rates, medians, lates = zip(*turns, strict=True)
            print(
                f"{scenario:10}{statistics.median(costs):16.1f}{min(costs):9.1f}{max(costs):9.1f}"
                f"{statistics.median(rates):12.0f}{statistics.median(medians):9.2f}{statistics.median(lates):9.2f}"
            )
        stored = client.send("GET", "/api/patients?size=1")["totalElements"]
        print(f"\n{resident_mb(process):.0f} MB resident after the load, {stored} patients")
    finally:
        system.stop()


def measure_logins(system, process, count):
    client = Client(system, "none")
    credentials = {"email": "admin@clinic.example", "password": PASSWORD}
    before, begin, times = cpu_seconds(process), time.monotonic(), []
    for _ in range(count):
        sent = time.monotonic()
        client.send("POST", "/auth/login", credentials)
        times.append((time.monotonic() - sent) * 1000)
    elapsed = time.monotonic() - begin
    return (cpu_seconds(process) - before) / count * 1e6, count / elapsed, statistics.median(times), max(times)


class InstrumentedDeployment(Deployment):
    """The all-in-one process under callgrind, with one I/O thread."""

    def __init__(self, folder):
        super().__init__(folder, "all-in-one", {"runtime.threads": 1, "patient.billing.deadline": "5s"})
        callgrind = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={folder}/counts", "--combine-dumps=no"]
        self._commands = {"pms": [*callgrind, *self._commands["pms"]]}

    def instructions(self, work):
        """Returns the number of instructions executed during `work`, and its seconds."""
        pid = str(self.processes["pms"].pid)
        control = lambda *how: subprocess.run(["callgrind_control", *how, pid], check=True, capture_output=True)
        control("--zero")
        begin = time.monotonic()
        work()
        elapsed = time.monotonic() - begin
        before = set(self.folder.glob("counts.*"))
        control("--dump=part")
        [dump] = set(self.folder.glob("counts.*")) - before
        return int(re.search(r"^(?:totals|summary): (\d+)", dump.read_text(), re.M)[1]), elapsed


def measure_instructions(folder):
    system = InstrumentedDeployment(folder).start().settle()
    try:
        client = Client(system, system.token())
        ids = [client.send("POST", "/api/patients", patient(number))["id"] for number in range(200)]
        new = iter(range(1_000_000))
        scenarios = {
            "get": lambda i: client.send("GET", f"/api/patients/{ids[i % len(ids)]}"),
            "list": lambda i: client.send("GET", "/api/patients?size=10"),
            "search": lambda i: client.send("GET", "/api/patients?size=10&searchValue=anna"),
            "create": lambda i: client.send("POST", "/api/patients", patient(next(new), "counted")),
            "update": lambda i: client.send(
                "PATCH", f"/api/patients/{ids[i % len(ids)]}", {"address": f"{i} Harbour Road"}
            ),
        }
        idle, seconds = system.instructions(lambda: time.sleep(5))
        per_second = idle / seconds
        print(
            f"\n{'':10}{'instructions/request':>21}"
            f"   (all threads; idle: {per_second / 1e6:.1f} million per second, subtracted)"
        )
        for name, send in scenarios.items():

            def work(send=send):
                for i in range(COUNTED_REQUESTS):
                    send(i)
                catch_up(system)

            counted, seconds = system.instructions(work)
            print(f"{name:10}{(counted - per_second * seconds) / COUNTED_REQUESTS:21,.0f}")
    finally:
        system.stop()


def main():
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=3, help="duration of each scenario in each round")
    parser.add_argument("--patients", type=int, default=10_000, help="number of patients stored before the first round")
    parser.add_argument("--no-callgrind", action="store_true", help="skip the instruction counts")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        measure_cpu(Path(name) / "cpu", options)
        if not options.no_callgrind:
            measure_instructions(Path(name) / "callgrind")


if __name__ == "__main__":
    main()
