"""A sheet in the person's language: given, taken home on paper, said back, and read again in the portal."""

import subprocess

import pytest

import portal
from forms import go, send, words
from people import plain, write_lines

PERSON = "reader-of-sheets"


@pytest.fixture(scope="module")
def reader(house):
    """Somebody with a weak heart."""
    path = house.folder / "sheets.ndjson"
    write_lines(path, [
        plain(PERSON, "Ibarra", "Celia"),
        {"resourceType": "Condition", "id": "reader-heart", "subject": {"reference": f"Patient/{PERSON}"},
         "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "I50.9"}], "text": "Heart failure"}},
    ])
    house.import_files(path)
    return PERSON


def test_a_sheet_is_given_said_back_and_read_again(desk, reader, tmp_path):
    page = desk.open("ruth", width=390)
    base = f"/people/{reader}/education"
    go(page, base)
    # What was chosen comes back with what is missing.
    send(page, base, {"sheet": "heart-failure", "level": "short", "language": "es"}, status=(422,))
    assert "Choose how it was given." in words(page)
    assert page.locator("#sheet").input_value() == "heart-failure"
    send(page, base, {"way": "FACE"})
    assert "recorded as given" in words(page)
    given = page.locator("article").first
    assert "El corazón débil" in given.inner_text()
    href = given.locator("h3 a").get_attribute("href")
    key = href.split("given=")[1]
    send(page, f"{base}/said/{key}", {f"result-{key}": "needs-again", f"words-{key}": "Algo con la sal"})
    assert "Needs it again" in words(page)
    go(page, f"/people/{reader}")
    assert "Go through “El corazón débil” again" in words(page)
    go(page, base)
    send(page, f"{base}/said/{key}", {f"result-{key}": "said-back", f"words-{key}": "Llamo si subo 3 libras"})
    go(page, f"/people/{reader}")
    assert "Go through “El corazón débil” again" not in words(page)
    go(page, href)
    assert page.locator("html").get_attribute("lang") == "es"
    with page.expect_download() as told:
        page.locator("a[download]").click()
    paper = tmp_path / "sheet.pdf"
    told.value.save_as(paper)
    text = subprocess.run(["pdftotext", "-layout", paper, "-"], capture_output=True, text=True, check=True).stdout
    for said in ["El corazón débil", "Coma menos sal.", "Llame al 911."]:
        assert said in text, text
    person = desk.open(None, width=390)
    portal.come_in(person, portal.invite(page, reader), "maud.reads")
    go(person, "/portal/education")
    person.locator("main li a", has_text="El corazón débil").first.click()
    assert "Coma menos sal." in words(person)
