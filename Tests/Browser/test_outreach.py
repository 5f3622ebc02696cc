"""Whom to reach and who carries whom: the queue as a nurse works it, the gates of consents, and a supervisor's caseloads."""

import os

from desk import faults_of_access, faults_of_form
from forms import errors, go, send, words
from people import day

PERSON = "tried"
ENGAGE = f"/people/{PERSON}/engage"


def picture(page, name):
    """Kept for whoever asks for it by naming a folder."""
    if folder := os.environ.get("ALMONER_PICTURES"):
        size = page.viewport_size
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 900})
            page.screenshot(path=f"{folder}/{name}-{width}.png", full_page=True)
        page.set_viewport_size(size)


def row(page):
    go(page, "/outreach")
    return page.locator("ol.rows > li", has_text="HALVORSEN")


def gate(page, title):
    """How a gate stands, as it is told before anybody meets it."""
    line = page.locator("section", has=page.locator("#gates")).locator("li", has_text=title)
    return line.locator(".tag").inner_text()


def test_a_nurse_works_the_queue_and_meets_a_gate(desk):
    sam = desk.open("sam")
    go(sam, "/panel?owner=anyone&text=Halvorsen")
    picture(sam, "panel")
    sam.locator(f'[name="id"][value="{PERSON}"]').check()
    send(sam, "/panel/batch", {"what": "outreach", "whom": "ruth"})

    page = desk.open("ruth", width=390)
    waiting = row(page)
    assert "step 1 of 5" in waiting.inner_text()
    picture(page, "outreach")
    go(page, waiting.locator(".do a").get_attribute("href"))
    assert "Hello, this is Ruth Adeyemi, RN from Lake Shore Care" in words(page)
    picture(page, "contact-start")

    # A message was left; then a wrong number, of which there are two.
    go(page, ENGAGE)
    assert "May I speak with Signe Halvorsen?" in page.locator("section", has=page.locator("#say")).inner_text()
    assert not faults_of_access(page) and not faults_of_form(page)
    picture(page, "engage")
    send(page, ENGAGE + "/attempt", {"outcome": "left-message", "number": "216-555-0151"})
    assert "step 2 of 5" in row(page).inner_text()
    go(page, ENGAGE)
    send(page, ENGAGE + "/attempt", {"outcome": "wrong-number", "note": "A bakery"}, status=(422,))
    assert errors(page) == ["#f-number"] or "number" in errors(page)[0]
    send(page, ENGAGE + "/attempt", {"number": "216-555-0151"})
    # The third step is a text, which she has not agreed to: the letter is next.
    left = row(page)
    assert "letter, step 4 of 5" in left.inner_text() and "216-555-0152" in left.inner_text()
    assert left.locator(".do a").inner_text().startswith("Write")
    go(page, left.locator(".do a").get_attribute("href"))
    assert "Dear Signe Halvorsen" in words(page) and page.locator('[name="channel"]').input_value() == "letter"

    # She asks to wait until a day; the row says so and waits with her.
    send(page, ENGAGE + "/attempt", {"outcome": "not-now", "channel": "phone"}, status=(422,))
    send(page, ENGAGE + "/attempt", {"note": "After the harvest", "call-back": day(30)})
    asked = row(page)
    assert "They asked for a later time" in asked.inner_text() and "After the harvest" in asked.inner_text()
    picture(page, "outreach-later")
    go(page, ENGAGE)
    send(page, ENGAGE + "/attempt", {"outcome": "reached", "channel": "phone", "note": "Called by herself"})
    assert row(page).count() == 0

    # The gate is told before it is met, is closed when it is met, and opens with a yes.
    go(page, ENGAGE)
    assert gate(page, "Enrol in a programme") == "not asked"
    enrol = {"program": "chronic-care", "care-manager": "Practitioner/ruth", "why": "Her family is worried"}
    send(page, ENGAGE + "/enrol", enrol, status=(422,))
    assert "Record the consent first" in words(page)
    picture(page, "gate")
    send(page, ENGAGE + "/consent", {
        "kind": "program", "consent-program": "chronic-care", "language": "es", "how": "phone", "witness": "Sam Ortiz"})
    ledger = page.locator("section", has=page.locator("#consents")).inner_text()
    assert "Sam Ortiz" in ledger and "Spanish" in ledger and "said on the phone" in ledger, ledger
    assert gate(page, "Enrol in a programme") .startswith("open")
    picture(page, "consents")
    # One that needs a signature is none without.
    send(page, ENGAGE + "/consent", {"kind": "part-2"}, status=(422,))
    assert "needs a signature" in words(page)
    go(page, ENGAGE)
    send(page, ENGAGE + "/enrol", enrol)
    assert "Enrolled" in words(page)
    # What was agreed to is taken back: the gate closes at once.
    page.locator("section", has=page.locator("#consents")).locator("form button").first.click()
    assert gate(page, "Enrol in a programme") .startswith("taken back")


def test_a_supervisor_looks_at_what_if_and_moves_in_one_step(desk):
    ruth = desk.open("ruth")
    go(ruth, "/people/carried/engage")
    send(ruth, "/people/carried/engage/consent", {"kind": "program", "consent-program": "chronic-care"})
    send(ruth, "/people/carried/engage/enrol", {
        "program": "chronic-care", "care-manager": "Practitioner/ruth", "why": "Asked for it"})
    sam = desk.open("sam")
    go(sam, "/caseloads?who=Practitioner/ruth")
    picture(sam, "caseloads")
    table = sam.locator("section", has=sam.locator("#desks")).locator("table.fold tbody")
    before = table.inner_text()
    sam.locator('[name="id"][value="carried"]').check()
    sam.locator('form[action="/caseloads/what-if"] [name="to"]').select_option("Practitioner/sam")
    sam.get_by_role("button", name="What if they moved?").click()
    assert "QUINTERO" in words(sam)
    picture(sam, "what-if")
    address = "/" + sam.url.split("/", 3)[3]
    # To look is not to move.
    go(sam, "/caseloads")
    assert table.inner_text() == before
    go(sam, address)
    send(sam, "/caseloads/move")
    assert "They have moved" in words(sam) or "Was that right?" in words(sam)
    picture(sam, "moved")
    assert table.inner_text() != before
    send(sam, "/caseloads/undo")
    assert "Taken back" in sam.locator("body").inner_text()
    assert table.inner_text() == before
    for name, path in {
        "panel-programs": "/panel?owner=anyone", "programs": "/programs", "program": "/programs/chronic-care",
        "dry-run": "/programs/dry-run", "why-not": "/people/carried/programs/complex-care",
        "duplicates": "/duplicates", "referrals": "/referrals",
    }.items() if os.environ.get("ALMONER_PICTURES") else []:
        go(sam, path)
        picture(sam, name)
    if os.environ.get("ALMONER_PICTURES"):
        page = desk.open(None)
        go(page, "/refer")
        picture(page, "refer")
