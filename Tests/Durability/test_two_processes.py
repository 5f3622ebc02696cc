"""Two server processes on one PostgreSQL, four clients that write, one process killed again and again: what was
acknowledged stands, nothing stands twice, and what follows from it is done once."""

import http.client
import json
import random
import signal
import socket
import subprocess
import threading
import time

KILLS = 12
CLIENTS = 4


def free_port():
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return held.getsockname()[1]


class Server:
    """One process, started again on the same port."""

    def __init__(self, almoner, database, data):
        self.command = [
            str(almoner.path), "serve", "--database", database.url, "--data", str(data), "--port", str(free_port()),
            # What one process has sealed the other must be able to read.
            "--key-file", str(data.parent / "shared.key")]
        self.port = int(self.command[-3])
        self.process = None

    def start(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        while line := self.process.stdout.readline():
            if "ready" in line:
                # What it says later must not fill the pipe.
                threading.Thread(target=self.process.stdout.read, daemon=True).start()
                return
        raise AssertionError("the server did not start")

    def end(self, how):
        self.process.send_signal(how)
        self.process.wait()


class Unknown(Exception):
    """The connection broke: it may have been done or not."""


class Client:
    """Creates by POST, and counts up in a resource of its own by PUT with the version it knows."""

    def __init__(self, number, servers, token):
        self.number = number
        self.servers = servers
        self.token = token
        self.chance = random.Random(number)
        self.created, self.perhaps = [], []
        self.counted, self.version = 0, 0
        self.seen_unknown = 0
        self.failure = None

    def ask(self, method, path, body=None, headers=(), server=None):
        server = server or self.chance.choice(self.servers)
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        try:
            connection.request(
                method, "/fhir/" + path, body=json.dumps(body) if body else None,
                headers={
                    "Authorization": f"Bearer {self.token}", "Content-Type": "application/fhir+json", **dict(headers)})
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), json.loads(answer.read() or b"null")
        except (OSError, http.client.HTTPException, json.JSONDecodeError) as error:
            raise Unknown from error
        finally:
            connection.close()

    def run(self, stop):
        try:
            turn = 0
            while not stop.is_set():
                turn += 1
                self.create(f"{self.number}-{turn}") if turn % 2 else self.count()
        except Exception as error:  # Told to the test, which ends with it.
            self.failure = error

    def create(self, value):
        patient = {
            "resourceType": "Patient", "birthDate": "1950-03-04", "gender": "female",
            "identifier": [{"system": "urn:kill", "value": value}]}
        try:
            status, _, stored = self.ask("POST", "Patient", patient)
        except Unknown:
            self.perhaps.append(value)
            return
        if status == 503:
            self.perhaps.append(value)
            return
        assert status == 201, (status, stored)
        self.created.append((value, stored["id"]))

    def count(self):
        wanted = self.counted + 1
        patient = {"resourceType": "Patient", "id": f"own-{self.number}", "multipleBirthInteger": wanted}
        known = [("If-Match", f'W/"{self.version}"')] if self.version else []
        try:
            status, _, stored = self.ask("PUT", f"Patient/own-{self.number}", patient, known)
            if status == 503:
                raise Unknown
        except Unknown:
            # The process that stays tells what became of it: done or not, but nothing else.
            self.seen_unknown += 1
            while True:
                try:
                    status, _, stored = self.ask("GET", f"Patient/own-{self.number}", server=self.servers[1])
                except Unknown:
                    continue
                if status == 200:
                    break
            assert stored["multipleBirthInteger"] in (self.counted, wanted), stored
            self.counted, self.version = stored["multipleBirthInteger"], int(stored["meta"]["versionId"])
            return
        if status == 412:
            # A commit that was on its way when its process was killed may arrive after the look. Exactly that one.
            status, _, stored = self.ask("GET", f"Patient/own-{self.number}", server=self.servers[1])
            assert stored["multipleBirthInteger"] == wanted, (stored, wanted)
            assert int(stored["meta"]["versionId"]) == self.version + 1
        else:
            assert status in (200, 201), (status, stored)
            assert int(stored["meta"]["versionId"]) == self.version + 1
        self.counted, self.version = wanted, int(stored["meta"]["versionId"])


def test_no_acknowledged_write_is_lost_or_doubled_when_a_process_is_killed(almoner, postgres, tmp_path):
    token = almoner.run(
        "token", "create", "--scope", "system/*.cruds", "--name", "kill", "--database", postgres.url,
        "--data", tmp_path).strip()
    servers = [Server(almoner, postgres, tmp_path / name) for name in ("killed", "stays")]
    starts = [threading.Thread(target=server.start) for server in servers]
    for start in starts:
        start.start()
    for start in starts:
        start.join()
    stop = threading.Event()
    clients = [Client(number, servers, token) for number in range(CLIENTS)]
    for client in clients:
        client.count()
    threads = [threading.Thread(target=client.run, args=[stop]) for client in clients]
    try:
        for thread in threads:
            thread.start()
        chance = random.Random(7)
        for _ in range(KILLS):
            time.sleep(chance.uniform(0.3, 1.5))
            servers[0].end(signal.SIGKILL)
            servers[0].start()
        time.sleep(1)
        stop.set()
        for thread in threads:
            thread.join()
        for client in clients:
            assert client.failure is None, client.failure
        check_writes(clients, postgres)
        check_reactions(clients, postgres)
    finally:
        stop.set()
        for server in servers:
            if server.process and server.process.poll() is None:
                server.end(signal.SIGTERM)


def check_writes(clients, postgres):
    counts = {value: int(count) for value, count in postgres.psql(
        "SELECT t.code, count(*) FROM index_token t JOIN word w ON w.id = t.system AND w.text = 'urn:kill' "
        "GROUP BY t.code")}
    acknowledged = sum(len(client.created) for client in clients)
    assert acknowledged > 50
    for client in clients:
        for value, id in client.created:
            assert counts.pop(value, 0) == 1, f"{value} was acknowledged"
        for value in client.perhaps:
            assert counts.pop(value, 0) <= 1
        held = postgres.psql(f"SELECT version FROM resource WHERE id = 'own-{client.number}'")
        assert [[str(client.version)]] == held
        kept = postgres.psql(
            "SELECT count(*), max(h.version) FROM history h JOIN resource r ON r.rid = h.rid "
            f"WHERE r.id = 'own-{client.number}'")
        assert kept == [[str(client.version - 1), str(client.version - 1)]]
        assert client.counted == client.version
    assert counts == {}
    doubled = postgres.psql(
        "SELECT count(*) FROM (SELECT lane, seq FROM audit GROUP BY lane, seq HAVING count(*) > 1) AS twice")
    assert doubled == [["0"]]


def check_reactions(clients, postgres):
    """Everybody with a birth date gets a risk, in one version: nobody was worked on twice, nobody was left out."""
    deadline = time.monotonic() + 60
    while postgres.psql("SELECT count(*) FROM outbox WHERE person <> 0") != [["0"]]:
        waiting = postgres.psql("SELECT kind, attempts, count(*) FROM waiting_person GROUP BY kind, attempts")
        assert time.monotonic() < deadline, f"work was left; failed: {waiting}"
        time.sleep(0.2)
    assert postgres.psql("SELECT count(*) FROM waiting_person") == [["0"]]
    risks = {id: int(version) for id, version in postgres.psql(
        "SELECT id, version FROM resource WHERE id LIKE 'risk-%' AND version > 0")}
    for client in clients:
        for _, id in client.created:
            assert risks.pop(f"risk-{id}") == 1
    # Each write of the automation left its one row in the audit.
    writes = postgres.psql(
        "SELECT (SELECT count(*) FROM resource WHERE id LIKE 'risk-%' AND version > 0), "
        "(SELECT count(*) FROM audit WHERE detail = 'RiskAssessment' AND action IN ('C', 'U'))")
    assert writes[0][0] == writes[0][1]
