"""The edge of the server: slow clients, limits, TLS, and an end with a bound."""

import http.client
import re
import signal
import socket
import ssl
import statistics
import subprocess
import threading
import time

import pytest

from service import BINARY

SLOW = 500


def connect(service):
    return socket.create_connection(("127.0.0.1", service.port), timeout=60)


def answer_to(service, sent):
    """The first line that comes back for some bytes; empty when the connection just ends."""
    with connect(service) as held:
        held.sendall(sent)
        try:
            return held.recv(200).decode("latin-1").split("\r\n")[0]
        except ConnectionResetError:
            return ""


def test_five_hundred_slow_connections_keep_nobody_waiting(service):
    if service.engine != "sqlite":
        pytest.skip("the connections are the same on both engines")
    held = [connect(service) for _ in range(SLOW)]
    try:
        for place, slow in enumerate(held):
            # Half of a head, a head with half of a body, or nothing at all.
            if place % 3 == 0:
                slow.sendall(b"GET /sign-in HTTP/1.1\r\nHost: here\r\nX-Slow: ")
            elif place % 3 == 1:
                slow.sendall(b"POST /sign-in HTTP/1.1\r\nHost: here\r\nContent-Length: 100000\r\n\r\nname=")
        times = []
        with service.client() as client:
            for _ in range(60):
                for slow in held[::7]:
                    try:
                        slow.sendall(b"x")
                    except OSError:
                        pass
                began = time.monotonic()
                assert client.get("Patient", params={"_count": 1}).status_code == 200
                times.append(time.monotonic() - began)
        assert len([time for time in times if time > 5]) == 0
        print(f"others' p95 beside {SLOW} slow connections: {statistics.quantiles(times, n=20)[-1] * 1000:.1f} ms")
    finally:
        for slow in held:
            slow.close()


def test_a_connection_that_asks_nothing_is_closed(service):
    if service.engine != "sqlite":
        pytest.skip("the connections are the same on both engines")
    slow = [connect(service), connect(service)]
    slow[1].sendall(b"GET /livez HTTP/1.1\r\nHost: here\r\nX-Slow: ")
    for held in slow:
        held.settimeout(60)
        # Closed by the server, with or without a word.
        while held.recv(1_000):
            pass
        held.close()


@pytest.mark.parametrize(
    "sent",
    [
        b"GET /livez HTTP/1.1\r\nHost: here\r\n" + b"X-A: b\r\n" * 200 + b"\r\n",
        b"GET /livez HTTP/1.1\r\nHost: here\r\nX-Long: " + b"a" * 300_000 + b"\r\n\r\n",
        b"GET /" + b"a" * 300_000 + b" HTTP/1.1\r\nHost: here\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00",
    ],
    ids=["many headers", "a long header", "a long address", "TLS to a plain port", "HTTP/2"],
)
def test_what_is_too_much_is_refused_and_the_server_goes_on(service, sent):
    first = answer_to(service, sent)
    assert first == "" or re.match(r"HTTP/1\.1 (4\d\d|505)", first), first
    with service.client() as client:
        assert client.get("metadata").status_code == 200


def test_a_form_and_a_body_have_their_limits(service):
    with service.client() as client:
        form = client.post(service.address + "/sign-in", content="name=" + "a" * (2 << 20))
        assert form.status_code == 413
        promised = answer_to(
            service,
            b"POST /fhir/Patient HTTP/1.1\r\nHost: here\r\nContent-Type: application/fhir+json\r\nAuthorization: Bearer "
            + service.key.encode() + b"\r\nContent-Length: 9999999999\r\n\r\n")
        assert "413" in promised


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tls")
    for name in ["own", "other"]:
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days",
             "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout",
             str(folder / f"{name}.key"), "-out", str(folder / f"{name}.pem")], check=True, capture_output=True)
        (folder / f"{name}.key").chmod(0o600)
    return folder


def serve(folder, *more):
    return subprocess.Popen(
        [str(BINARY), "serve", "--port", "0", "--zone", "UTC", "--data", str(folder / "data"), *map(str, more)],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def port_of(process):
    for line in process.stdout:
        if ready := re.search(r"ready on (https?)://127\.0\.0\.1:(\d+)/", line):
            return ready[1], int(ready[2])
    raise AssertionError("the server did not start")


def test_tls_1_3_is_spoken_and_nothing_older(certificate, tmp_path):
    process = serve(tmp_path, "--tls-certificate", certificate / "own.pem", "--tls-key", certificate / "own.key")
    try:
        scheme, port = port_of(process)
        assert scheme == "https"
        trusting = ssl.create_default_context(cafile=certificate / "own.pem")
        connection = http.client.HTTPSConnection("localhost", port, context=trusting, timeout=30)
        connection.request("GET", "/sign-in")
        answer = connection.getresponse()
        assert answer.status == 200
        assert answer.getheader("Strict-Transport-Security") == "max-age=31536000"
        assert connection.sock is None or connection.sock.version() == "TLSv1.3"
        answer.read()
        old = ssl.create_default_context(cafile=certificate / "own.pem")
        old.maximum_version = ssl.TLSVersion.TLSv1_2
        with pytest.raises((ssl.SSLError, ConnectionError)):
            http.client.HTTPSConnection("localhost", port, context=old, timeout=30).request("GET", "/livez")
        # A handshake that is begun and not gone on with holds no place for ever.
        with socket.create_connection(("127.0.0.1", port), timeout=60) as slow:
            slow.sendall(b"\x16\x03\x01")
            while slow.recv(1_000):
                pass
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=40) == 0


def test_files_that_do_not_fit_are_said(certificate, tmp_path):
    open_key = tmp_path / "open.key"
    open_key.write_bytes((certificate / "own.key").read_bytes())
    open_key.chmod(0o644)
    broken = tmp_path / "broken.pem"
    broken.write_text("no certificate")
    for pem, key, words in [
        (certificate / "none.pem", certificate / "own.key", "cannot be read"),
        (broken, certificate / "own.key", "cannot be used"),
        (certificate / "own.pem", certificate / "other.key", "does not belong"),
        (certificate / "own.pem", open_key, "chmod 600"),
        (certificate / "own.pem", broken, "cannot be used"),
    ]:
        if key == broken:
            broken.chmod(0o600)
        process = serve(tmp_path, "--tls-certificate", pem, "--tls-key", key)
        said = process.communicate(timeout=120)[0]
        assert process.returncode != 0
        assert words in said, said


def test_the_end_waits_for_nobody_for_ever(tmp_path):
    process = serve(tmp_path)
    _, port = port_of(process)
    threading.Thread(target=process.stdout.read, daemon=True).start()
    held = [socket.create_connection(("127.0.0.1", port), timeout=60) for _ in range(3)]
    held[0].sendall(b"POST /sign-in HTTP/1.1\r\nHost: here\r\nContent-Length: 100000\r\n\r\nname=")
    held[1].sendall(b"GET /livez HTTP/1.1\r\nHost: here\r\n\r\n")
    assert held[1].recv(1_000)
    began = time.monotonic()
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=60) == 0
    assert time.monotonic() - began < 45
    for slow in held:
        slow.close()
