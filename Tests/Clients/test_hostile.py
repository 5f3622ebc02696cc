"""Input that is meant to hurt. Each is refused with a reason, soon, within bounded memory, and others are served."""

import gzip
import json
import socket
import time
import zlib

import pytest

from definitions import parameters, resource_types
from service import FHIR_JSON, outcome
from watch import SLOWEST, pour, watched

GIGABYTE = 1 << 30
PIECE = b" " * (1 << 20)
PATCH = "application/json-patch+json"
FORM = "application/x-www-form-urlencoded"
POST = f"POST /fhir/Patient HTTP/1.1\r\nContent-Type: {FHIR_JSON}\r\nAccept: {FHIR_JSON}"
# Slow senders are told so or cut off after this long.
PATIENCE = 90
SPECIAL = [
    "'", "''", "' OR '1'='1", "'; DROP TABLE resource; --", '"', "%", "_", "%%", "\\", "\\\\", "\\%", "$1", "$$", "?", ":x",
    "*", "(", "NULL", "0x00", "{}", "[]", "<script>", "a,b", "a|b", "|", "||", "|||", ",", "$", "a$b$c", "é", "😀", "\u202e",
    "9" * 400, "-", "-9" * 50, "1e400", "1e-400", "NaN", "Infinity", "ge", "gege1", "2024-13-45", "0000", "9999-12-31T23:59:60Z",
    "x" * 3000, "../../etc/passwd", "Patient/" + "x" * 200, "#", "urn:", "true", "\u0001", "\u0000", "\r\n",
]


@pytest.fixture(scope="module", autouse=True)
def slow(service):
    """Clients that never finish what they began, from the beginning of these tests on."""
    lines = []
    for number in range(150):
        line = socket.create_connection(("127.0.0.1", service.port))
        if number % 3:
            head = f"{POST}\r\nHost: a\r\nAuthorization: Bearer {service.key}\r\nContent-Length: 100000\r\n\r\n" + '{"a'
            line.sendall(head.encode() if number % 3 == 1 else head[:40].encode())
        lines.append(line)
    began = time.monotonic()
    yield lines, began
    for line in lines:
        line.close()


@pytest.fixture(scope="module", autouse=True)
def people(service):
    with service.client() as client:
        for number, family in enumerate(["Plain", "Other", "Third"]):
            made = client.put(f"Patient/h{number}", json={
                "resourceType": "Patient", "id": f"h{number}", "name": [{"family": family}],
                "identifier": [{"system": "http://example.org/ids", "value": f"v{number}"}]})
            assert made.status_code in (200, 201), made.text


def refused(response, *codes):
    assert response.status_code in (codes or range(400, 500)), f"{response.status_code} {response.text[:300]}"
    assert outcome(response)
    assert response.elapsed.total_seconds() < SLOWEST


def refused_address(service, query):
    """An address of more than 16 KB is refused below the API, where no OperationOutcome is written yet."""
    status, _, _, seconds = pour(service, f"GET /fhir/Patient?{query} HTTP/1.1", [])
    assert status in (400, 414, 431) and seconds < SLOWEST, (status, seconds)


def send(client, body, path="Patient", **headers):
    return client.post(path, content=body, headers={"Content-Type": FHIR_JSON} | headers)


@pytest.mark.parametrize("way", ["length", "chunks"])
def test_a_body_of_a_gigabyte(service, way):
    pieces = (PIECE for _ in range(1024))
    head = f"{POST}\r\nContent-Length: {GIGABYTE}"
    if way == "chunks":
        pieces = (b"%x\r\n%b\r\n" % (len(PIECE), PIECE) for _ in range(1024))
        head = f"{POST}\r\nTransfer-Encoding: chunked"
    with watched(service):
        status, body, sent, seconds = pour(service, head, pieces)
    assert status == 413, (status, body[:300], sent)
    assert b"OperationOutcome" in body and sent < GIGABYTE and seconds < 30


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_a_bomb_that_unpacks_to_a_gigabyte(service, client, coding):
    packer = zlib.compressobj(9, zlib.DEFLATED, 31 if coding == "gzip" else 15)
    bomb = b"".join(packer.compress(PIECE) for _ in range(1024)) + packer.flush()
    with watched(service):
        refused(send(client, bomb, **{"Content-Encoding": coding}), 400, 413, 415)
        refused(send(client, gzip.compress(bomb), **{"Content-Encoding": "gzip, gzip"}), 400, 413, 415)
        refused(send(client, bomb[:1000], **{"Content-Encoding": coding}), 400, 413, 415)
        refused(send(client, b"no gzip at all", **{"Content-Encoding": coding}), 400, 413, 415)


@pytest.mark.parametrize(
    "opening, closing", [("[", "]"), ('{"a":', "}"), ('{"resourceType":"Patient","contained":[', "]}")])
def test_a_hundred_thousand_levels(service, client, opening, closing):
    with watched(service):
        refused(send(client, opening * 100_000 + closing * 100_000), 400, 413, 422)
        refused(send(client, opening * 100_000), 400, 413, 422)
        patch = client.patch("Patient/h0", content=opening * 100_000, headers={"Content-Type": PATCH})
        refused(patch, 400, 413, 422)


@pytest.mark.parametrize("kind", ["batch", "transaction"])
def test_a_hundred_thousand_entries(service, client, kind):
    entry = '{"resource":{"resourceType":"Patient"},"request":{"method":"POST","url":"Patient"}}'
    bundle = f'{{"resourceType":"Bundle","type":"{kind}","entry":[' + ",".join([entry] * 100_000) + "]}"
    with watched(service):
        refused(send(client, bundle, path=""), 400, 413, 422)
    assert client.get("Patient", params={"_summary": "count"}).json()["total"] < 1000


@pytest.mark.parametrize("body", [
    b'{"resourceType":"Patient","active":true,"active":false}',
    b'{"resourceType":"Patient","active":true,"\\u0061ctive":false}',
    b'{"resourceType":"Patient","resourceType":"Observation"}',
    b'{"resourceType":"Patient","name":[{"family":"\\ud800"}]}',
    b'{"resourceType":"Patient","name":[{"family":"\\udc00\\ud800"}]}',
    b'{"resourceType":"Patient","name":[{"family":"a\\u0000b"}]}',
    b'{"resourceType":"Patient","name":[{"family":"a\x00b"}]}',
    b'{"resourceType":"Patient","name":[{"family":"\xff\xfe"}]}',
    b'{"resourceType":"Patient"}\x00', b'{"resourceType":"Patient"}{"resourceType":"Patient"}',
    b'{"resourceType":"Patient\\u0000"}', b"", b"null", b"1", b"[]", b"{}",
    b'{"resourceType":"Patient","multipleBirthInteger":1e999999999}',
    b'{"resourceType":"Patient","multipleBirthInteger":' + b"9" * 100_000 + b"}",
    b'{"resourceType":' + b'"Patient' * 10_000, b'{"resourceType":["Patient"]}', b'{"resourceType":{}}',
])
def test_texts_that_are_no_resource(client, body):
    refused(send(client, body), 400, 422)


@pytest.mark.parametrize("path", [
    "Patient/%00", "Patient/" + "x" * 65, "Patient/..%2f..%2fetc", "Patient/'", "Patient/h0/_history/%00",
    "Patient/h0/_history/99999999999999999999", "Patient/h0/_history/-1", "Nothing", "Nothing/1", "Patient'/1", "%ff%fe",
    "Patient/h0/$nothing", "Patient/h0/Nothing", "patient/h0", "Patient/h0/_history/1/2/3/4/5",
])
def test_addresses_that_lead_nowhere(client, path):
    response = client.get(path)
    refused(response)


def test_special_signs_in_every_kind_of_parameter(service, client):
    """One parameter of each kind and a few modifiers; nothing breaks, and nothing finds more than it should."""
    kinds = {}
    for name in ("Patient", "Observation", "MolecularSequence", "ValueSet", "Location", "Encounter"):
        for code, parameter in parameters(name).items():
            kinds.setdefault((parameter.kind, name), code)
    items = [(name, code, value) for (_, name), code in kinds.items() for value in SPECIAL]
    items += [("Patient", code, value) for value in SPECIAL for code in (
        "_id", "_lastUpdated", "_tag", "_profile", "_source", "_sort", "_include", "_revinclude", "_count", "_total", "_summary",
        "_elements", "_has:Observation:subject:code", "family:exact", "family:contains", "identifier:of-type", "gender:not",
        "birthdate:missing", "general-practitioner:Practitioner.name", "general-practitioner:identifier", "_cursor", "_type")]

    def ask(client, item):
        name, code, value = item
        response = client.get(name, params={code: value})
        if response.status_code >= 500 or not (response.status_code == 200 or response.json()["issue"]):
            yield f"{name}?{code}={value[:40]!r}: {response.status_code} {response.text[:200]}"

    problems = service.at_once(items, ask)
    assert not problems, "\n".join(problems[:40])
    for value in ("%", "_", "_lain", "Pl%", "P_ain", "' OR '1'='1"):
        for code in ("family", "family:contains", "family:exact", "identifier", "_id", "name"):
            response = client.get("Patient", params={code: value})
            assert response.status_code in (200, 400), response.text
            assert response.status_code == 400 or not response.json().get("entry"), (code, value)


def test_every_parameter_of_every_type_takes_a_value_and_no_sql(service, client):
    """Each is asked with what would end a statement, and none finds what its plain value does not find."""
    values = ["o'x\"; DROP TABLE resource; --", "' OR '1'='1", "1) UNION SELECT body FROM account --"]
    items = [(name, code, value) for name in resource_types() for code in parameters(name) for value in values]

    def ask(client, item):
        name, code, value = item
        response = client.get(name, params={code: value, "_count": "1"})
        if response.status_code not in (200, 400) or not (response.status_code == 400 or code.startswith("_") or
                                                          not response.json().get("entry")):
            yield f"{name}?{code}={value!r}: {response.status_code} {response.text[:200]}"

    problems = service.at_once(items, ask)
    print(f"asked: {len(items)}, parameters: {len(items) // len(values)}")
    assert not problems, "\n".join(problems[:40])
    assert client.get("Patient", params={"_summary": "count"}).json()["total"] >= 3


def test_parameter_names_from_outside(client):
    for name in ("family'", "family:exact:exact", "family:'", ":", "family.", ".family", "family..x", "'; --", "_has", "_has:",
                 "_has:::", "_has:Observation:subject", "general-practitioner.", "x" * 5000, "%", "_", "\u0000", "family:exact.x"):
        refused(client.get("Patient", params={name: "a"}))


def test_includes_in_a_circle(service, client):
    base = {"resourceType": "Observation", "status": "final", "code": {"text": "x"}}
    for number in range(50):
        following = [{"reference": f"Observation/c{(number + step) % 50}"} for step in (0, 1, 7)]
        made = client.put(f"Observation/c{number}", json=base | {"id": f"c{number}", "hasMember": following})
        assert made.status_code in (200, 201), made.text
    with watched(service):
        for name in ("_include", "_include:iterate", "_revinclude:iterate"):
            for value in ("Observation:has-member", "*", "Observation:*"):
                got = client.get("Observation", params={"_id": "c0", name: value})
                assert got.status_code in (200, 400), got.text[:300]
                if got.status_code == 200:
                    ids = [entry["resource"]["id"] for entry in got.json()["entry"]]
                    assert len(ids) == len(set(ids)) <= 50
        both = [("_id", "c0"), ("_include:iterate", "*"), ("_revinclude:iterate", "*")] * 20
        assert client.get("Observation", params=both).status_code in (200, 400)


def test_counts_beyond_reason(client):
    none = client.get("Patient", params={"_count": "0"})
    assert none.status_code == 200 and not none.json().get("entry") and none.json()["total"] >= 3
    for value in ("1000000000", "1e9", "-1", "9" * 50, "many", ""):
        got = client.get("Patient", params={"_count": value})
        assert got.status_code in (200, 400), got.text
        assert got.status_code == 400 or len(got.json().get("entry", [])) <= 1000


def test_ten_thousand_parameters(service, client):
    many = [("family", "a")] * 10_000
    with watched(service):
        refused(client.get("Patient", params=many[:1_500]))
        refused_address(service, "&".join("a=b" for _ in range(10_000)))
        refused(client.post("Patient/_search", data={f"p{number}": "a" for number in range(10_000)}))
        form = "&".join(f"{name}={value}" for name, value in many)
        refused(client.post("Patient/_search", content=form, headers={"Content-Type": FORM}))
        refused_address(service, "_id=" + ",".join(["x"] * 100_000))


def test_chains_without_end(service, client):
    with watched(service):
        refused(client.get("Observation", params={"subject:Patient." + "link:Patient." * 1000 + "name": "a"}))
        refused(client.get("Patient", params={"_has:Observation:subject:" * 500 + "code": "a"}))
        refused_address(service, "_has:Observation:subject:" * 5_000 + "code=a")
        refused(client.get("Observation", params={"has-member:Observation." * 200 + "code": "a"}))
        for name in ("_sort", "_include", "_elements"):
            got = client.get("Patient", params={name: ",".join(["Patient:link", "name", "birthdate"] * 500)})
            assert got.status_code in (200, 400, 414), got.text[:200]
        got = client.post("Patient/_search", data={"family": ",".join(f"a{number}" for number in range(20_000))})
        assert got.status_code in (200, 400, 413), got.text[:200]


def test_patches_that_grow(service, client):
    double = {"op": "copy", "from": "/name", "path": "/name/-"}
    many = [{"op": "add", "path": "/name/0", "value": {"family": "x"}}] * 9_000
    grow = [{"op": "copy", "from": "/extension", "path": f"/extension/{number}/extension"} for number in range(60)]
    with watched(service):
        for change in ([double] * 40, many * 20, grow, [{"op": "test", "path": "/a" * 50_000, "value": 1}]):
            refused(client.patch("Patient/h0", content=json.dumps(change), headers={"Content-Type": PATCH}))


def test_cursors_that_nobody_gave(client):
    first = client.get("Patient", params={"_count": "1"}).json()
    following = next(link["url"] for link in first["link"] if link["relation"] == "next")
    assert client.get(following).status_code == 200
    for change in (following[:-3], following + "AAAA", following.replace("_count=1", "_count=1&family=a")):
        if change != following:
            refused(client.get(change))


def test_without_a_token_nothing_is_told(service, client):
    for headers in ({}, {"Authorization": "Bearer nonsense"}, {"Authorization": "Bearer " + "x" * 10_000},
                    {"Authorization": "Basic YTpi"}, {"Authorization": b"Bearer \xff"}):
        with service.client(headers={"Accept": FHIR_JSON} | headers) as other:
            refused(other.get("Patient/h0"), 401, 400, 431)
            refused(other.get("Patient/nobody"), 401, 400, 431)


def test_slow_senders_are_cut_off_and_others_served(service, client, slow):
    lines, began = slow
    with watched(service):
        time.sleep(1)
    for line in lines:
        line.settimeout(max(PATIENCE - (time.monotonic() - began), 0.1))
    answers = []
    for number, line in enumerate(lines):
        if number % 3 == 1:
            try:
                answers.append(line.recv(4096))
            except ConnectionResetError:
                answers.append(b"")
    assert all(not answer or b" 408 " in answer or b" 400 " in answer for answer in answers), answers[:3]
    assert client.get("Patient/h0").status_code == 200
