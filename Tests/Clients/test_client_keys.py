"""A client whose keys stand at an address of its own (jwks_uri): fetched where the site allows it, and nowhere else."""

import http.server
import json
import subprocess
import threading
import time
import uuid

import fhirclient.client
import fhirclient.models.patient
import fhirpy
import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from service import BINARY, Service
from test_backend_service import BEARER, public


class KeyServer:
    """The client's own server, which counts how often it is asked."""

    def __init__(self, tls=None):
        self.keys = {}
        self.asked = []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                outer.asked.append(self.path)
                outer.headers = dict(self.headers)
                if self.path == "/away.json":
                    self.send_response(302)
                    self.send_header("Location", f"http://127.0.0.1:{outer.port}/keys.json")
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                    return
                text = json.dumps({"keys": [public(key, name, "ES384") for name, key in outer.keys.items()]}).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        if tls:
            # The handshake is made by the thread that answers, so that one that fails stops nobody.
            self.server.socket = tls.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
            self.server.handle_error = lambda *_: None
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def assertion(service, client, key, kid):
    told = {
        "iss": client, "sub": client, "aud": f"{service.address}/oauth/token", "jti": str(uuid.uuid4()),
        "exp": int(time.time()) + 240}
    return jwt.encode(told, key, algorithm="ES384", headers={"kid": kid})


def ask(service, client, key, kid="one"):
    return httpx.post(f"{service.address}/oauth/token", timeout=30, data={
        "grant_type": "client_credentials", "client_assertion_type": BEARER,
        "client_assertion": assertion(service, client, key, kid)})


@pytest.fixture(scope="module")
def place(engine, tmp_path_factory):
    keys = KeyServer()
    keys.keys["one"] = ec.generate_private_key(ec.SECP384R1())
    service = Service(tmp_path_factory.mktemp("keys"), engine)
    for name, path in [("lab", "keys.json"), ("away", "away.json")]:
        done = subprocess.run(
            [str(BINARY), "client", "add", name, "--scope", "system/Patient.rs", "--keys-url",
             f"http://127.0.0.1:{keys.port}/{path}", *service.where], capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stdout + done.stderr
    service.more = ["--allow-outbound", f"127.0.0.1:{keys.port}"]
    try:
        service.start()
        with service.client() as client:
            assert client.put("Patient/p", json={"resourceType": "Patient", "id": "p"}).status_code == 201
        yield service, keys
    finally:
        service.stop()
        keys.close()


def test_public_clients_read_with_keys_that_stand_elsewhere(place):
    service, keys = place
    answer = ask(service, "lab", keys.keys["one"])
    assert answer.status_code == 200, answer.text
    token = answer.json()["access_token"]
    smart = fhirclient.client.FHIRClient(settings={"app_id": "lab", "api_base": service.base})
    smart.server.session.headers["Authorization"] = f"Bearer {token}"
    assert [one.id for one in fhirclient.models.patient.Patient.where({}).perform_resources(smart.server)] == ["p"]
    fhir = fhirpy.SyncFHIRClient(service.base, authorization=f"Bearer {token}")
    assert [one["id"] for one in fhir.resources("Patient").fetch_all()] == ["p"]
    # Known for some minutes; nothing that could be a credential went along.
    assert ask(service, "lab", keys.keys["one"]).status_code == 200
    assert keys.asked.count("/keys.json") == 1
    assert not {"authorization", "cookie", "proxy-authorization"} & {name.lower() for name in keys.headers}


def test_another_key_is_refused_and_its_owner_not_asked_at_once(place):
    service, keys = place
    other = ec.generate_private_key(ec.SECP384R1())
    for kid in ["one", "two", "three"]:
        assert ask(service, "lab", other, kid).json()["error"] == "invalid_client"
    assert keys.asked.count("/keys.json") == 1


def test_a_redirect_is_not_followed(place):
    service, keys = place
    asked = keys.asked.count("/keys.json")
    assert ask(service, "away", keys.keys["one"]).json()["error"] == "invalid_client"
    assert keys.asked.count("/keys.json") == asked and "/away.json" in keys.asked
    assert any("outbound-redirected" in line for line in service.said)


def test_what_the_site_has_not_allowed_is_not_asked(place):
    service, keys = place
    service.end()
    service.more = []
    service.launch()
    asked = len(keys.asked)
    assert ask(service, "lab", keys.keys["one"]).json()["error"] == "invalid_client"
    assert len(keys.asked) == asked
    assert any("outbound-not-encrypted" in line for line in service.said)


@pytest.mark.parametrize("url", ["keys.json", "ftp://lab.example/keys", "https://name:secret@lab.example/keys"])
def test_what_is_no_address_is_not_registered(tmp_path, url):
    done = subprocess.run(
        [str(BINARY), "client", "add", "lab", "--scope", "system/Patient.rs", "--keys-url", url, "--data",
         str(tmp_path / "data")], capture_output=True, text=True, timeout=120)
    assert done.returncode != 0 and "is no address" in done.stderr and not (tmp_path / "data").exists()
