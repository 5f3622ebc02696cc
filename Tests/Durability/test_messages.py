"""Stays of a hospital as messages of two feeds, with noise, out of order and twice, while the server is killed again and
again: every message that was answered is kept, and the transitions are those of the stays."""

import datetime
import random
import socket
import subprocess
import threading
import time
import urllib.request

import hl7.client

from conftest import open_database
from stays import Hospital, shuffled

STAYS = 60
KILLS = 20


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """`almoner serve` that can be killed and started again on the same data."""

    def __init__(self, almoner, data):
        self.command = [
            str(almoner.path), "serve", "--data", str(data), "--second-factor", "off", "--zone", "America/New_York"]
        self.port, self.mllp = free_port(), free_port()
        self.process = None

    def start(self):
        self.process = subprocess.Popen(
            [*self.command, "--port", str(self.port), "--mllp", str(self.mllp)], stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, text=True)
        for _ in range(600):
            assert self.process.poll() is None, self.process.stderr.read()
            try:
                socket.create_connection(("127.0.0.1", self.mllp), 1).close()
                return self
            except OSError:
                time.sleep(0.1)
        raise AssertionError("the listener did not come up")

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        self.process.terminate()
        self.process.wait(60)

    def states(self):
        """Messages by how far they have come."""
        text = urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics", timeout=30).read().decode()
        lines = [line for line in text.splitlines() if line.startswith("almoner_messages{")]
        return {line.split('"')[1]: int(line.split()[-1]) for line in lines}

    def settled(self, seconds=300):
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            states = self.states()
            if states["waiting"] == 0 and states["failed"] == 0:
                return states
            time.sleep(0.5)
        raise AssertionError(f"messages still wait: {states}")


class Sender(threading.Thread):
    """Sends messages one after another and goes on only when one is answered, as real senders do."""

    def __init__(self, server, texts):
        super().__init__(daemon=True)
        self.server = server
        self.texts = texts
        self.answers = []

    def run(self):
        client = None
        for text in self.texts:
            while True:
                try:
                    if client is None:
                        client = hl7.client.MLLPClient("127.0.0.1", self.server.mllp)
                        client.socket.settimeout(20)
                    answer = client.send_message(text.encode())
                    assert answer, "the connection ended"
                    self.answers.append(hl7.parse(answer.decode().strip("\x0b\x1c\r")))
                    # A little slower than it could, so that the server is killed often enough on the way.
                    time.sleep(0.03)
                    break
                except (OSError, AssertionError):
                    client = None
                    time.sleep(0.05)


def resource(data, kind):
    with open_database(data) as database:
        rows = database.execute(
            "SELECT body FROM resource WHERE version > 0 AND deleted = 0 AND body IS NOT NULL").fetchall()
    import json
    found = [json.loads(row[0]) for row in rows]
    return [one for one in found if one["resourceType"] == kind]


def check(data, stays):
    """The records say what the stays were, whatever the way by which they came to know."""
    people = {one["identifier"][0]["value"]: one["id"] for one in resource(data, "Patient")}
    assert len(people) == len(stays)
    encounters = resource(data, "Encounter")
    assert len(encounters) == len(stays)
    by_person = {one["subject"]["reference"].split("/")[1]: one for one in encounters}
    for stay in stays:
        encounter = by_person[people[f"P{stay.person}"]]
        assert encounter["status"] == ("cancelled" if stay.cancelled else "finished")
    transitions = [
        one for one in resource(data, "EpisodeOfCare")
        if any(key["value"].startswith("transition/") for key in one.get("identifier", []))]
    active = [one["patient"]["reference"].split("/")[1] for one in transitions if one["status"] == "active"]
    assert sorted(active) == sorted(people[f"P{stay.person}"] for stay in stays if stay.goes_home)
    # Not one task twice, and none missing.
    running = {f"EpisodeOfCare/{one['id']}" for one in transitions if one["status"] == "active"}
    keys = [
        (task["basedOn"][0]["reference"], task["code"]["coding"][0]["code"]) for task in resource(data, "Task")
        if task.get("basedOn") and task["basedOn"][0]["reference"] in running]
    assert len(keys) == len(set(keys))
    for episode in running:
        codes = {code for found, code in keys if found == episode}
        assert {"discharge-contact", "discharge-summary", "medication-reconciliation", "day-30"} <= codes


def reacted(data, seconds=120):
    """Waits until nothing is left to react to."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with open_database(data) as database:
            if database.execute("SELECT count(*) FROM outbox").fetchone()[0] == 0:
                return
        time.sleep(0.5)
    raise AssertionError("reactions still wait")


def test_killing_the_server_among_messages_changes_nothing(almoner, tmp_path):
    now = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
    hospital = Hospital(now, seed=7)
    stays = hospital.stays(STAYS)
    texts = shuffled(stays, 7)
    noise = hospital.noise(12)
    data = tmp_path / "data"
    server = Server(almoner, data).start()
    relayed = [text for text in texts if "RELAY|HIE" in text]
    direct = [text for text in texts if "RELAY|HIE" not in text]
    senders = [Sender(server, direct), Sender(server, relayed), Sender(server, [text for text, _ in noise])]
    for sender in senders:
        sender.start()
    chance = random.Random(7)
    killed = 0
    while killed < KILLS and any(sender.is_alive() for sender in senders):
        time.sleep(chance.uniform(0.1, 0.7))
        server.kill()
        killed += 1
        server.start()
    for sender in senders:
        sender.join(300)
        assert not sender.is_alive()
    assert killed >= 15, "the messages were through too soon to tell"
    # Each was answered as it had to be.
    assert {str(answer.segment("MSA")[1]) for answer in senders[0].answers + senders[1].answers} == {"AA"}
    assert [str(answer.segment("MSA")[1]) for answer in senders[2].answers] == [answer for _, answer in noise]
    states = server.settled()
    reacted(data)
    # Nothing that was answered is lost: each is there once.
    assert sum(states.values()) == len(set(texts)) + len(noise)
    assert states["refused"] == len(noise)
    assert states["review"] == 0
    server.stop()
    check(data, stays)
