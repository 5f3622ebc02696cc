"""SMART Backend Services with public parts: PyJWT signs, fhirpy and fhirclient read with the token that comes of it."""

import json
import subprocess
import time
import uuid

import fhirclient.client
import fhirclient.models.observation
import fhirpy
import fhirpy.base.exceptions
import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from service import BINARY, FHIR_JSON, Service

BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
SCOPE = "system/Observation.cruds?category=laboratory system/Patient.rs"


def public(key, kid, algorithm):
    kind = jwt.algorithms.ECAlgorithm if algorithm.startswith("ES") else jwt.algorithms.RSAAlgorithm
    return {**json.loads(kind.to_jwk(key.public_key())), "kid": kid, "alg": algorithm, "use": "sig"}


class Backend:
    """A client with two keys of its own, registered with their public halves."""

    def __init__(self, service):
        self.keys = {
            "ES384": ec.generate_private_key(ec.SECP384R1()),
            "RS384": rsa.generate_private_key(public_exponent=65537, key_size=2048)}
        jwks = service.folder / "backend.json"
        jwks.write_text(json.dumps({"keys": [public(key, name, name) for name, key in self.keys.items()]}))
        done = subprocess.run(
            [str(BINARY), "client", "add", "backend", "--name", "Backend", "--scope", SCOPE, "--keys", str(jwks),
             *service.where], capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stdout + done.stderr
        self.service = service

    @property
    def smart(self):
        return httpx.get(self.service.base + "/.well-known/smart-configuration").json()

    def assertion(self, algorithm="ES384", key=None, **claims):
        endpoint = self.smart["token_endpoint"]
        told = {
            "iss": "backend", "sub": "backend", "aud": endpoint, "jti": str(uuid.uuid4()),
            "exp": int(time.time()) + 240, **claims}
        return jwt.encode(told, key or self.keys[algorithm], algorithm=algorithm, headers={"kid": algorithm})

    def ask(self, assertion, **more):
        return httpx.post(self.smart["token_endpoint"], data={
            "grant_type": "client_credentials", "client_assertion_type": BEARER, "client_assertion": assertion, **more})

    def token(self, **more):
        answer = self.ask(self.assertion(), **more)
        assert answer.status_code == 200, answer.text
        return answer.json()["access_token"]


def observation(id, category):
    return {
        "resourceType": "Observation", "id": id, "status": "final", "code": {"text": "Potassium"},
        "subject": {"reference": "Patient/p"}, "category": [{"coding": [{"system": "urn:category", "code": category}]}]}


@pytest.fixture(scope="module")
def backend(engine, tmp_path_factory):
    service = Service(tmp_path_factory.mktemp("backend"), engine)
    backend = Backend(service)
    try:
        service.start()
        made = [{"resourceType": "Patient", "id": "p", "name": [{"family": "Okafor"}]},
                observation("lab", "laboratory"), observation("vital", "vital-signs")]
        with service.client() as client:
            for resource in made:
                done = client.put(f"{resource['resourceType']}/{resource['id']}", json=resource)
                assert done.status_code == 201, done.text
        yield backend
    finally:
        service.stop()


@pytest.mark.parametrize("algorithm", ["ES384", "RS384"])
def test_a_signed_assertion_becomes_a_token(backend, algorithm):
    answer = backend.ask(backend.assertion(algorithm))
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert told["token_type"] == "bearer" and told["expires_in"] == 300 and told["scope"] == SCOPE
    assert answer.headers["cache-control"] == "no-store"


def test_fhirpy_sees_what_the_scope_says_and_nothing_else(backend):
    fhir = fhirpy.SyncFHIRClient(backend.service.base, authorization=f"Bearer {backend.token()}")
    assert [found["id"] for found in fhir.resources("Observation").fetch_all()] == ["lab"]
    assert fhir.resources("Observation").search(category="vital-signs").fetch() == []
    with pytest.raises(fhirpy.base.exceptions.ResourceNotFound):
        fhir.reference("Observation", "vital").to_resource()
    made = fhir.resource("Observation", **{k: v for k, v in observation("x", "laboratory").items() if k != "id"})
    made.save()
    assert made.id
    made["category"] = observation("x", "vital-signs")["category"]
    with pytest.raises(fhirpy.base.exceptions.ForbiddenError):
        made.save()
    made.delete()


def test_fhirclient_reads_with_the_same_token(backend):
    smart = fhirclient.client.FHIRClient(settings={"app_id": "backend", "api_base": backend.service.base})
    smart.server.session.headers["Authorization"] = f"Bearer {backend.token(scope='system/Observation.rs?category=laboratory')}"
    found = fhirclient.models.observation.Observation.where({}).perform_resources(smart.server)
    assert [one.id for one in found] == ["lab"]


@pytest.mark.parametrize("scope, granted", [
    ("system/Patient.r", "system/Patient.r"), ("system/Patient.rs system/Condition.rs", "system/Patient.rs"),
    ("system/Observation.rs", None), ("system/*.cruds", None), ("system/Observation.rs?colour=red", None)])
def test_no_more_is_granted_than_is_registered(backend, scope, granted):
    answer = backend.ask(backend.assertion(), scope=scope)
    if granted:
        assert answer.status_code == 200 and answer.json()["scope"] == granted
    else:
        assert answer.status_code == 400 and answer.json()["error"] == "invalid_scope"


def test_an_assertion_is_good_once(backend):
    assertion = backend.assertion()
    assert backend.ask(assertion).status_code == 200
    assert backend.ask(assertion).status_code == 401


@pytest.mark.parametrize("claims", [
    {"aud": "https://elsewhere.example/oauth/token"}, {"exp": int(time.time()) + 3600}, {"exp": int(time.time()) - 5},
    {"sub": "somebody"}, {"jti": ""}])
def test_what_is_not_for_here_and_now_is_refused(backend, claims):
    assert backend.ask(backend.assertion(**claims)).json()["error"] == "invalid_client"


def test_a_token_is_withdrawn_within_seconds(backend):
    token = backend.token()
    headers = {"Authorization": f"Bearer {token}", "Accept": FHIR_JSON}
    assert httpx.get(backend.service.base + "/Patient/p", headers=headers).status_code == 200
    for endpoint in ["introspection_endpoint", "revocation_endpoint"]:
        done = httpx.post(backend.smart[endpoint], data={
            "token": token, "client_assertion_type": BEARER, "client_assertion": backend.assertion()})
        assert done.status_code == 200 and done.json().get("active", True)
    assert httpx.get(backend.service.base + "/Patient/p", headers=headers).status_code == 401


def test_every_process_refuses_what_one_has_used_or_withdrawn(backend):
    if backend.service.engine != "postgres":
        pytest.skip("a folder has one owner: several processes share a PostgreSQL database alone")
    twin = backend.service.twin()
    try:
        # Behind one address for both, as a proxy would have it, an assertion that one took is not taken by the other.
        assertion = backend.assertion()
        assert backend.ask(assertion).status_code == 200
        again = httpx.post(
            twin.address + "/oauth/token", headers={"Host": f"127.0.0.1:{backend.service.port}"},
            data={"grant_type": "client_credentials", "client_assertion_type": BEARER, "client_assertion": assertion})
        assert again.status_code == 401, again.text
        token = backend.token()
        headers = {"Authorization": f"Bearer {token}", "Accept": FHIR_JSON}
        assert httpx.get(twin.base + "/Patient/p", headers=headers).status_code == 200
        withdrawn = time.monotonic()
        done = httpx.post(backend.smart["revocation_endpoint"], data={
            "token": token, "client_assertion_type": BEARER, "client_assertion": backend.assertion()})
        assert done.status_code == 200
        while httpx.get(twin.base + "/Patient/p", headers=headers).status_code == 200:
            # How long it may take at most is tested with a clock of its own; here it only has to come to pass.
            assert time.monotonic() - withdrawn < 60, "still taken after a minute"
            time.sleep(0.1)
        print(f"withdrawn on the other process after {time.monotonic() - withdrawn:.1f} s")
    finally:
        twin.end()
