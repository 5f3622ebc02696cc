"""`kill -9` while people look and write: the audit is as it was, and no answered look is missing from it."""

import json
import random
import shutil
import signal
import sqlite3
import subprocess
import threading
import time
import urllib.request

from test_two_processes import free_port

KILLS = 6


class Reader(threading.Thread):
    """Reads and writes until the server is gone; remembers what was answered."""

    def __init__(self, port, token, number):
        super().__init__()
        self.port, self.token, self.number = port, token, number
        self.answered = []

    def run(self):
        for turn in range(100_000):
            name = f"r{self.number}-{turn}-{self.port}"
            request = urllib.request.Request(
                f"http://127.0.0.1:{self.port}/fhir/Patient?name={name}",
                headers={"Authorization": f"Bearer {self.token}"})
            try:
                with urllib.request.urlopen(request, timeout=30) as answer:
                    answer.read()
                self.answered.append(name)
                if turn % 5 == 0:
                    body = json.dumps({"resourceType": "Patient", "name": [{"family": name}]}).encode()
                    write = urllib.request.Request(
                        f"http://127.0.0.1:{self.port}/fhir/Patient", data=body,
                        headers={"Authorization": f"Bearer {self.token}", "Content-Type": "application/fhir+json"})
                    urllib.request.urlopen(write, timeout=30).read()
            except OSError:
                return


def verify(almoner, data):
    return subprocess.run(
        [str(almoner.path), "audit", "verify", "--data", str(data)], capture_output=True, text=True, timeout=120)


def start(almoner, data):
    port = free_port()
    process = subprocess.Popen(
        [str(almoner.path), "serve", "--data", str(data), "--port", str(port)], stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True)
    while line := process.stdout.readline():
        if "ready" in line:
            threading.Thread(target=process.stdout.read, daemon=True).start()
            return process, port
    raise AssertionError("the server did not start")


def test_a_killed_server_leaves_an_audit_that_is_well(almoner, tmp_path):
    data = tmp_path / "data"
    token = almoner.run("token", "create", "--scope", "system/*.cruds", "--data", data).split()[-1]
    chance = random.Random(7)
    answered = []
    for _ in range(KILLS):
        process, port = start(almoner, data)
        readers = [Reader(port, token, number) for number in range(4)]
        for reader in readers:
            reader.start()
        # Long enough for a seal now and then, short enough to hit one.
        time.sleep(0.5 + chance.random() * 2.5)
        beside = verify(almoner, data)
        assert beside.returncode == 0, beside.stdout + beside.stderr
        process.send_signal(signal.SIGKILL)
        process.wait()
        for reader in readers:
            reader.join()
            answered += reader.answered
        after = verify(almoner, data)
        assert after.returncode == 0, after.stdout + after.stderr
    process, _ = start(almoner, data)
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=60) == 0
    whole = verify(almoner, data)
    assert whole.returncode == 0, whole.stdout + whole.stderr
    assert "not sealed" not in whole.stdout
    with sqlite3.connect(data / "almoner.sqlite") as database:
        kept = {query for (query,) in database.execute("SELECT query FROM audit WHERE query LIKE 'name=r%'")}
    assert answered and not {f"name={name}" for name in answered} - kept


def test_what_was_changed_behind_the_server_is_named(almoner, tmp_path):
    data = tmp_path / "data"
    for name in ["one", "two", "three"]:
        almoner.run("token", "create", "--scope", "system/*.rs", "--name", name, "--data", data)
    process, _ = start(almoner, data)
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=60) == 0
    assert verify(almoner, data).returncode == 0
    shutil.copytree(data, tmp_path / "copy")
    with sqlite3.connect(data / "almoner.sqlite") as database:
        database.execute("DROP TRIGGER audit_no_update")
        database.execute("UPDATE audit SET account = 'nobody' WHERE seq = 2")
    found = verify(almoner, data)
    assert found.returncode == 1
    assert "row 2" in found.stdout and "was changed" in found.stdout, found.stdout
    # The rows of the newest seal and the seal itself, taken out together.
    shutil.rmtree(data)
    shutil.copytree(tmp_path / "copy", data)
    with sqlite3.connect(data / "almoner.sqlite") as database:
        database.execute("DROP TRIGGER audit_no_delete")
        database.execute("DROP TRIGGER audit_seal_no_delete")
        last = database.execute("SELECT max(number) FROM audit_seal").fetchone()[0]
        database.execute("DELETE FROM audit_seal WHERE number = ?", (last,))
        database.execute(
            "DELETE FROM audit WHERE seq > coalesce((SELECT max(last) FROM audit_seal), 0)")
    found = verify(almoner, data)
    assert found.returncode == 1
    assert "cut off" in found.stdout, found.stdout
