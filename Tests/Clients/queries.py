"""For an instance, the searches that have to find it: one or more for each parameter that it has a value for.

The values are taken along the paths of the parameter table and written as a client would, by the rules of FHIR R4
§3.1.1.4; nothing of the server's own extraction is used."""

from definitions import parameters
from digits import Digits

# Found by words in the narrative or by operations; no value of an element belongs to them.
WITHOUT_VALUES = {"_text", "_content", "_query"}
DATES = ("date", "dateTime", "instant")


def searches(resource):
    """(parameter, value) pairs, each of which alone has to find the resource."""
    found = {("_id", resource["id"]), ("_lastUpdated", "ge2020-01-01")}
    for code, parameter in parameters(resource["resourceType"]).items():
        if code in WITHOUT_VALUES or code in ("_id", "_lastUpdated"):
            continue
        if code == "near":
            values = near(resource)
        elif parameter.kind == "composite":
            values = composite(resource, parameter)
        else:
            values = simple(resource, parameter)
        found |= {(code, value) for value in values}
    return sorted(found)


def simple(resource, parameter):
    for path in parameter.paths:
        where, _, kind = path.partition(":")
        if kind == "exists":
            present = any(name.startswith(where) and value is not False for name, value in resource.items())
            yield "true" if present else "false"
            continue
        for value in walk([resource], where.split(".")):
            yield from written(value, kind, parameter)


def walk(nodes, steps):
    for step in steps:
        name, _, condition = step.rstrip("]").partition("[")
        found = []
        for node in nodes:
            value = node.get(name) if isinstance(node, dict) else None
            listed = value if isinstance(value, list) else [] if value is None else [value]
            if condition == "0":
                listed = listed[:1]
            elif condition:
                member, _, text = condition.partition("=")
                listed = [one for one in listed if one.get(member) == text]
            found += listed
        nodes = found
    return nodes


def escaped(text):
    """`\\`, `,`, `$` and `|` belong to the syntax of a search."""
    for mark in "\\,$|":
        text = text.replace(mark, "\\" + mark)
    return text


def written(value, kind, parameter):
    """The searches that find one value."""
    kind, _, only = kind.partition("?")
    return {
        "token": token, "date": date, "string": string, "reference": reference, "quantity": quantity, "number": number,
        "uri": lambda value, *_: [escaped(value)],
    }[parameter.kind](value, kind, parameter, only)


def token(value, kind, parameter, only):
    if kind == "CodeableConcept":
        for coding in value.get("coding", []):
            yield from token(coding, "Coding", parameter, only)
    elif kind in ("Coding", "Identifier"):
        code, system = value.get("code" if kind == "Coding" else "value"), value.get("system")
        if code:
            yield escaped(code)
            yield f"{escaped(system or '')}|{escaped(code)}"
        if system:
            yield f"{escaped(system)}|"
    elif kind == "ContactPoint":
        if value.get("value"):
            yield escaped(value["value"])
    elif isinstance(value, bool):
        yield "true" if value else "false"
    elif isinstance(value, str):
        yield escaped(value)
        if parameter.system and kind == "code":
            yield f"{parameter.system}|{escaped(value)}"


def date(value, kind, parameter, only):
    if kind in DATES:
        yield value
        yield "ge" + value
        yield "lt2999"
    elif kind == "Period":
        if value.get("start"):
            yield "ge" + value["start"]
        if value.get("end"):
            yield "le" + value["end"]
        yield "lt2999-01-01"
    elif kind == "Timing":
        if value.get("event"):
            yield "ge" + value["event"][0]


def string(value, kind, parameter, only):
    parts = [value]
    if kind == "HumanName":
        parts = [value.get("family"), value.get("text"), *value.get("given", [])]
    elif kind == "Address":
        parts = [value.get("city"), value.get("text"), value.get("postalCode"), *value.get("line", [])]
    for part in parts:
        if part:
            yield escaped(part)
            # Beginnings count, and neither capitals nor accents.
            yield escaped(part[:4].upper())


def reference(value, kind, parameter, only):
    if kind == "Resource":
        if value["resourceType"] in parameter.targets:
            yield f"{value['resourceType']}/{value['id']}"
    elif kind in ("canonical", "uri"):
        yield escaped(value)
        if "|" in value:
            yield escaped(value.split("|")[0])
    elif kind == "Reference":
        address = value.get("reference", "")
        if only and not address.startswith(only + "/"):
            return
        if address and not address.startswith("#") and "://" not in address and not address.startswith("urn:"):
            yield address
            kind, _, number = address.partition("/")
            # An id alone stands for one of the types that the parameter is defined for.
            if number.count("/") == 0 and {kind, "Resource"} & set(parameter.targets):
                yield number
        elif address and not address.startswith("#"):
            yield escaped(address)


def quantity(value, kind, parameter, only):
    if kind == "Money":
        if "value" in value:
            yield value["value"]
            yield f"{value['value']}|urn:iso:std:iso:4217|{value.get('currency', '')}"
    elif kind == "Range":
        if value.get("low", {}).get("value"):
            yield "ge" + value["low"]["value"]
    elif "value" in value and "comparator" not in value:
        yield value["value"]
        yield "ge" + value["value"]
        yield "lt" + Digits("1000000")
        if value.get("code"):
            yield f"{value['value']}|{escaped(value.get('system', ''))}|{escaped(value['code'])}"
            yield f"{value['value']}||{escaped(value['code'])}"


def number(value, kind, parameter, only):
    if kind != "Range":
        yield value
        yield "le" + value
    elif value.get("low", {}).get("value"):
        yield "ge" + value["low"]["value"]


def near(resource):
    position = resource.get("position")
    if position and "latitude" in position:
        yield f"{position['latitude']}|{position['longitude']}|5|km"


def composite(resource, parameter):
    for owner in parameter.owners:
        for element in [resource] if owner == "." else walk([resource], owner.split(".")):
            parts = [list(component(resource, element, code, how)) for code, how in parameter.components]
            if all(parts):
                yield "$".join(part[0] for part in parts)


def component(resource, element, code, expressions):
    """The value of one part of a composite, written by the rules of the parameter that it is."""
    part = parameters(resource["resourceType"])[code]
    for expression in expressions.split("|"):
        start = resource if expression.startswith("%resource.") else element
        name, _, cast = expression.removeprefix("%resource.").partition(".as(")
        for member, kind in members(start, name, cast.rstrip(")")):
            for value in walk([start], member.split(".")):
                yield from written(value, kind or datatype(value, part), part)


def members(start, name, cast):
    if cast:
        cast = "dateTime" if cast == "DateTime" else cast
        return [(name + cast[0].upper() + cast[1:], cast)]
    if name == "value":
        return [(key, key.removeprefix("value")) for key in start if key.startswith("value")]
    return [(name, None)]


def datatype(value, part):
    if isinstance(value, dict):
        if "coding" in value or "text" in value:
            return "CodeableConcept"
        return "Reference" if "reference" in value else "Coding"
    return "code" if part.kind == "token" else "string"
