"""A server on each engine. Needs bin/setup and `swift build`; PostgreSQL joins when ALMONER_TEST_POSTGRES names one."""

import pytest

from service import BINARY, POSTGRES, Service

ENGINES = ["sqlite"] + (["postgres"] if POSTGRES else [])


def pytest_report_header():
    return f"almoner: {BINARY}; engines: {', '.join(ENGINES)}"


@pytest.fixture(scope="session", params=ENGINES)
def engine(request):
    return request.param


@pytest.fixture(scope="module")
def service(engine, tmp_path_factory):
    """A server with an empty house; each file of tests has its own."""
    if not BINARY.exists():
        pytest.fail(f"{BINARY} is not there: run swift build first, or name one in ALMONER")
    service = Service(tmp_path_factory.mktemp(engine), engine)
    try:
        yield service.start()
    finally:
        service.stop()


@pytest.fixture
def client(service):
    with service.client() as client:
        yield client
