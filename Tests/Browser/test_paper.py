"""Pages that become files: what is on the page is in the file, and a screen reader can read it."""

import re
import subprocess

import pytest

import portal
from forms import go
from people import plain, write_lines

PERSON = "paper-keeper"
GOALS = ["Walk to the lake and back", "Sleep through the night — señora Núñez knows how"]


@pytest.fixture(scope="module")
def keeper(house):
    """Somebody with more than one page of record, and with letters of more than one script."""
    subject = {"reference": f"Patient/{PERSON}"}
    path = house.folder / "paper.ndjson"
    write_lines(path, [
        plain(PERSON, "Núñez <b>&amp;", "Inés"),
        *({"resourceType": "Goal", "id": f"paper-goal-{place}", "subject": subject, "lifecycleStatus": "active",
           "description": {"text": words}} for place, words in enumerate(GOALS)),
        *({"resourceType": "Observation", "id": f"paper-weight-{place}", "subject": subject, "status": "final",
           "code": {"text": "Body weight"}, "effectiveDateTime": f"2025-01-{place + 1:02}",
           "valueQuantity": {"value": 70 + place, "unit": "kg"}} for place in range(28)),
        {"resourceType": "Condition", "id": "paper-hebrew", "subject": subject, "code": {"text": "אסתמה"}},
    ])
    house.import_files(path)
    return PERSON


def told(path, *command):
    return subprocess.run([*command, str(path), *(["-"] if command[0] == "pdftotext" else [])],
                          capture_output=True, text=True, check=True, timeout=60).stdout


def test_the_record_is_a_tagged_pdf_that_says_all_that_the_page_says(desk, keeper):
    way = portal.invite(desk.open("ruth", width=390), keeper)
    person = desk.open(None, width=390)
    portal.come_in(person, way, "ines")
    go(person, "/portal/record")
    with person.expect_download() as coming:
        person.get_by_role("link", name="Download it as a PDF").click()
    assert coming.value.suggested_filename == "my-record.pdf"
    file = coming.value.path()
    facts = told(file, "pdfinfo")
    assert re.search(r"Tagged:\s+yes", facts) and re.search(r"Title:\s+My record", facts), facts
    assert int(re.search(r"Pages:\s+(\d+)", facts)[1]) > 1
    text = " ".join(told(file, "pdftotext", "-layout").split())
    for words in [*GOALS, "Inés Núñez <b>&amp;", "Body weight", "97 kg", "70 kg"]:
        assert words in text, words
    assert re.search(r"\b1 ?/ ?2\b", text) and re.search(r"\b2 ?/ ?2\b", text)
    assert "אסתמה" in text or "אסתמה"[::-1] in text
    # Headings and lists are told apart from the rest.
    structure = told(file, "pdfinfo", "-struct")
    for element in ["H1", "H2", "LI"]:
        assert re.search(rf"^\s*{element}\b", structure, re.M), structure[:2000]


def test_the_plan_is_a_tagged_pdf_with_every_goal(desk, keeper):
    ruth = desk.open("ruth")
    go(ruth, f"/people/{keeper}/plan/print")
    with ruth.expect_download() as coming:
        ruth.get_by_role("link", name="Save as PDF").click()
    assert coming.value.suggested_filename == "plan.pdf"
    assert re.search(r"Tagged:\s+yes", told(coming.value.path(), "pdfinfo"))
    text = " ".join(told(coming.value.path(), "pdftotext").split())
    assert "When to call us" in text
