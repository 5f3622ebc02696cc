"""Pages that become files: what is on the page is in the file, and a screen reader can read it."""

import re
import subprocess

import pytest

import plans
import portal
from forms import go, words
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


def fetched(page, path, tmp_path):
    """A file of the site, kept."""
    answer = page.request.get(path)
    assert answer.ok, answer.status
    file = tmp_path / "plan.pdf"
    file.write_bytes(answer.body())
    return file


@pytest.fixture(scope="module")
def planned(house):
    """Two people with a plan of usual size, one in Spanish."""
    path = house.folder / "planned.ndjson"
    write_lines(path, plans.planned("plan-en", "Whitlock", "Delores") + plans.planned("plan-es", "Fuentes", "Rosa", "es"))
    house.import_files(path)


def pages(file):
    return int(re.search(r"Pages:\s+(\d+)", told(file, "pdfinfo"))[1])


@pytest.mark.parametrize("person,language,heading", [("plan-en", "en", "When to call us"), ("plan-es", "es", "Cuándo llamarnos")])
def test_the_sheet_holds_what_is_needed_in_a_hurry_on_its_first_page(desk, planned, tmp_path, person, language, heading):
    ruth = desk.open("ruth")
    go(ruth, f"/people/{person}/plan/print")
    assert ruth.locator("html").get_attribute("lang") == language
    file = fetched(ruth, f"/people/{person}/plan/print.pdf", tmp_path)
    assert re.search(r"Tagged:\s+yes", told(file, "pdfinfo"))
    front = " ".join(subprocess.run(
        ["pdftotext", "-l", "1", str(file), "-"], capture_output=True, text=True, check=True).stdout.split())
    for said in [*plans.GOALS[language], *(name for name, *_ in plans.MEDICINES), heading, "911"]:
        assert said in front, said
    assert pages(file) == 2, "front and back"
    whole = " ".join(told(file, "pdftotext").split())
    for said in plans.PHONES.values():
        assert said in whole, said
    assert "216-555-0999" not in whole, "nobody is called at home"
    large = fetched(ruth, f"/people/{person}/plan/print.pdf?size=large", tmp_path)
    assert pages(large) > 2
    assert all(goal in " ".join(told(large, "pdftotext").split()) for goal in plans.GOALS[language])


def test_the_full_plan_is_a_tagged_pdf_with_every_part(desk, planned, tmp_path):
    ruth = desk.open("ruth")
    go(ruth, "/people/plan-en/plan")
    assert plans.PHONES["Dr. Lena Patel, MD"] in words(ruth)
    ruth.get_by_role("link", name="Full plan").click()
    with ruth.expect_download() as coming:
        ruth.get_by_role("link", name="Save as PDF").click()
    assert coming.value.suggested_filename == "full-plan.pdf"
    file = coming.value.path()
    facts = told(file, "pdfinfo")
    assert re.search(r"Tagged:\s+yes", facts) and re.search(r"Title:\s+Care plan", facts), facts
    text = " ".join(told(file, "pdftotext").split())
    for said in [*plans.GOALS["en"], *plans.STEPS, *(name for name, *_ in plans.MEDICINES), *plans.PHONES.values(),
                 "Chronic care (CCM)", "Problem list", "missing"]:
        assert said in text, said
    headings = [text.index(head) for head in ["Problems and goals", "Medicines", "Team", "What programmes ask of a plan"]]
    assert headings == sorted(headings)


def test_words_that_are_hard_to_read_are_told_to_the_staff_and_not_printed(desk, planned, tmp_path):
    ruth = desk.open("ruth")
    go(ruth, "/people/plan-en/plan/print")
    notice = ruth.locator("aside.notice")
    assert re.search(r"Reads at grade \d+\.\d, above sixth grade: the hardest sentence is “Notwithstanding", notice.inner_text())
    file = fetched(ruth, "/people/plan-en/plan/print.pdf", tmp_path)
    assert "Reads at grade" not in " ".join(told(file, "pdftotext").split())
