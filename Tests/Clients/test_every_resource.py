"""The life of every example and of every generated instance: created, read back equal, found by each search parameter
that it has a value for, updated, patched, its history read, deleted."""

import collections
import json
import re
from pathlib import Path

import pytest

from definitions import parameters
from digits import dumps, loads, plain
from instances import all_instances
from queries import searches
from service import FHIR_JSON

SHARED = Path(__file__).resolve().parents[3] / "shared/data"
# Not sound: items without the linkId that R4 asks of every item. test_forms.py says what comes of it.
REFUSED = "bundle-questionnaire"
PATCH = "application/json-patch+json"


class Life:
    """One resource, from its creation to its end."""

    def __init__(self, name, resource):
        self.name = name
        self.resource = resource
        self.type = resource["resourceType"]

    @property
    def path(self):
        return f"{self.type}/{self.resource['id']}"

    def says(self, what, response=None):
        text = f" {response.status_code} {response.text[:400]}" if response is not None else ""
        return f"{self.name} ({self.type}): {what}{text}"


def examples():
    for folder in ("examples-r4", "examples-us-core"):
        for file in sorted((SHARED / folder).glob("*.json")):
            yield f"{folder}/{file.stem}", loads(file.read_text())


def gathered():
    """All of them; what would have the same place as another gets one of its own."""
    lives, seen = [], collections.Counter()
    for name, resource in [*examples(), *((made["id"], made) for made in all_instances())]:
        if name.endswith(REFUSED):
            continue
        if "id" in resource:
            seen[key := (resource["resourceType"], resource["id"])] += 1
            if seen[key] > 1:
                resource = resource | {"id": f"{resource['id']}-{seen[key]}"}
        lives.append(Life(name, resource))
    return lives


@pytest.fixture(scope="module")
def lives():
    return gathered()


def report(problems):
    assert not problems, f"{len(problems)} problems:\n" + "\n".join(problems[:60])


def send(client, method, path, body=None, kind=FHIR_JSON, **headers):
    content = None if body is None else dumps(body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.request(method, path, content=content, headers={"Content-Type": kind} | named)


def test_each_is_created(service, lives):
    def create(client, life):
        if "id" in life.resource:
            made = send(client, "PUT", life.path, life.resource)
        else:
            made = send(client, "POST", life.type, life.resource)
        if made.status_code != 201:
            life.failed = True
            yield life.says("is not created", made)
            return
        place = re.search(rf"/fhir/{life.type}/([^/]+)/_history/1$", made.headers.get("Location", ""))
        if not place:
            yield life.says(f"Location is {made.headers.get('Location')}")
            return
        life.resource = {"resourceType": life.type, "id": place[1]} | life.resource
        if made.headers.get("ETag") != 'W/"1"' or "Last-Modified" not in made.headers:
            yield life.says(f"ETag or Last-Modified: {dict(made.headers)}")

    report(service.at_once(lives, create))


def test_each_is_read_back_equal(service, lives):
    def read(client, life):
        got = send(client, "GET", life.path)
        if got.status_code != 200:
            yield life.says("is not read", got)
        elif plain(loads(got.text)) != plain(life.resource):
            yield life.says("came back as another one: " + difference(plain(life.resource), plain(loads(got.text))))
        elif loads(got.text)["meta"]["versionId"] != "1":
            yield life.says("has another version", got)

    report(service.at_once(lives, read))


def difference(one, other, place=""):
    if isinstance(one, dict) and isinstance(other, dict):
        for name in {**one, **other}:
            if one.get(name) != other.get(name):
                return difference(one.get(name), other.get(name), f"{place}.{name}")
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for index, (left, right) in enumerate(zip(one, other)):
            if left != right:
                return difference(left, right, f"{place}[{index}]")
    return f"{place}: {one!r} became {other!r}"[:300]


def test_each_is_found_by_all_that_it_has_values_for(service, lives):
    """Searches of all of a type that are written alike are asked once."""
    wanted = collections.defaultdict(set)
    for life in lives:
        if "id" in life.resource:
            for code, value in searches(life.resource):
                wanted[life.type, code, value].add(life.resource["id"])

    def search(client, item):
        (kind, code, value), ids = item
        found, page = set(), client.get(kind, params={code: value, "_count": "1000", "_elements": "id"})
        while True:
            if page.status_code != 200:
                yield f"{kind}?{code}={value}: {page.status_code} {page.text[:300]}"
                return
            bundle = page.json()
            found |= {entry["resource"]["id"] for entry in bundle.get("entry", [])}
            following = [link["url"] for link in bundle["link"] if link["relation"] == "next"]
            if not following or found >= ids:
                break
            page = client.get(following[0])
        if missing := ids - found:
            yield f"{kind}?{code}={value} does not find {sorted(missing)[:3]} of {len(ids)}"

    problems = service.at_once(sorted(wanted.items()), search)
    print(f"searches: {len(wanted)}, parameters: {len({key[:2] for key in wanted})}")
    report(problems)


def test_each_parameter_sorts_and_knows_what_lacks_it(service, lives):
    """`_sort` loses nothing and doubles nothing; `:missing` parts a type in two."""
    having = collections.defaultdict(set)
    for life in lives:
        for code, _ in searches(life.resource):
            having[life.type, code].add(life.resource["id"])

    def ids(client, kind, **query):
        got = client.get(kind, params=query | {"_count": "1000", "_elements": "id"})
        assert got.status_code == 200, f"{kind}?{query}: {got.status_code} {got.text[:300]}"
        return [entry["resource"]["id"] for entry in got.json().get("entry", [])]

    def check(client, item):
        (kind, code), with_value = item
        if parameters(kind)[code].kind in ("composite", "special"):
            return
        # The server keeps a few of its own, such as the administrator.
        everyone = sorted(ids(client, kind))
        there = ids(client, kind, **{f"{code}:missing": "false"})
        missing = ids(client, kind, **{f"{code}:missing": "true"})
        if not with_value <= set(there) or with_value & set(missing) or sorted(there + missing) != everyone:
            yield f"{kind}?{code}:missing parts {len(everyone)} into {len(there)} and {len(missing)}"
        # References and addresses have no order of their own; a sort by them is refused.
        for order in (code, "-" + code) if parameters(kind)[code].kind not in ("reference", "uri") else ():
            if sorted(ids(client, kind, _sort=order)) != everyone:
                yield f"{kind}?_sort={order} gives others than without"

    report(service.at_once(sorted(having.items()), check))


def test_each_is_updated(service, lives):
    def update(client, life):
        changed = life.resource | {"language": "en"}
        done = send(client, "PUT", life.path, changed, If_Match='W/"1"', Prefer="return=representation")
        if done.status_code != 200 or done.headers.get("ETag") != 'W/"2"':
            yield life.says("is not updated", done)
        elif plain(loads(done.text)) != plain(changed):
            yield life.says("is updated to another one: " + difference(plain(changed), plain(loads(done.text))))
        stale = send(client, "PUT", life.path, changed, If_Match='W/"1"')
        if stale.status_code != 412:
            yield life.says("is updated from a version that is gone", stale)

    report(service.at_once(lives, update))


def test_each_is_patched(service, lives):
    def patch(client, life):
        change = [
            {"op": "test", "path": "/language", "value": "en"}, {"op": "replace", "path": "/language", "value": "de"}]
        done = send(client, "PATCH", life.path, change, kind=PATCH)
        if done.status_code != 200 or done.headers.get("ETag") != 'W/"3"':
            yield life.says("is not patched", done)
        got = loads(send(client, "GET", life.path).text)
        if plain(got) != plain(life.resource | {"language": "de"}):
            yield life.says("is patched to another one")
        again = send(client, "PATCH", life.path, change, kind=PATCH)
        if not 400 <= again.status_code < 500:
            yield life.says("is patched though the test fails", again)

    report(service.at_once(lives, patch))


def test_each_has_its_history(service, lives):
    def history(client, life):
        got = send(client, "GET", f"{life.path}/_history")
        if got.status_code != 200:
            yield life.says("has no history", got)
            return
        bundle = loads(got.text)
        versions = [entry["resource"]["meta"]["versionId"] for entry in bundle["entry"]]
        if bundle["type"] != "history" or versions != ["3", "2", "1"]:
            yield life.says(f"has another history: {versions}")
        elif plain(bundle["entry"][2]["resource"]) != plain(life.resource):
            yield life.says("was another one in its history")
        first = send(client, "GET", f"{life.path}/_history/1")
        if first.status_code != 200 or plain(loads(first.text)) != plain(life.resource):
            yield life.says("has no first version", first)

    report(service.at_once(lives, history))


def test_each_is_deleted(service, lives):
    def delete(client, life):
        done = send(client, "DELETE", life.path)
        if done.status_code not in (200, 204):
            yield life.says("is not deleted", done)
        gone = send(client, "GET", life.path)
        if gone.status_code != 410 or json.loads(gone.text)["resourceType"] != "OperationOutcome":
            yield life.says("is not gone", gone)
        found = client.get(life.type, params={"_id": life.resource["id"]})
        if found.status_code != 200 or found.json().get("entry"):
            yield life.says("is still found", found)
        versions = send(client, "GET", f"{life.path}/_history")
        entries = versions.json().get("entry", []) if versions.status_code == 200 else []
        if len(entries) != 4 or entries[0]["request"]["method"] != "DELETE" or "resource" in entries[0]:
            yield life.says("has another history after its end", versions)

    report(service.at_once(lives, delete))
