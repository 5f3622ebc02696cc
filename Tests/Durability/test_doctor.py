"""`almoner doctor` names each fault with what mends it, beside a running server too, and changes nothing."""

import os
import shutil
import sqlite3
import stat
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BINARY = Path(os.environ.get("ALMONER_BINARY", ROOT / ".build/debug/almoner"))


def almoner(*arguments):
    return subprocess.run([str(BINARY), *map(str, arguments)], capture_output=True, text=True, timeout=120)


def doctor(data, *more):
    done = almoner("doctor", "--data", data, *more)
    assert not done.stderr, done.stderr
    return done.returncode, done.stdout


@pytest.fixture
def data(tmp_path):
    """A folder that a server has begun."""
    folder = tmp_path / "data"
    server = subprocess.Popen([str(BINARY), "serve", "--data", str(folder), "--port", "0"], stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, text=True)
    for line in server.stdout:
        if "ready on" in line:
            break
    # While it runs.
    code, said = doctor(folder)
    server.terminate()
    server.wait(timeout=30)
    assert code == 0 and "No fault." in said, said
    assert "finds no damage" in said and "The key of secrets is at" in said, said
    return folder


def mended(data, code, said, words, command):
    """One fault, and the command that stands under it mends it."""
    assert code == 1 and "1 fault." in said, said
    assert words in said, said
    lines = said.splitlines()
    place = next(number for number, line in enumerate(lines) if words in line)
    assert lines[place].startswith("fault "), said
    assert lines[place + 1].strip() == command, said
    subprocess.run(command, shell=True, check=True)
    assert doctor(data)[0] == 0


def test_it_sees_what_others_may_read(data):
    data.chmod(0o755)
    mended(data, *doctor(data), "Others on this machine can look into the data folder.", f"chmod 700 {data}")
    key = data.parent / "data.key"
    key.chmod(0o644)
    mended(data, *doctor(data), "The key of secrets can be read by others.", f"chmod 600 {key}")
    assert stat.S_IMODE(key.stat().st_mode) == 0o600


def test_it_sees_a_key_among_the_data(data):
    inside = data / "inner.key"
    shutil.copy(data.parent / "data.key", inside)
    inside.chmod(0o600)
    code, said = doctor(data, "--key-file", inside)
    assert code == 1 and "The key of secrets lies among the data" in said, said


def test_it_sees_damage_and_a_newer_program(data):
    file = data / "almoner.sqlite"
    with sqlite3.connect(file) as database:
        database.execute("UPDATE schema_version SET version = version + 1000")
    database.close()
    code, said = doctor(data)
    assert code == 1 and "belong to a newer program" in said, said
    with sqlite3.connect(file) as database:
        database.execute("UPDATE schema_version SET version = version - 1000")
    database.close()
    with sqlite3.connect(file) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    database.close()
    bytes_ = bytearray(file.read_bytes())
    for place in range(4096 * 3, len(bytes_), 4096):
        bytes_[place:place + 64] = b"\xff" * 64
    file.write_bytes(bytes_)
    code, said = doctor(data)
    assert code == 1 and ("damage" in said or "cannot be read" in said), said


def test_it_sees_content_that_cannot_be_used(data):
    roles = data / "content" / "roles"
    roles.mkdir(parents=True)
    (roles / "front-desk.yaml").write_text("kind: role\nrole: front-desk\nverbs: [everything]\n")
    code, said = doctor(data)
    assert code == 1 and "front-desk" in said, said


def test_without_records_there_is_nothing_to_mend_but_the_folder(tmp_path):
    code, said = doctor(tmp_path / "nowhere")
    assert code == 1 and "is not there" in said, said
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.skipif(not os.environ.get("ALMONER_TEST_POSTGRES"), reason="ALMONER_TEST_POSTGRES names no database")
def test_it_asks_postgresql_how_it_is(tmp_path):
    (tmp_path / "data").mkdir(mode=0o700)
    done = subprocess.run([str(BINARY), "doctor", "--data", str(tmp_path / "data")], capture_output=True, text=True,
                          timeout=60, env={**os.environ, "ALMONER_DATABASE": os.environ["ALMONER_TEST_POSTGRES"]})
    assert "PostgreSQL 1" in done.stdout, done.stdout + done.stderr
    # The cluster of the tests gives up durability for speed, and that is said.
    shown = subprocess.run(["psql", os.environ["ALMONER_TEST_POSTGRES"], "-tAc", "SHOW fsync"], capture_output=True,
                           text=True).stdout.strip()
    assert ("fsync = off" in done.stdout) == (shown == "off"), done.stdout
