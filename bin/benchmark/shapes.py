"""The shapes of search that are timed as a store grows: a list.

Each has a name, whether it is selective (the number of matches does not grow with the number of people), and how its
address is made from a sample of what is stored."""

import json
import random
from urllib.parse import quote

LOINC, SNOMED = "http://loinc.org|", "http://snomed.info/sct|"


class Sample:
    """Values that a store of generated people is asked for, drawn from the files that were imported."""

    def __init__(self, folder, seed=1):
        self.chance = random.Random(seed)
        self.patients = self.lines(folder, "Patient")
        self.conditions = self.lines(folder, "Condition")
        self.encounters = self.lines(folder, "Encounter")
        self.observations = self.lines(folder, "Observation")

    def lines(self, folder, type_, most=20_000):
        """Some resources of a type, spread over the whole file."""
        kept = []
        with open(folder / f"{type_}.ndjson") as file:
            for number, line in enumerate(file):
                if len(kept) < most:
                    kept.append(line)
                elif (place := self.chance.randrange(number + 1)) < most:
                    kept[place] = line
        return [json.loads(line) for line in kept]

    def patient(self):
        return self.chance.choice(self.patients)

    def id(self):
        return self.patient()["id"]

    def last(self):
        return self.patient()["name"][0]["family"]

    def family(self):
        return quote(self.last())

    def given(self):
        return quote(self.patient()["name"][0]["given"][0])

    def birthday(self):
        return self.patient()["birthDate"]

    def identifier(self):
        held = self.patient()["identifier"][0]
        return quote(f"{held['system']}|{held['value']}")

    def observed(self):
        """The patient and the code of an observation that is there, and its day."""
        held = self.chance.choice(self.observations)
        code = held["code"]["coding"][0]
        return (
            held["subject"]["reference"].split("/")[1], quote(f"{code['system']}|{code['code']}"),
            held["effectiveDateTime"][:10])

    def condition(self):
        held = self.chance.choice(self.conditions)
        return held["subject"]["reference"].split("/")[1], quote(SNOMED + held["code"]["coding"][0]["code"])

    def encounter_day(self):
        return self.chance.choice(self.encounters)["period"]["start"][:10]


def coded(code):
    return quote(LOINC + code)


def of_observed(sample):
    patient, code, _ = sample.observed()
    return f"/Observation?patient={patient}&code={code}&_count=20"


def newest(sample):
    patient, code, _ = sample.observed()
    return f"/Observation?patient={patient}&code={code}&date=ge2010-01-01&_sort=-date&_count=20"


def on_a_day(sample):
    patient, _, day = sample.observed()
    return f"/Observation?patient={patient}&date={day}&_count=20"


A1C_OVER = quote(LOINC + "4548-4$gt8")
SYSTOLIC_OVER = quote(LOINC + "8480-6$gt150")

# name, selective, address
SHAPES = [
    ("read", True, lambda s: f"/Patient/{s.id()}"),
    ("Patient?_id", True, lambda s: f"/Patient?_id={s.id()}"),
    ("Patient?identifier", True, lambda s: f"/Patient?identifier={s.identifier()}"),
    ("Patient?birthdate", True, lambda s: f"/Patient?birthdate={s.birthday()}&_count=20"),
    ("Patient?_id&_revinclude=Condition:patient", True,
     lambda s: f"/Patient?_id={s.id()}&_revinclude=Condition:patient"),
    ("Patient?_tag that nothing has", True, lambda s: "/Patient?_tag=" + quote("http://example.org|none")),
    ("Condition?patient", True, lambda s: f"/Condition?patient={s.id()}&_count=50"),
    ("Encounter?patient&_include=practitioner", True,
     lambda s: f"/Encounter?patient={s.id()}&_include=Encounter:practitioner&_count=20"),
    ("Observation?patient", True, lambda s: f"/Observation?patient={s.id()}&_count=20"),
    ("Observation?patient&code", True, of_observed),
    ("Observation?patient&code&date&_sort=-date", True, newest),
    ("Observation?patient&date", True, on_a_day),
    ("Observation?patient&_sort=-date&_total=accurate", True,
     lambda s: f"/Observation?patient={s.id()}&_sort=-date&_total=accurate&_count=20"),
    ("Observation?patient.identifier", True, lambda s: f"/Observation?patient.identifier={s.identifier()}&_count=20"),
    ("Patient/x/Observation", True, lambda s: f"/Patient/{s.id()}/Observation?_count=20"),
    ("Patient?family", False, lambda s: f"/Patient?family={s.family()}&_count=20"),
    ("Patient?family:exact&given", False, lambda s: f"/Patient?family:exact={s.family()}&given={s.given()}&_count=20"),
    ("Patient?name:contains", False, lambda s: f"/Patient?name:contains={quote(s.last()[1:4])}&_count=20"),
    ("Patient?birthdate, a year", False,
     lambda s: "/Patient?birthdate=ge1950-01-01&birthdate=lt1951-01-01&_count=20"),
    ("Patient?gender&birthdate&_sort=family", False,
     lambda s: "/Patient?gender=female&birthdate=lt1960-01-01&_sort=family&_count=20"),
    ("Patient?death-date:missing", False, lambda s: "/Patient?death-date:missing=true&_count=20"),
    ("Patient?_has:Condition:patient:code", False,
     lambda s: f"/Patient?_has:Condition:patient:code={s.condition()[1]}&_count=20"),
    ("Patient?_lastUpdated", False, lambda s: "/Patient?_lastUpdated=ge2020-01-01&_count=20"),
    ("Condition?code:not", False, lambda s: f"/Condition?code:not={s.condition()[1]}&_count=20"),
    ("Condition?code&_total=accurate", False,
     lambda s: f"/Condition?code={s.condition()[1]}&_total=accurate&_count=20"),
    ("Observation?code", False, lambda s: f"/Observation?code={coded('85354-9')}&_count=20"),
    ("Observation?code&_sort=-date", False,
     lambda s: f"/Observation?code={coded('85354-9')}&_sort=-date&_count=20"),
    ("Observation?code-value-quantity", False,
     lambda s: f"/Observation?code-value-quantity={A1C_OVER}&_count=20"),
    ("Observation?component-code-value-quantity", False,
     lambda s: f"/Observation?component-code-value-quantity={SYSTOLIC_OVER}&_count=20"),
    ("Observation?patient.family", False, lambda s: f"/Observation?patient.family={s.family()}&_count=20"),
    ("Encounter?date&_include=subject", False,
     lambda s: "/Encounter?date=ge2025-06-01&_include=Encounter:subject&_count=20"),
    ("Encounter?date&status&_total=accurate", False,
     lambda s: f"/Encounter?date={s.encounter_day()[:7]}&status=finished&_total=accurate&_count=20"),
    ("Encounter?_sort=-date", False, lambda s: "/Encounter?_sort=-date&_count=20"),
]
