"""Where the binary and the data are; scratch folders that go when a test ends."""

import os
import pathlib
import sqlite3
import subprocess
import uuid

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
# One moment for everything that asks for the time, so that what is derived from it can be compared.
AS_OF = 1_760_000_000_000


class Almoner:
    """The command line, run on scratch folders."""

    def __init__(self):
        self.path = pathlib.Path(os.environ.get("ALMONER_BINARY", ROOT / ".build/debug/almoner"))

    def start(self, *arguments):
        return subprocess.Popen(
            [str(self.path), *map(str, arguments)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)

    def run(self, *arguments):
        done = subprocess.run([str(self.path), *map(str, arguments)], capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@pytest.fixture(scope="session")
def almoner():
    tool = Almoner()
    if not tool.path.exists():
        pytest.skip(f"no {tool.path}: build first")
    return tool


@pytest.fixture(scope="session")
def generated(almoner, tmp_path_factory):
    """Files of invented people, the same ones each time."""
    folder = tmp_path_factory.mktemp("generated")
    almoner.run("generate", "--patients", 25, "--seed", 11, "--as-of", "2025-10-09", "--out", folder)
    return folder


def sources(generated):
    """Invented people always; some real bundles where they lie beside the project."""
    shared = ROOT.parent / "shared/data/synthea"
    return [generated] + sorted(shared.glob("0[0-1].json"))


def open_database(folder):
    return sqlite3.connect(folder / "almoner.sqlite")


def exported(almoner, data, out):
    almoner.run("export", "--data", data, "--out", out)
    return {file.name: file.read_bytes() for file in sorted(out.iterdir())}


class Postgres:
    """A database of its own in the throw-away PostgreSQL that bin/postgres starts."""

    def __init__(self, url):
        self.server = url
        self.name = f"t{uuid.uuid4().hex}"
        self.url = url.replace("/postgres?", f"/{self.name}?")
        self.psql(f"CREATE DATABASE {self.name} TEMPLATE template0", self.server)

    def psql(self, sql, url=None):
        """The rows that a statement gives, as lists of texts."""
        done = subprocess.run(
            ["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", sql, url or self.url],
            capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return [line.split("|") for line in done.stdout.splitlines()]

    def drop(self):
        self.psql(f"DROP DATABASE {self.name} WITH (FORCE)", self.server)


@pytest.fixture
def postgres():
    url = os.environ.get("ALMONER_TEST_POSTGRES")
    if not url:
        pytest.skip("no PostgreSQL: run by bin/postgres")
    database = Postgres(url)
    yield database
    database.drop()
