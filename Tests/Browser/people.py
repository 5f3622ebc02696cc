"""The people whom the tests meet: an invented population, and a few whose records come from a real exporter."""

import datetime
import json
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from house import REPOSITORY, ZONE

SYNTHEA = REPOSITORY.parent / "shared" / "data" / "synthea"
# Adults with several chronic conditions; one for each walk through the nine stages.
WALKERS = ["43.json", "21.json", "49.json"]
HOSTILE = "<script>window.ran=true</script>"


@dataclass(frozen=True)
class Person:
    """A name to look for, and the number in the address of the person's pages."""

    family: str
    given: str
    id: str = ""


def now():
    """The time where the site is."""
    return datetime.datetime.now(ZoneInfo(ZONE))


def day(offset=0):
    """A day where the site is, counted from today, as a form takes it."""
    return str((now() + datetime.timedelta(days=offset)).date())


def stay(patient, key):
    """An inpatient stay that ended yesterday: what a hospital would send after a discharge."""
    return {
        "resourceType": "Encounter",
        "id": key,
        "status": "finished",
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "IMP"},
        "type": [{"text": "Inpatient stay"}],
        "subject": {"reference": patient},
        "period": {"start": f"{day(-5)}T14:00:00Z", "end": f"{day(-1)}T15:30:00Z"},
        "reasonCode": [{"text": "Shortness of breath"}],
    }


def write_lines(path, resources):
    path.write_text("".join(json.dumps(resource) + "\n" for resource in resources))


def walkers(house):
    """Brings in one person for each walk, each home from hospital since yesterday."""
    if SYNTHEA.is_dir():
        return [from_exporter(house, name) for name in WALKERS]
    print("../shared is not here: the walks take invented people")
    return invented(house)


def from_exporter(house, name):
    bundle = json.loads((SYNTHEA / name).read_text())
    entry = next(entry for entry in bundle["entry"] if entry["resource"]["resourceType"] == "Patient")
    visit = stay(entry["fullUrl"], "")
    del visit["id"]
    bundle["entry"].append(
        {"fullUrl": "urn:uuid:5a7e0000-0000-4000-8000-0000000000" + name[:2], "resource": visit,
         "request": {"method": "POST", "url": "Encounter"}})
    path = house.folder / f"walker-{name}"
    path.write_text(json.dumps(bundle))
    house.import_files(path)
    official = entry["resource"]["name"][0]
    return Person(official["family"], official["given"][0])


def invented(house):
    lines = (house.folder / "generated" / "Patient.ndjson").read_text().splitlines()
    adults = [
        patient for patient in map(json.loads, lines)
        if "deceasedDateTime" not in patient and patient["birthDate"] < "1970"
    ][:3]
    path = house.folder / "stays.ndjson"
    write_lines(path, [stay(f"Patient/{patient['id']}", f"stay-{place}") for place, patient in enumerate(adults)])
    house.import_files(path)
    return [Person(patient["name"][0]["family"], patient["name"][0]["given"][0], patient["id"]) for patient in adults]


def plain(key, family, given, **more):
    """A person with nothing on record but this."""
    return {
        "resourceType": "Patient",
        "id": key,
        "active": True,
        "name": [{"use": "official", "family": family, "given": [given]}],
        "gender": "female",
        "birthDate": "1951-04-09",
        "telecom": [{"system": "phone", "value": "216-555-0142", "use": "home"}],
        "address": [{"line": ["12 Lake Road"], "city": "Euclid", "state": "OH", "postalCode": "44117"}],
        **more,
    }


def others(house):
    """People made for one test each."""
    subject = {"reference": "Patient/hostile"}
    path = house.folder / "others.ndjson"
    write_lines(path, [
        plain("furnished", "Okafor", "Maud"),
        plain("tried", "Halvorsen", "Signe", birthDate="1949-07-30", telecom=[
            {"system": "phone", "value": "216-555-0151", "use": "home"},
            {"system": "phone", "value": "216-555-0152", "use": "mobile"}]),
        plain("carried", "Quintero", "Pilar", birthDate="1946-01-12", telecom=[{"system": "phone", "value": "216-555-0153"}]),
        plain("stale", "Lindqvist", "Edda"),
        plain("typist", "Brandt", "Ottilie"),
        plain("mortal", "Castellan", "Ines"),
        plain("discharged", "Tarkovsky", "Vera"),
        plain("scored-wide", "Varga", "Ilona"),
        plain("scored-phone", "Petrov", "Lidia"),
        plain("twice-one", "Zabriskie", "Elizabeth", birthDate="1944-02-19"),
        plain("twice-two", "Zabriskie", "Betty", birthDate="1944-02-19"),
        stay("Patient/discharged", "stay-discharged"),
        stay("Patient/mortal", "stay-mortal"),
        stay("Patient/furnished", "stay-furnished"),
        {"resourceType": "CareTeam", "id": "furnished-team", "status": "active",
         "subject": {"reference": "Patient/furnished"},
         "participant": [{"member": {"reference": "Practitioner/bea"}}]},
        plain(
            "hostile", f"Quote\"{HOSTILE}", "<img src=x onerror=window.ran=true>",
            # A narrative with a script is refused at the door (txt-1), so it cannot be among these.
            address=[{"line": [HOSTILE], "city": "</textarea>" + HOSTILE}]),
        {"resourceType": "Condition", "id": "hostile-condition", "subject": subject, "code": {"text": HOSTILE},
         "clinicalStatus": {"coding": [{
             "system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active"}]}},
        {"resourceType": "AllergyIntolerance", "id": "hostile-allergy", "patient": subject, "code": {"text": HOSTILE},
         "clinicalStatus": {"coding": [{
             "system": "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical", "code": "active"}]}},
        {"resourceType": "Goal", "id": "hostile-goal", "subject": subject, "lifecycleStatus": "active",
         "description": {"text": HOSTILE}},
        {"resourceType": "MedicationRequest", "id": "hostile-medicine", "subject": subject, "status": "active",
         "intent": "order", "medicationCodeableConcept": {"text": HOSTILE},
         "dosageInstruction": [{"text": HOSTILE}]},
    ])
    house.import_files(path)
