"""A record that a person hands over: opened by link and code without an account, on a phone, without scripts; counted, and gone
once it is taken back."""

import json
import re

import pytest

import portal
from desk import faults_of_form
from forms import errors, go, send, words
from people import plain, write_lines

PERSON = "hand-giver"


@pytest.fixture(scope="module")
def giver(house):
    subject = {"reference": f"Patient/{PERSON}"}
    code = {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "B20"}], "text": "Quarrelvane"}
    path = house.folder / "handed.ndjson"
    write_lines(path, [
        plain(PERSON, "Lindqvist", "Astrid"),
        {"resourceType": "Condition", "id": "handed-asthma", "subject": subject, "code": {"text": "Meadowcough"}},
        {"resourceType": "Condition", "id": "handed-kept", "subject": subject, "code": code},
    ])
    house.import_files(path)
    return PERSON


def hand_over(page, recipient, **more):
    go(page, "/portal/record")
    send(page, "/portal/record/hand-over", {"recipient": recipient, "days": "1"} | more)
    return portal.way_in(page)


def test_it_is_opened_by_link_and_code_and_gone_once_it_is_taken_back(desk, giver):
    astrid = desk.open(None, width=390, scripts=False)
    portal.come_in(astrid, portal.invite(desk.open("ruth"), giver), "astrid")
    go(astrid, "/portal/record")
    send(astrid, "/portal/record/hand-over", {"recipient": "", "days": "7"}, status=(422,))
    assert errors(astrid) == ["#recipient"]
    link, code = hand_over(astrid, "Dr. Lee")
    whole = hand_over(astrid, "My sister", whole=True)
    assert not faults_of_form(astrid)

    lee = desk.open(None, width=390, scripts=False)
    go(lee, link)
    assert not faults_of_form(lee)
    send(lee, link, {"handed-code": "000000"}, button='button[value="page"]', status=(422,))
    assert errors(lee) == ["#handed-code"]
    send(lee, link, {"handed-code": code}, button='button[value="page"]')
    assert "Meadowcough" in words(lee) and "Quarrelvane" not in words(lee) and "Astrid" in words(lee)
    # It is no way to anything else.
    go(lee, "/portal")
    assert "/sign-in" in lee.url
    go(lee, link)
    with lee.expect_download() as coming:
        lee.locator('[name="handed-code"]').fill(code)
        lee.locator('button[value="file"]').click()
    text = open(coming.value.path()).read()
    assert "Meadowcough" in text and "Quarrelvane" not in text
    assert json.loads(text)["resourceType"] == "Bundle"
    go(lee, whole[0])
    send(lee, whole[0], {"handed-code": whole[1]}, button='button[value="page"]')
    assert "Meadowcough" in words(lee) and "Quarrelvane" in words(lee)

    go(astrid, "/portal/record")
    assert "Opened 2 times" in words(astrid) and "private things too" in words(astrid)
    go(astrid, "/portal/looks")
    assert "Dr. Lee" in words(astrid)
    go(astrid, "/portal/record")
    first = astrid.locator(".loop", has_text="Dr. Lee").locator("form button")
    with astrid.expect_navigation():
        first.click()
    assert "It cannot be opened any more" in words(astrid)
    send(go(lee, link), link, {"handed-code": code}, button='button[value="page"]', status=(422,))
    assert not re.search("Meadowcough", words(lee))
