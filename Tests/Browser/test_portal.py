"""From the invitation to the withdrawal, on a phone and without scripts."""

import json

import pytest

import portal
from desk import faults_of_access, faults_of_form
from forms import errors, go, send, words
from people import plain, write_lines

PERSON = "portal-walker"


@pytest.fixture(scope="module")
def walker(house):
    """Somebody with a medicine, a problem and a goal."""
    subject = {"reference": f"Patient/{PERSON}"}
    path = house.folder / "portal.ndjson"
    write_lines(path, [
        plain(PERSON, "Halvorsen", "Greta"),
        {"resourceType": "Condition", "id": "portal-asthma", "subject": subject, "code": {"text": "Asthma"}},
        {"resourceType": "MedicationRequest", "id": "portal-inhaler", "subject": subject, "status": "active",
         "intent": "order", "medicationCodeableConcept": {"text": "Salbutamol inhaler"}},
        {"resourceType": "Goal", "id": "portal-goal", "subject": subject, "lifecycleStatus": "active",
         "description": {"text": "Climb the stairs to the choir"}},
    ])
    house.import_files(path)
    return PERSON


# axe itself is a script: what it finds is looked for with scripts, the walk goes without as well.
@pytest.mark.parametrize("scripts", [False, True], ids=["without scripts", "with scripts"])
def test_from_the_invitation_to_the_withdrawal(desk, walker, scripts):
    def seen(page):
        faults = faults_of_form(page) + (faults_of_access(page) if scripts else [])
        assert not faults, "\n".join(faults)

    def phone():
        return desk.open(None, width=390, scripts=scripts)

    mark = "s" if scripts else "n"
    staff = desk.open("ruth", width=390, scripts=scripts)
    way = portal.invite(staff, walker)
    seen(staff)
    # On paper there is the link, and neither the code nor the birth date.
    staff.emulate_media(media="print")
    assert way[0] in words(staff)
    for text in [way[1], "1951"]:
        assert text not in words(staff), text
    staff.emulate_media(media="screen")

    greta = phone()
    portal.come_in(greta, way, "greta." + mark, birth="4/10/1951", status=(422,))
    assert errors(greta) == ["#birth"]
    seen(greta)
    portal.come_in(greta, way, "greta." + mark)
    assert greta.url.endswith("/portal")
    for text in ["Hello, Greta Halvorsen", "Salbutamol inhaler", "Asthma", "Climb the stairs", "988"]:
        assert text in words(greta), text
    seen(greta)
    # The link worked once.
    portal.come_in(phone(), way, "somebody." + mark, status=(422,))
    go(greta, "/panel", 403)

    go(greta, "/portal/looks")
    for text in ["Ruth Adeyemi, RN", "Care manager", "To care for you"]:
        assert text in words(greta), text
    seen(greta)

    go(greta, "/portal/record")
    seen(greta)
    with greta.expect_download() as coming:
        greta.get_by_role("link", name="Download the file").click()
    assert coming.value.suggested_filename == "my-record.json"
    bundle = json.loads(open(coming.value.path()).read())
    held = {entry["resource"].get("id") for entry in bundle["entry"]}
    assert {PERSON, "portal-asthma", "portal-inhaler", "portal-goal"} <= held
    go(greta, "/portal/record/print")
    assert "Salbutamol inhaler" in words(greta)
    seen(greta)

    go(greta, "/portal/corrections")
    send(greta, "/portal/corrections", {"what": f"I have no asthma ({mark})", "why": ""}, status=(422,))
    assert errors(greta) == ["#why"]
    seen(greta)
    send(greta, "/portal/corrections", {"why": "The lung test was good", "concerns": "Condition/portal-asthma"})
    assert "within 60 days" in words(greta)
    task = answer(staff, mark)
    go(greta, "/portal/corrections")
    assert "Not changed" in words(greta) and "The test of May says otherwise." in words(greta)
    seen(greta)
    send(greta, f"/portal/corrections/{task}/disagree", {"statement": "It was not my test."})
    assert "It was not my test." in words(greta)

    portal.share(greta, "Olaf Halvorsen " + mark, ["medicines"])
    seen(greta)
    olaf = phone()
    portal.come_in(olaf, portal.way_in(greta), "olaf." + mark)
    assert "Salbutamol inhaler" in words(olaf)
    for text in ["Climb the stairs", "Asthma", "Who helps"]:
        assert text not in words(olaf), text
    seen(olaf)
    for path in ["/portal/looks", "/portal/record.json", "/portal/corrections", f"/people/{PERSON}"]:
        go(olaf, path, 403)
    go(greta, "/portal/looks")
    assert "Olaf Halvorsen" in words(greta) and "Caregiver" in words(greta)

    go(greta, "/portal/caregivers")
    send(greta, "/end")
    assert "They can no longer see your record." in words(greta)
    go(olaf, "/portal")
    assert "Nothing is shared with you" in olaf.locator("h1").inner_text()
    assert "Salbutamol" not in words(olaf)
    seen(olaf)


def answer(staff, mark):
    """The team denies the request; gives the id of its task."""
    go(staff, f"/people/{PERSON}")
    link = staff.locator("section", has=staff.locator("#loops")).locator("a", has_text="Answer a request").first
    path = link.get_attribute("href")
    go(staff, path)
    assert f"I have no asthma ({mark})" in words(staff)
    send(
        staff, "/amend",
        {"decision": "deny", "ground": "accurate", "answer": "The test of May says otherwise."})
    return path.rsplit("/", 1)[1]
