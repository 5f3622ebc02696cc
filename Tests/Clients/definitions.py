"""The committed tables of FHIR R4: elements, closed sets of codes, search parameters.

They are read once more here, in Python, so that what is tested is not asked what is right."""

import dataclasses
import functools
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "Content/fhir"


@dataclasses.dataclass(frozen=True)
class Element:
    name: str
    least: int
    is_list: bool
    # (type, what is in its brackets): ("Reference", ("Patient", "Group")), ("@Patient.contact", ()), …
    types: tuple
    value_set: str

    @property
    def is_choice(self):
        return self.name.endswith("[x]")

    def key(self, type_name):
        """The JSON name when the value is of that type."""
        return self.name[:-3] + type_name[0].upper() + type_name[1:] if self.is_choice else self.name


@dataclasses.dataclass(frozen=True)
class Parameter:
    code: str
    kind: str
    system: str
    paths: tuple
    targets: tuple
    owners: tuple
    components: tuple


def rows(name):
    for line in (FOLDER / name).read_text().splitlines():
        if line and not line.startswith("# "):
            yield (line + "\t" * 8).split("\t")


def split_types(text):
    """`CodeableConcept,Reference(Patient Group)` as pairs."""
    found, depth, start = [], 0, 0
    for place, letter in enumerate(text + ","):
        depth += (letter == "(") - (letter == ")")
        if letter == "," and depth == 0:
            name, _, inner = text[start:place].partition("(")
            found.append((name, tuple(inner.rstrip(")").split())))
            start = place + 1
    return tuple(found)


@functools.cache
def blocks():
    """Path to (kind, base, own elements)."""
    found = {}
    for first, second, third, fourth, *_ in rows("elements.tsv"):
        if first.startswith("@"):
            own = []
            found[first[1:]] = (second, third, own)
        else:
            least, most = second.split("..")
            own.append(Element(first, int(least), most != "1", split_types(third), fourth))
    return found


@functools.cache
def elements(path):
    """All elements of a resource, datatype or part, those of its base first."""
    kind, base, own = blocks()[path]
    names = {element.name for element in own}
    return tuple(e for e in (elements(base) if base else ()) if e.name not in names) + tuple(own)


@functools.cache
def resource_types():
    return tuple(sorted(path for path, (kind, _, _) in blocks().items() if kind == "resource"))


@functools.cache
def codes():
    """Value set to its codes."""
    found = {}
    for first, second, *_ in rows("codes.tsv"):
        if first.startswith("@"):
            listed = found[first[1:]] = []
        else:
            listed.extend(second.split())
    return found


@functools.cache
def parameters(type_name):
    """The search parameters of a type by their code, those of all types among them."""
    found = {}
    for of, _, code, kind, system, paths, targets, parts, *_ in rows("searchparameters.tsv"):
        if of in ("Resource", type_name):
            owners, *components = parts.split() or [""]
            found[code] = Parameter(
                code, kind, system, tuple(paths.split()), tuple(targets.split()),
                tuple(owners.split(",")) if owners else (), tuple(tuple(c.split("=", 1)) for c in components))
    return found
