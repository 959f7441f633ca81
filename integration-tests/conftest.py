"""The systems under test. Most tests run twice: against one process and against five."""

import pytest

from deployment import BINARIES, Deployment

KINDS = [pytest.param(kind, marks=pytest.mark.xdist_group(kind)) for kind in ("all-in-one", "five-processes")]
running = []  # deployments whose logs are reported when a test fails


def pytest_configure(config):
    if not (BINARIES / "pms").exists():
        pytest.exit(f"no binaries in {BINARIES}: run ./dev build (or set PMS_BIN_DIR)", returncode=1)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    report = outcome.get_result()
    if report.failed:
        for deployment in running:
            for name, tail in deployment.logs().items():
                report.sections.append((f"end of {deployment.log(name)}", tail))


class Deployments:
    """Creates deployments and stops all of them at the end."""

    def __init__(self, folder):
        self._folder = folder
        self._created = []

    def create(self, processes, properties=None):
        deployment = Deployment(self._folder / str(len(self._created)), processes, properties)
        self._created.append(deployment)
        running.append(deployment)
        return deployment

    def end(self):
        try:
            for deployment in self._created:
                deployment.stop()
        finally:
            for deployment in self._created:
                running.remove(deployment)


@pytest.fixture
def deployments(tmp_path):
    """Creates systems that only one test uses."""
    yield from ended(Deployments(tmp_path))


@pytest.fixture(scope="module")
def module_deployments(tmp_path_factory):
    """Creates systems that the tests of one file share."""
    yield from ended(Deployments(tmp_path_factory.mktemp("systems")))


@pytest.fixture(scope="session")
def session_deployments(tmp_path_factory):
    """Creates systems that all tests of a worker share."""
    yield from ended(Deployments(tmp_path_factory.mktemp("systems")))


def ended(deployments):
    yield deployments
    deployments.end()


@pytest.fixture(scope="session", params=KINDS)
def system(request, session_deployments):
    """A running system that tests share: it also contains what other tests stored."""
    return session_deployments.create(request.param).start().settle()


@pytest.fixture(scope="session")
def admin(system):
    """An HTTP client with every permission."""
    with system.client() as client:
        yield client
