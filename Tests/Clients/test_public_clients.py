"""Clients that others wrote, doing what their users do with them."""

import decimal
import json

import fhirclient.auth
import fhirclient.client
import fhirclient.models.bundle
import fhirclient.models.encounter
import fhirclient.models.observation
import fhirclient.models.patient
import fhirpy
import fhirpy.base.exceptions
import pytest
import requests
from fhir_pyrate import Ahoy, Pirate
from fhirclient.server import FHIRNotFoundException

WARD = "http://example.org/ward"
PEOPLE = 45


def patient(number):
    return {
        "resourceType": "Patient", "id": f"p{number}", "gender": "female" if number % 2 else "male",
        "identifier": [{"system": WARD, "value": f"mrn-{number}"}], "birthDate": f"19{40 + number % 50}-05-0{1 + number % 9}",
        "name": [{"family": f"Family{number:02}", "given": ["Ada" if number % 3 else "Grace"]}],
    }


def observation(number):
    return {
        "resourceType": "Observation", "id": f"o{number}", "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "29463-7", "display": "Body weight"}]},
        "subject": {"reference": f"Patient/p{number}"}, "effectiveDateTime": f"2024-03-{1 + number % 28:02}",
        "valueQuantity": {"value": 60 + number, "unit": "kg", "system": "http://unitsofmeasure.org", "code": "kg"},
    }


@pytest.fixture(scope="module")
def people(service):
    """Some people with a weight each, put there in one transaction."""
    entries = [
        {"resource": made, "request": {"method": "PUT", "url": f"{made['resourceType']}/{made['id']}"}}
        for number in range(PEOPLE) for made in (patient(number), observation(number))]
    with service.client() as client:
        done = client.post("", json={"resourceType": "Bundle", "type": "transaction", "entry": entries})
    assert done.status_code == 200, done.text[:1000]
    assert {entry["response"]["status"][:3] for entry in done.json()["entry"]} == {"201"}
    return service


class TestFhirpy:
    @pytest.fixture
    def fhir(self, people):
        return fhirpy.SyncFHIRClient(people.base, authorization=f"Bearer {people.key}")

    def test_creates_reads_changes_and_deletes(self, fhir):
        made = fhir.resource("Patient", name=[{"family": "Fhirpy", "given": ["One"]}], active=True)
        made.save()
        assert made.id and made["meta"]["versionId"] == "1"
        read = fhir.reference("Patient", made.id).to_resource()
        assert read["name"] == [{"family": "Fhirpy", "given": ["One"]}]
        read["gender"] = "other"
        read.save()
        assert read["meta"]["versionId"] == "2"
        assert fhir.get("Patient", made.id)["gender"] == "other"
        read.delete()
        with pytest.raises(fhirpy.base.exceptions.ResourceNotFound):
            fhir.get("Patient", made.id)

    def test_walks_over_all_pages(self, fhir):
        pages = fhir.resources("Patient").search(identifier=f"{WARD}|").limit(7)
        assert sorted(one.id for one in pages) == sorted(f"p{number}" for number in range(PEOPLE))
        assert len(pages.fetch_all()) == PEOPLE
        assert len(pages.fetch()) == 7
        assert fhir.resources("Patient").search(identifier=f"{WARD}|").count() == PEOPLE

    def test_searches_by_prefix_sort_and_chain(self, fhir):
        weights = fhir.resources("Observation").search(value_quantity__ge="100").sort("-value-quantity").fetch()
        values = [one["valueQuantity"]["value"] for one in weights]
        assert values == [104, 103, 102, 101, 100]
        graces = fhir.resources("Observation").search(**{"subject:Patient.given": "grace"}).fetch_all()
        assert len(graces) == PEOPLE / 3
        has = fhir.resources("Patient").has("Observation", "subject", value_quantity__gt="103").fetch()
        assert [one.id for one in has] == ["p44"]

    def test_includes_and_elements(self, fhir):
        bundle = fhir.resources("Observation").search(_id="o3").include("Observation", "subject").fetch_raw()
        modes = {entry["resource"]["id"]: entry["search"]["mode"] for entry in bundle["entry"]}
        assert modes == {"o3": "match", "p3": "include"}
        bundle = fhir.resources("Patient").search(_id="p3").revinclude("Observation", "subject").fetch_raw()
        assert {entry["resource"]["id"] for entry in bundle["entry"]} == {"p3", "o3"}
        few = fhir.resources("Patient").search(_id="p3").elements("gender").first()
        assert few["gender"] == "female" and "name" not in few

    def test_get_or_create_and_conditional_update(self, fhir):
        wanted = fhir.resource("Patient", identifier=[{"system": WARD + "/once", "value": "1"}])
        search = fhir.resources("Patient").search(identifier=f"{WARD}/once|1")
        first, made = search.get_or_create(wanted)
        again, made_again = search.get_or_create(wanted)
        assert (bool(made), bool(made_again)) == (True, False) and first.id == again.id
        changed, made = search.update(
            fhir.resource("Patient", active=False, identifier=[{"system": WARD + "/once", "value": "1"}]))
        assert not made and changed.id == first.id and changed["meta"]["versionId"] == "2"
        search.delete()
        assert search.count() == 0

    def test_a_missing_one_is_an_error_with_an_outcome(self, fhir):
        with pytest.raises(fhirpy.base.exceptions.OperationOutcome) as refused:
            fhir.resources("Patient").search(nonsense="1").fetch()
        assert "nonsense" in json.dumps(refused.value.resource)


class TestFhirclient:
    @pytest.fixture
    def smart(self, people):
        client = fhirclient.client.FHIRClient(settings={"app_id": "tests", "api_base": people.base})
        client.server.session.headers["Authorization"] = f"Bearer {people.key}"
        # The statement names the token endpoint, for which this client would want to send a person to sign in.
        client.server.auth = fhirclient.auth.FHIRAuth()
        assert client.ready or client.prepare()
        return client

    def test_reads_the_capabilities(self, smart):
        told = smart.server.capabilityStatement
        assert told.fhirVersion == "4.0.1"
        assert {one.type for one in told.rest[0].resource} >= {"Patient", "Observation", "CarePlan"}

    def test_creates_updates_and_deletes(self, smart):
        made = fhirclient.models.patient.Patient({"name": [{"family": "Smart"}], "birthDate": "1950-02-03"})
        answer = made.create(smart.server)
        assert answer["name"] == [{"family": "Smart"}]
        read = fhirclient.models.patient.Patient.read(answer["id"], smart.server)
        assert read.birthDate.isostring == "1950-02-03"
        read.active = True
        assert read.update()["meta"]["versionId"] == "2"
        read.delete()
        with pytest.raises((FHIRNotFoundException, requests.HTTPError)):
            fhirclient.models.patient.Patient.read(answer["id"], smart.server)

    def test_searches_with_includes_over_pages(self, smart):
        search = fhirclient.models.observation.Observation.where(
            {"code": "http://loinc.org|29463-7", "_count": "10"}).include("subject")
        bundle = next(search.perform_iter(smart.server))
        kinds = [entry.resource.resource_type for entry in bundle.entry]
        assert kinds.count("Observation") == 10 and kinds.count("Patient") == 10
        found = [one for one in search.perform_resources_iter(smart.server) if one.resource_type == "Observation"]
        assert len({one.id for one in found}) == len(found) == PEOPLE

    def test_runs_a_transaction_whose_entries_refer_to_each_other(self, smart):
        bundle = fhirclient.models.bundle.Bundle({"type": "transaction", "entry": [
            {"fullUrl": "urn:uuid:0b5b2a0c-6a8f-4d5e-9d6e-000000000001", "resource": {"resourceType": "Patient"},
             "request": {"method": "POST", "url": "Patient"}},
            {"resource": observation(1) | {"id": "new", "effectiveDateTime": "2023-01-01", "code": {"text": "Weight"},
                "subject": {"reference": "urn:uuid:0b5b2a0c-6a8f-4d5e-9d6e-000000000001"}},
             "request": {"method": "POST", "url": "Observation"}}]})
        answer = smart.server.post_json("", bundle.as_json()).json()
        places = [entry["response"]["location"].split("/") for entry in answer["entry"]]
        kind, number = places[1][places[1].index("Observation"):][:2]
        made = fhirclient.models.observation.Observation.read(number, smart.server)
        assert kind == "Observation"
        assert made.subject.reference == "Patient/" + places[0][places[0].index("Patient") + 1]


class TestFhirPyrate:
    @pytest.fixture
    def pirate(self, people):
        session = requests.Session()
        session.headers["Authorization"] = f"Bearer {people.key}"
        with Pirate(base_url=people.base, auth=session, print_request_url=False) as pirate:
            yield pirate

    def test_makes_a_table_of_a_search(self, pirate):
        table = pirate.steal_bundles_to_dataframe(
            "Observation", {"code": "http://loinc.org|29463-7", "value-quantity": "ge100", "_count": 2},
            fhir_paths=[("id", "id"), ("weight", "valueQuantity.value"), ("patient", "subject.reference")])
        assert sorted(table["weight"].astype(int)) == [100, 101, 102, 103, 104]
        assert set(table["patient"]) == {f"Patient/p{number}" for number in range(40, 45)}

    def test_counts_and_walks(self, pirate):
        assert pirate.get_bundle_total("Patient", {"identifier": f"{WARD}|", "_summary": "count"}) == PEOPLE
        bundles = list(pirate.steal_bundles("Patient", {"identifier": f"{WARD}|", "_count": 10}))
        assert sum(len(bundle.entry) for bundle in bundles) == PEOPLE

    def test_goes_from_the_rows_of_one_table_to_another(self, pirate):
        people = pirate.steal_bundles_to_dataframe(
            "Patient", {"family": "Family0"}, fhir_paths=[("patient", "id")])
        assert len(people) == 10
        weights = pirate.trade_rows_for_dataframe(
            people, "Observation", {"subject": "patient"}, fhir_paths=[("weight", "valueQuantity.value")])
        assert sorted(weights["weight"].map(decimal.Decimal)) == list(range(60, 70))

    def test_splits_a_search_by_time(self, pirate):
        table = pirate.sail_through_search_space_to_dataframe(
            "Observation", time_attribute_name="date", date_init="2024-03-01", date_end="2024-04-01",
            fhir_paths=[("id", "id")])
        assert len(set(table["id"])) == PEOPLE

    def test_signs_in_with_a_token(self, people):
        with Ahoy(auth_type="token", token=people.key) as ahoy, Pirate(base_url=people.base, auth=ahoy) as pirate:
            assert pirate.get_bundle_total("Patient", {"_id": "p1", "_total": "accurate"}) == 1
