"""For every resource type a smallest and some fullest sound instances, made from the committed tables.

A fullest instance has every element once, lists with one item, and one variant of each choice; `turn` chooses which.
What the invariants of the base specification ask for on top stands in invariants.py."""

import functools

import invariants
from definitions import blocks, codes, elements, resource_types
from digits import Digits, dumps, loads

# How deep datatypes are filled with all that they can have; below, only with what they must have.
DEEPEST = 6
# Instances of each type: enough that every variant of the choices right below the resource has its turn.
FEWEST, MOST = 3, 12

PRIMITIVES = {
    "base64Binary": "U29tZSBieXRlcw==", "boolean": True, "canonical": "http://example.org/fhir/thing", "code": "example",
    "date": "2024-03-02", "dateTime": "2024-03-02T09:30:00+01:00", "decimal": Digits("1.50"), "id": "some-id",
    "instant": "2024-03-02T08:30:00.250Z", "integer": Digits("7"), "markdown": "Some *words*", "oid": "urn:oid:1.2.36.146",
    "positiveInt": Digits("3"), "string": "Words", "time": "09:30:00", "unsignedInt": Digits("2"),
    "uri": "http://example.org/thing", "url": "http://example.org/page",
    "uuid": "urn:uuid:c757873d-ec9a-4326-a141-556f43239520",
    "xhtml": '<div xmlns="http://www.w3.org/1999/xhtml"><p>Some words</p></div>',
}
# Codes of sets that are too large for the table.
OPEN_CODES = {"mimetypes": "text/plain", "languages": "en", "currencies": "USD"}
PREFERRED_TARGETS = ("Patient", "Practitioner", "Organization", "Encounter")
UCUM = "http://unitsofmeasure.org"


def minimal(type_name):
    """The least that is sound."""
    resource = {"resourceType": type_name, "id": f"min-{type_name.lower()}"} | Maker(0, full=False).fields(type_name)
    return loads(dumps(invariants.minimal(resource)))


def maximal(type_name, turn=0):
    """All that can be given; choices take the variant number `turn`."""
    fields = Maker(turn, full=True).fields(type_name)
    resource = {"resourceType": type_name} | fields | {"id": f"max{turn}-{type_name.lower()}"}
    return loads(dumps(invariants.maximal(resource, turn)))


@functools.cache
def all_instances():
    made = [minimal(name) for name in resource_types()]
    return made + [maximal(name, turn) for name in resource_types() for turn in range(turns(name))]


def turns(type_name):
    variants = [len(element.types) for element in elements(type_name) if element.is_choice]
    # One more, for what excludes a value: Observation.dataAbsentReason.
    return min(max([FEWEST, *(count + 1 for count in variants)]), MOST)


def reference(target, turn=0):
    return {"reference": f"{target}/{target.lower()}-{turn}", "type": target, "display": "Words"}


class Maker:
    def __init__(self, turn, full):
        self.turn = turn
        self.full = full

    def fields(self, path, chain=()):
        """The members of a resource, datatype or part."""
        made = {}
        for element in elements(path):
            if not (element.least or self.wanted(element, path, chain)):
                continue
            kind, inner = element.types[self.turn % len(element.types)]
            value = self.value(kind, inner, element, chain + (path,))
            if value is None:
                continue
            made[element.key(kind)] = [value] * self.count(element, path) if element.is_list else value
        return invariants.part(path, made, self.turn) if self.full else made

    def count(self, element, path):
        return 2 if path == "Linkage" and element.name == "item" else 1

    def wanted(self, element, path, chain):
        if not self.full or element.name in ("modifierExtension", "contained"):
            return False
        if element.name == "extension":
            return not chain
        if element.name == "id":
            return not chain or (len(chain) == 1 and "." in path)
        kind, _ = element.types[self.turn % len(element.types)]
        if kind in PRIMITIVES:
            return True
        inner = kind.removeprefix("@")
        return len(chain) < DEEPEST and inner != path and inner not in chain

    def value(self, kind, inner, element, chain):
        if kind == "code":
            return self.code(element)
        if kind == "canonical":
            return f"http://example.org/fhir/{inner[0] if inner else 'Thing'}/thing" + ("|1.0" if self.turn == 1 else "")
        if kind == "uri" and element.name == "type" and chain[-1] == "Reference":
            return None
        if kind == "string":
            return element.name.removesuffix("[x]").capitalize() + "Words"
        if kind in PRIMITIVES:
            return PRIMITIVES[kind]
        if kind == "Reference":
            first = [name for name in PREFERRED_TARGETS if name in inner]
            targets = first + [name for name in inner if name not in first] or ["Patient"]
            target = targets[self.turn % len(targets)]
            # What a reference points to need not be there; its identifier is filled where it is not too deep.
            made = reference(target, self.turn)
            if self.full and len(chain) == 1:
                made["identifier"] = {"system": "http://example.org/ids", "value": f"{target}-{self.turn}"}
            return made
        if kind == "Resource":
            return {"resourceType": "Basic", "id": "inner", "code": {"text": "Words"}}
        if kind == "Extension":
            return {"url": "http://example.org/fhir/StructureDefinition/extra", "valueString": "Words"}
        if special := self.special(kind, element):
            return special
        return self.fields(kind.removeprefix("@"), chain)

    def special(self, kind, element):
        """Datatypes whose parts have to fit each other."""
        measure = {"unit": "kilogram", "system": UCUM, "code": "kg"}
        day = {"unit": "day", "system": UCUM, "code": "d"}
        if not self.full:
            return {
                "Ratio": {"numerator": {"value": Digits("1")}, "denominator": {"value": Digits("2")}},
                "Money": {"value": Digits("1.50")}, "Period": {"start": "2024-03-01"},
                "CodeableConcept": {"text": "Words"}, "Coding": {"code": "example"},
                "Identifier": {"value": f"id-{self.turn}"}, "Quantity": {"value": Digits("1.50")},
                "Attachment": {"url": "http://example.org/page"}, "Meta": {"source": "http://example.org/source"},
            }.get(kind)
        coding = {"system": "http://example.org/codes", "version": "1", "display": "Words", "userSelected": True,
                  "code": f"{element.name.removesuffix('[x]').lower()}-{self.turn}"}
        return {
            "Coding": coding, "CodeableConcept": {"coding": [coding], "text": "TextWords"},
            "Quantity": {"value": Digits("72.50")} | measure,
            "Age": {"value": Digits("42"), "unit": "year", "system": UCUM, "code": "a"},
            "Duration": {"value": Digits("3.0")} | day,
            "Distance": {"value": Digits("1.20"), "unit": "km", "system": UCUM, "code": "km"},
            "Count": {"value": Digits("3"), "unit": "1", "system": UCUM, "code": "1"},
            "Money": {"value": Digits("12.30"), "currency": "USD"},
            "Range": {"low": {"value": Digits("1.0")} | measure, "high": {"value": Digits("2.50")} | measure},
            "Ratio": {"numerator": {"value": Digits("1.0"), "comparator": "<"} | measure,
                      "denominator": {"value": Digits("2")} | day},
            "Period": {"start": "2024-03-01", "end": "2024-03-31T12:00:00Z"},
            "SampledData": {"origin": {"value": Digits("0")} | measure, "period": Digits("10"), "factor": Digits("1.5"),
                            "lowerLimit": Digits("0.0"), "upperLimit": Digits("9"), "dimensions": Digits("1"),
                            "data": "1 2 E U L"},
        }.get(kind)

    def code(self, element):
        listed = codes().get(element.value_set)
        if listed:
            return listed[self.turn % len(listed)]
        if element.name == "language":
            return "en"
        if element.name in ("contentType", "targetFormat", "sigFormat"):
            return "text/plain"
        return OPEN_CODES.get(element.value_set, "example")


if __name__ == "__main__":
    for instance in all_instances():
        print(dumps(instance))
    assert all(name in blocks() for name in resource_types())
