"""Forms that the site of the tests brings: one with what SDC has, one with files, and HL7's example for R4."""

import json

from house import REPOSITORY

FORMS = REPOSITORY / "Tests/Browser/forms"


def example():
    """HL7's example, with what a site says of a form that it brings, and a way to answer its one question without choices."""
    form = json.loads((FORMS / "questionnaire-example.json").read_text())
    own = "urn:almoner:extension:"
    form |= {
        "extension": [
            {"url": own + "source", "valueString": "FHIR R4, questionnaire-example.json"},
            {"url": own + "licence", "valueString": "CC0-1.0"}],
        "version": "2012", "status": "active", "description": "What else the person has.", "copyright": "HL7, CC0",
        "effectivePeriod": {"start": "2026-01-01"}}
    form["item"][1]["item"][0]["item"][0]["type"] = "string"
    return form


def bring(house):
    """Puts them into the site's folder of content, before the server starts."""
    folder = house.data / "content/instruments"
    folder.mkdir(parents=True, exist_ok=True)
    for name in ["home-visit", "wound-care"]:
        (folder / f"{name}.json").write_text((FORMS / f"{name}.json").read_text())
    (folder / "cancer-example.json").write_text(json.dumps(example()))
