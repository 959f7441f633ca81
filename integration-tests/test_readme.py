"""The commands in README.md work."""

import re
import subprocess

import pytest

from deployment import REPOSITORY, environment
from ports import SERVICES


def readme_commands(heading):
    """Returns the shell blocks below a heading of README.md as one script."""
    text = (REPOSITORY / "README.md").read_text()
    section = text.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    return "\n".join(re.findall(r"```sh\n(.*?)```", section, re.S))


@pytest.fixture
def demo(deployments):
    return deployments.create("demo").start().settle()


def test_the_readmes_first_steps_work(demo):
    script = readme_commands("First steps")
    assert script.count("curl") >= 6
    for service, port in zip(SERVICES, [4004, 4005, 4000, 4001, 4002], strict=True):
        script = script.replace(f"127.0.0.1:{port}", f"127.0.0.1:{demo.ports.http[service]}")
    ran = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=demo.folder,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ran.returncode == 0, ran.stderr
    for words in ['"billingAccount"', '"patients":[', '"totalElements"', '"accounts":[{', '"patientsCreated"']:
        assert words in ran.stdout, ran.stdout
    assert "problem" not in ran.stdout
