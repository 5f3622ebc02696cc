"""Real ADT messages through the real listener, sent by python-hl7: the right answer, the right effect or counted, nothing
lost; shuffled, doubled and cut in pieces they come to the same."""

import random
import re
import socket
import time

import hl7
import hl7.client
import httpx
import pytest

from service import REPOSITORY, Service

MESSAGES = REPOSITORY.parent / "shared" / "data" / "hl7v2"
EFFECT = {"A01", "A02", "A03", "A04", "A06", "A07", "A08", "A11", "A13", "A28", "A31", "A40", "A60"}
TYPES = ["Patient", "Encounter", "Condition", "AllergyIntolerance", "RelatedPerson", "Coverage"]
SEEDS = [1, 2, 3]


def texts():
    files = sorted(MESSAGES.glob("*.hl7"))
    if not files:
        pytest.skip(f"no messages in {MESSAGES}")
    return [file.read_text().replace("\r\n", "\r").replace("\n", "\r") for file in files]


def asks_for_none(text):
    """Whether the sender wants no answer: MSH-15 and MSH-16 are NE. One of the real messages does."""
    header = text.split("\r")[0].split("|")
    return header[14:16] == ["NE", "NE"]


def send(client, text):
    """The answer, parsed; None where the sender asks for none."""
    if asks_for_none(text):
        client.socket.sendall(b"\x0b" + text.encode() + b"\x1c\r")
        return None
    client.socket.settimeout(60)
    return hl7.parse(client.send_message(text).decode().strip("\x0b\x1c\r"))


@pytest.fixture
def server(engine, tmp_path):
    """A server that listens for messages, with an empty house."""
    service = Service(tmp_path, engine)
    service.more = ["--mllp", "0"]
    try:
        yield service.start()
    finally:
        service.stop()


def port(service):
    for _ in range(100):
        for line in service.said:
            if found := re.search(r"messages are taken on 127\.0\.0\.1:(\d+)", line):
                return int(found[1])
        time.sleep(0.1)
    raise AssertionError("the listener did not say its port:\n" + "".join(service.said))


def states(service):
    text = httpx.get(service.address + "/metrics", timeout=30).text
    return {name: int(count) for name, count in re.findall(r'almoner_messages\{state="(\w+)"\} (\d+)', text)}


def settled(service):
    for _ in range(300):
        found = states(service)
        if found["waiting"] == found["failed"] == 0:
            return found
        time.sleep(0.2)
    raise AssertionError(f"messages still wait: {found}")


def contents(service):
    """All that follows from the messages, without what only tells when and how often it was stored."""
    found = {}
    with service.client() as client:
        for kind in TYPES:
            for entry in client.get(f"{kind}?_count=200").json().get("entry", []):
                resource = entry["resource"]
                resource.pop("meta", None)
                found[f"{kind}/{resource['id']}"] = resource
    return found


def test_every_real_message_has_its_answer_and_its_effect(server):
    sent = texts()
    with hl7.client.MLLPClient("127.0.0.1", port(server)) as client:
        for text in sent:
            asked = hl7.parse(text)
            answer = send(client, text)
            if answer is None:
                continue
            assert str(answer.segment("MSA")[1]) == "AA"
            assert str(answer.segment("MSA")[2]) == str(asked.segment("MSH")[10])
            # Sender and receiver are exchanged.
            assert str(answer.segment("MSH")[5]) == str(asked.segment("MSH")[3])
    with_effect = [text for text in sent if str(hl7.parse(text).segment("MSH")[9]).split("^")[1] in EFFECT]
    found = settled(server)
    assert found["done"] == len(with_effect)
    assert found["kept"] == len(sent) - len(with_effect)
    assert found["review"] == found["refused"] == 0
    kinds = {place.split("/")[0] for place in contents(server)}
    assert {"Patient", "Encounter", "AllergyIntolerance"} <= kinds


@pytest.fixture(scope="module")
def in_order(engine, tmp_path_factory):
    """What the messages come to one after another, told by a server of its own for each engine."""
    service = Service(tmp_path_factory.mktemp("in-order"), engine)
    service.more = ["--mllp", "0"]
    try:
        service.start()
        with hl7.client.MLLPClient("127.0.0.1", port(service)) as client:
            for text in texts():
                send(client, text)
        settled(service)
        return contents(service)
    finally:
        service.stop()


@pytest.mark.parametrize("seed", SEEDS)
def test_shuffled_doubled_and_cut_in_pieces_they_come_to_the_same(server, in_order, seed):
    chance = random.Random(seed)
    sent = texts()
    sent += chance.sample(sent, 8)
    chance.shuffle(sent)
    stream = b"".join(b"\x0b" + text.encode() + b"\x1c\r" for text in sent)
    answers = b""
    with socket.create_connection(("127.0.0.1", port(server)), timeout=60) as connection:
        while stream:
            size = chance.randint(1, 3000)
            connection.sendall(stream[:size])
            stream = stream[size:]
        wanted = sum(not asks_for_none(text) for text in sent)
        while answers.count(b"\x1c\r") < wanted:
            more = connection.recv(65536)
            assert more, "the connection ended before all was answered"
            answers += more
    assert answers.count(b"MSA|AA|") == wanted
    found = settled(server)
    assert sum(found.values()) == len(texts())
    assert contents(server) == in_order


def test_what_cannot_be_taken_is_answered_and_kept(server):
    good = texts()[0]
    cases = [
        (good.replace("ADT^A01^ADT_A01", "ORU^R01"), "AR"), (good.replace("|P|2.8|", "|P|3.0|"), "AR"),
        ("\r".join(line for line in good.split("\r") if not line.startswith("PID")), "AE"),
        ("MSH|^~\\&|x", "AR")]
    with hl7.client.MLLPClient("127.0.0.1", port(server)) as client:
        client.socket.settimeout(5)
        for text, code in cases:
            answer = client.send_message(text).decode()
            assert f"MSA|{code}" in answer, f"{code} for {text[:40]}: {answer}"
    assert settled(server)["refused"] == 4
