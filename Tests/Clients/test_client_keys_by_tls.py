"""Keys of a client that stand behind TLS whose certificate an authority of the site's own has signed."""

import re
import ssl
import subprocess

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from authority import Authority
from service import BINARY, Service
from test_client_keys import KeyServer, ask


@pytest.fixture(scope="module")
def place(engine, tmp_path_factory):
    """A server that trusts one authority, and places of keys whose certificates are as their names say."""
    folder = tmp_path_factory.mktemp("tls-keys")
    own, other = Authority(folder, "own"), Authority(folder, "other")
    certificates = {
        "good": own.certificate("localhost"), "expired": own.certificate("localhost", -20, -1),
        "early": own.certificate("localhost", 1, 20), "misnamed": own.certificate("lab.example"),
        "stranger": other.certificate("localhost"),
    }
    key = ec.generate_private_key(ec.SECP384R1())
    service = Service(folder, engine)
    places = {}
    for name, (file, secret) in certificates.items():
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file, secret)
        places[name] = KeyServer(context)
        places[name].keys["one"] = key
        done = subprocess.run(
            [str(BINARY), "client", "add", name, "--scope", "system/Patient.rs", "--keys-url",
             f"https://localhost:{places[name].port}/keys.json", *service.where],
            capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stdout + done.stderr
    service.more = ["--allow-outbound", "localhost", "--outbound-ca", str(own.file)]
    try:
        yield service.start(), places, key
    finally:
        service.stop()
        for one in places.values():
            one.close()


def test_a_token_is_given_for_keys_behind_tls_of_the_sites_authority(place):
    service, places, key = place
    answer = ask(service, "good", key)
    assert answer.status_code == 200 and answer.json()["access_token"], answer.text
    assert places["good"].asked == ["/keys.json"]


@pytest.mark.parametrize("name", ["expired", "early", "misnamed", "stranger"])
def test_a_certificate_that_is_not_right_is_refused(place, name):
    service, places, key = place
    told = len(service.said)
    assert ask(service, name, key).json()["error"] == "invalid_client"
    assert places[name].asked == []
    assert any("outbound-not-trusted" in line for line in service.said[told:])


def test_without_the_option_the_authority_is_a_stranger(place):
    service, places, key = place
    asked = len(places["good"].asked)
    service.end()
    with_authority, service.more = service.more, ["--allow-outbound", "localhost"]
    try:
        service.launch()
        told = len(service.said)
        assert ask(service, "good", key).json()["error"] == "invalid_client"
        assert len(places["good"].asked) == asked
        assert any("outbound-not-trusted" in line for line in service.said[told:])
        service.end()
    finally:
        service.more = with_authority
        service.launch()


@pytest.mark.parametrize("text, told", [
    (None, "it cannot be read"), ("no certificate", "it (is not in PEM|holds no certificate)")])
def test_a_file_that_holds_no_certificate_stops_the_start(tmp_path, text, told):
    file = tmp_path / "authority.pem"
    if text is not None:
        file.write_text(text)
    done = subprocess.run(
        [str(BINARY), "serve", "--port", "0", "--zone", "UTC", "--data", str(tmp_path / "data"), "--outbound-ca",
         str(file)], capture_output=True, text=True, timeout=120)
    assert done.returncode != 0 and str(file) in done.stderr and re.search(told, done.stderr), done.stderr
