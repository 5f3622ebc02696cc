"""Forms and answers of the specification's examples, by a client that others wrote."""

import json
from pathlib import Path

import fhirpy
import fhirpy.base.exceptions
import pytest

from digits import loads, plain
from service import FHIR_JSON

EXAMPLES = Path(__file__).resolve().parents[3] / "shared/data/examples-r4"
SOUND = sorted(
    file for pattern in ("questionnaire-*.json", "questionnaireresponse-*.json") for file in EXAMPLES.glob(pattern))
UNSOUND = EXAMPLES / "bundle-questionnaire.json"


@pytest.fixture
def fhir(service):
    return fhirpy.SyncFHIRClient(service.base, authorization=f"Bearer {service.key}")


def without_link_id(items, place):
    """Where the items stand that have no linkId, as FHIRPath."""
    for index, item in enumerate(items):
        here = f"{place}.item[{index}]"
        if "linkId" not in item:
            yield here
        yield from without_link_id(item.get("item", []), here)


@pytest.mark.skipif(not SOUND, reason="no ../shared")
@pytest.mark.parametrize("file", SOUND, ids=lambda file: file.stem)
def test_comes_back_as_it_was_put(fhir, client, file):
    example = json.loads(file.read_text())
    elements = {name: value for name, value in example.items() if name != "resourceType"}
    fhir.resource(example["resourceType"], **elements).save()
    read = fhir.reference(example["resourceType"], example["id"]).to_resource().serialize()
    assert {name: value for name, value in read.items() if name != "meta"} == {
        name: value for name, value in example.items() if name != "meta"}
    # Digits of numbers and the order of lists too, which the client does not tell apart.
    text = client.get(f"{example['resourceType']}/{example['id']}").text
    assert plain(loads(text)) == plain(loads(file.read_text()))
    found = fhir.resources(example["resourceType"]).search(_id=example["id"]).fetch()
    assert [one.id for one in found] == [example["id"]]


@pytest.mark.skipif(not UNSOUND.exists(), reason="no ../shared")
def test_items_without_link_id_are_refused_each_with_its_place(fhir, client):
    example = json.loads(UNSOUND.read_text())
    lacking = set(without_link_id(example["item"], "Questionnaire"))
    assert len(lacking) == 50
    refused = client.put(
        f"Questionnaire/{example['id']}", content=UNSOUND.read_bytes(), headers={"Content-Type": FHIR_JSON})
    assert refused.status_code == 422, refused.text[:500]
    said = [issue for issue in refused.json()["issue"] if issue["severity"] in ("error", "fatal")]
    named = {place.removesuffix(".linkId") for issue in said for place in issue.get("expression", [])}
    assert lacking <= named, sorted(lacking - named)[:5]
    assert all("linkId" in issue.get("diagnostics", "") + issue.get("details", {}).get("text", "") for issue in said)
    # Nothing of it is stored, and nothing that was there is touched.
    with pytest.raises(fhirpy.base.exceptions.ResourceNotFound):
        fhir.get("Questionnaire", example["id"])
