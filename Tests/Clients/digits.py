"""JSON whose numbers keep the digits that they are written with: 1.50 is not 1.5."""

import json


class Digits(str):
    """A number as it is written."""


def loads(text):
    return json.loads(text, parse_float=Digits, parse_int=Digits)


def dumps(value):
    if isinstance(value, Digits):
        return str(value)
    if isinstance(value, dict):
        return "{" + ",".join(json.dumps(name) + ":" + dumps(inner) for name, inner in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(map(dumps, value)) + "]"
    return json.dumps(value)


def plain(resource):
    """A resource without what the server gives it: its version, when that was stored, and labels that nobody chose."""
    meta = {k: v for k, v in resource.get("meta", {}).items() if k not in ("versionId", "lastUpdated")}
    labels = [label for label in meta.pop("security", []) if label.get("userSelected") is not False]
    if labels:
        meta["security"] = labels
    rest = {k: v for k, v in resource.items() if k != "meta"}
    return rest | {"meta": meta} if meta else rest
