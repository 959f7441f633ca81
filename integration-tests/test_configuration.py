"""Invalid configuration: exit code 78 and one line with the property and what it must be."""

import subprocess

import pytest

from deployment import BINARIES, EXECUTABLES, environment


def serve(folder, *arguments, program="pms", **variables):
    """Runs a program that must exit immediately."""
    command = [BINARIES / program, *(["serve"] if program == "pms" else []), *arguments]
    return subprocess.run(command, cwd=folder, env=environment(**variables), capture_output=True, text=True, timeout=20)


def assert_one_line(answer, *words, code=78):
    assert answer.returncode == code, (answer.returncode, answer.stderr)
    [line] = answer.stderr.splitlines()
    for word in words:
        assert word in line, line


def file_with(folder, text):
    path = folder / "pms.yaml"
    path.write_text(text)
    return "--config", str(path)


@pytest.mark.parametrize(
    "text, words",
    [
        ("gateway.http.prot: 4004\n", ["gateway.http.prot", "gateway.http.port"]),
        ("gateway:\n  http:\n    prot: 4004\n", ["gateway.http.prot", "gateway.http.port"]),
        ("gatewya.http.port: 4004\n", ["gatewya.http.port", "gateway.http.port"]),
        ("gateway.http.port: 70000\n", ["gateway.http.port", "65535"]),
        ("gateway.http.port: many\n", ["gateway.http.port"]),
        ("gateway.request.timeout: 5\n", ["gateway.request.timeout", "5s"]),
        ("gateway.request.timeout: soon\n", ["gateway.request.timeout"]),
        ("gateway.http.host: clinic.example\n", ["gateway.http.host", "clinic.example", "IP address"]),
        ("billing.grpc.host: ''\n", ["billing.grpc.host", "IP address"]),
        ("log.level: loud\n", ["log.level", "info"]),
        ("log.level: ''\n", ["log.level"]),
        ("patient.database.url: oracle:x\n", ["patient.database.url", "sqlite:"]),
        ("events.url: rabbit:x\n", ["events.url", "embedded:"]),
        ("clinic.time-zone: Mars/Olympus\n", ["clinic.time-zone", "Mars/Olympus"]),
        ("gateway: [1, 2]\n", ["gateway"]),
        ("gateway:\n\t- x\n", ["pms.yaml"]),
        ("- just\n- a list\n", ["pms.yaml"]),
    ],
)
def test_an_invalid_file_is_rejected(tmp_path, text, words):
    assert_one_line(serve(tmp_path, *file_with(tmp_path, text)), *words)
    assert [path.name for path in tmp_path.iterdir()] == ["pms.yaml"]


@pytest.mark.parametrize("program", EXECUTABLES.values())
def test_every_service_rejects_an_invalid_file(tmp_path, program):
    section = program.removesuffix("-service").removeprefix("api-")
    arguments = file_with(tmp_path, f"{section}.http.prot: 1\n")
    assert_one_line(
        serve(tmp_path, *arguments, program=program), program, f"{section}.http.prot", f"{section}.http.port"
    )


def test_a_missing_file_is_rejected(tmp_path):
    assert_one_line(serve(tmp_path, "--config", "missing.yaml"), "missing.yaml")


def test_an_invalid_environment_variable_is_rejected(tmp_path):
    assert_one_line(serve(tmp_path, PMS_GATEWAY_HTTP_PORT="x"), "PMS_GATEWAY_HTTP_PORT")
    assert_one_line(serve(tmp_path, PMS_GATEWAY_HTTP_PROT="1"), "PMS_GATEWAY_HTTP_PROT", "PMS_GATEWAY_HTTP_PORT")


def test_an_invalid_flag_is_rejected(tmp_path):
    assert_one_line(serve(tmp_path, "--gateway.http.prot", "1"), "gateway.http.prot", "gateway.http.port")
    assert_one_line(serve(tmp_path, "--gateway.http.port"), "gateway.http.port")
    assert_one_line(serve(tmp_path, "--gateway.http.port=0"), "gateway.http.port", "1 to 65535")


def test_all_mistakes_are_reported_at_once(tmp_path):
    answer = serve(tmp_path, *file_with(tmp_path, "log.level: loud\ngateway.http.port: 0\n"), PMS_DRAIN_DELAY="x")
    assert answer.returncode == 78
    assert len(answer.stderr.splitlines()) == 3
