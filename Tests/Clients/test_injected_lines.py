"""Lines that an attacker writes into headers, logs and paths: answers keep their shape, the log its lines, files their folder."""

import gzip
import json
import re
import socket
import subprocess
from pathlib import Path
from urllib.parse import quote

import pytest

from service import BINARY, FHIR_JSON

# Broken lines as an address, a form and a header may carry them: written out, and as single bytes.
LINES = ["\r\nSet-Cookie: planted=1\r\n\r\n<b>planted</b>", "\nX-Planted: 1", "\rX-Planted: 1", "\u2028planted\u0085planted"]
ESCAPES = "\x1b[2J\x1b[31mplanted\x07"
LOG_LINE = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d{4} (trace|debug|info|notice|warning|error|critical) almoner\b")
FORM = "application/x-www-form-urlencoded"


def talk(service, sent):
    """All that comes back for some bytes on a connection of its own."""
    with socket.create_connection(("127.0.0.1", service.port), timeout=30) as line:
        line.sendall(sent)
        got = b""
        try:
            while more := line.recv(65536):
                got += more
        except (ConnectionResetError, TimeoutError):
            pass
        return got.decode("latin-1")


def ask(service, path, method="GET", headers="", body=""):
    head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{service.port}\r\nConnection: close\r\n{headers}"
    if body:
        head += f"Content-Type: {FORM}\r\nContent-Length: {len(body.encode())}\r\n"
    return talk(service, (head + "\r\n" + body).encode())


def faults(said, what):
    """What is wrong with an answer: not one answer, or a header that we did not write."""
    head, _, _ = said.partition("\r\n\r\n")
    lines = head.split("\r\n")
    found = []
    if not re.match(r"HTTP/1\.1 \d{3} ", lines[0]):
        found.append(f"{what}: {lines[0][:80]!r}")
    if lines[0][9:10] == "5":
        found.append(f"{what}: {lines[0]}")
    for line in lines[1:]:
        name, _, value = line.partition(":")
        if not re.fullmatch(r"[A-Za-z-]+", name) or "planted" in name.lower() or re.search(r"[\x00-\x1f\x7f]", value):
            found.append(f"{what}: the header {line[:100]!r}")
        if name.lower() == "set-cookie" and "planted" in value:
            found.append(f"{what}: the cookie {value[:100]!r}")
    return found


@pytest.mark.parametrize("text", LINES)
def test_no_header_is_written_by_who_asks(service, text):
    found, part = [], quote(text, safe="")
    for path in [
        f"/sign-in?next={part}", f"/sign-in?next=/{part}", f"/{part}", f"/people/{part}/plan", f"/tasks/{part}?done={part}",
        f"/design/{part}", f"/invitation/{part}", f"/fhir/{part}", f"/fhir/Patient/{part}", f"/fhir/Patient?name={part}",
        f"/fhir/Patient/{part}/_history/{part}", f"/fhir/metadata?_format={part}", f"/fhir/.well-known/{part}",
    ]:
        for method in ["GET", "HEAD", "POST"]:
            found += faults(ask(service, path, method, f"Authorization: Bearer {service.key}\r\n"), f"{method} {path}")
    for path, fields in [
        ("/sign-in", ["name", "next", "repost", "kept.note", "code"]), ("/unlock", ["next", "repost", "secret"]),
        ("/oauth/token", ["client_id", "client_secret", "scope", "grant_type", "client_assertion"]),
        ("/invitation/" + "x" * 43, ["birth", "invitation-code", "account"]),
    ]:
        body = "&".join(f"{name}={part}" for name in fields)
        found += faults(ask(service, path, "POST", body=body), f"POST {path}")
    assert not found, "\n".join(found)


@pytest.mark.parametrize("name", [
    "Host", "Origin", "Referer", "User-Agent", "Cookie", "X-Request-Id", "X-Forwarded-For", "If-None-Match", "If-Match",
    "If-None-Exist", "Accept", "Accept-Language", "Authorization", "Prefer", "Content-Type",
])
def test_no_header_comes_back_as_two(service, name):
    for value in ["a\rX-Planted: 1", "a\nX-Planted: 1", "a\x00b", ESCAPES, "a\x7fb", "é" * 50, "a" * 7_000]:
        sent = f"GET /fhir/Patient/none HTTP/1.1\r\nHost: here\r\nConnection: close\r\n{name}: {value}\r\n\r\n"
        found = faults(talk(service, sent.encode()), f"{name}: {value[:20]!r}")
        assert not found, "\n".join(found)


def test_what_is_made_has_its_place_here_whatever_the_host_is_called(service, client):
    """A host that is none is refused; what is made of it is an address and nothing more."""
    for host in ["evil.example/x", "evil.example?x", "user@evil.example", "evil.example\\", "<b>", "a b", "'\""]:
        got = ask(service, "/fhir/Patient?_count=1", headers=f"Authorization: Bearer {service.key}\r\n").split("\r\n")[0]
        assert " 200 " in got
        sent = f"GET /fhir/Patient?_count=1 HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n"
        said = talk(service, (sent + f"Authorization: Bearer {service.key}\r\nAccept: {FHIR_JSON}\r\n\r\n").encode())
        assert said.startswith("HTTP/1.1 400 "), f"{host}: {said[:200]}"


def test_the_log_keeps_its_lines(service):
    """Whatever came before, each line of the log is one that the program wrote, and no control character stands in it."""
    mark = "planted-in-the-log"
    for text in [*LINES, ESCAPES]:
        part = quote(text + mark, safe="")
        body = f"name={part}&password={part}&client_id={part}&client_secret={part}&grant_type={part}"
        for path in ["/sign-in", "/oauth/token", "/oauth/revoke", "/unlock"]:
            ask(service, path, "POST", body=body)
        for path in [f"/fhir/{part}", f"/fhir/Patient?{part}={part}", f"/people/{part}", f"/{part}"]:
            ask(service, path, headers=f"Authorization: Bearer {service.key}\r\nUser-Agent: {mark}\r\nX-Request-Id: {mark}\r\n")
    wrong = [line for line in service.said if not LOG_LINE.match(line)]
    told = ("First start. ", "Almoner is ready on ")
    assert service.said and all(line.startswith(told) for line in wrong), wrong[:5]
    assert mark not in "".join(service.said)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", "".join(service.said))


@pytest.mark.parametrize("path", [
    "/design/../../etc/passwd", "/design/%2e%2e/%2e%2e/%2e%2e/etc/passwd", "/design/..%2f..%2fetc%2fpasswd", "/design//etc/passwd",
    "/design/..%5c..%5cetc%5cpasswd", "/design/almoner.css%00.svg", "/design/%252e%252e/etc/passwd", "/design/./../pages/sign-in.mustache",
    "/design/../roles/patient.yaml", "/design/..%2froles%2fpatient.yaml", "/design/%c0%ae%c0%ae/etc/passwd", "//etc/passwd",
    "/../../../../etc/passwd", "/design/vendor/../../pages/layout.mustache", "/fhir/../design/../../etc/passwd",
    "/fhir/Patient/..%2f..%2f..%2fetc%2fpasswd", "/design/",
])
def test_no_path_leads_out_of_what_is_served(service, path):
    said = ask(service, path)
    assert re.match(r"HTTP/1\.1 (303|400|401|404) ", said), said[:200]
    for told in ["root:x:", "effectiveFrom", "{{", "kind: role"]:
        assert told not in said, f"{path} shows {told}"


def command(folder, *arguments):
    return subprocess.run(
        [str(BINARY), *map(str, arguments), "--data", str(folder / "data")], capture_output=True, timeout=120)


def test_an_import_and_an_export_stay_in_their_folder(tmp_path):
    """Types, ids and names of files that try to lead elsewhere are refused, told on a line each, and make no file."""
    (tmp_path / "in").mkdir()
    ways = ["../../planted", "..", "/tmp/planted", "a/b", "a\\b", "a\u0000b", "planted\r\n", ESCAPES]
    resources = [{"resourceType": "Patient", "id": way, "active": True} for way in ways]
    resources += [{"resourceType": way, "id": "planted"} for way in ways]
    resources += [{"resourceType": "Patient", "id": "sound", "active": True}]
    (tmp_path / "in" / "odd.ndjson").write_text("".join(json.dumps(one) + "\n" for one in resources))
    (tmp_path / "in" / "line\nbroken \x1b[31m.json").write_text('{"resourceType":"Patient","id":"../planted"}')
    (tmp_path / "in" / "packed.json.gz").write_bytes(gzip.compress(b'{"resourceType":"../planted"}'))
    before = {path for path in tmp_path.parent.rglob("*") if "planted" in path.name}
    done = command(tmp_path, "import", tmp_path / "in")
    said = (done.stdout + done.stderr).decode()
    assert "sound" not in said and re.search(r"quarantine", said, re.I), said
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", said), repr(said)
    out = tmp_path / "out"
    assert command(tmp_path, "export", "--out", out).returncode == 0
    assert all(re.fullmatch(r"[A-Z][A-Za-z]+\.ndjson|NOTICE\.txt", path.name) for path in out.iterdir())
    assert {path for path in tmp_path.parent.rglob("*") if "planted" in path.name} == before
    assert not Path("/tmp/planted").exists()


@pytest.mark.parametrize("name", ["../../planted", "a/b", "..", "a\nb", ESCAPES, "a b", "-rf"])
def test_no_account_and_no_client_is_called_so(tmp_path, name):
    for arguments in [
        ("user", "add", "--role", "care-manager"), ("client", "add", "--name", "x", "--scope", "system/*.rs")]:
        done = subprocess.run(
            [str(BINARY), *arguments, "--data", str(tmp_path / "data"), "--", name], capture_output=True, timeout=120)
        assert done.returncode != 0, (arguments, done.stdout)
        assert not re.search(rb"[\x00-\x09\x0b-\x1f\x7f]", done.stdout + done.stderr), done.stderr
