"""The nine stages of care as a care manager goes through them, each a function of a window and a person."""

import dataclasses
import re

from forms import answer, following, form_to, go, reveal, send, words
from people import day

DOMAINS = [
    "what-matters", "medical", "medicines", "function", "mood", "supports", "barriers", "language-culture",
    "hearing-vision", "home-safety", "life-planning",
]
PHQ9 = ["44250-9", "44255-8", "44259-0", "44254-1", "44251-7", "44258-2", "44252-5", "44253-3", "44260-8"]
NOT_AT_ALL, SEVERAL_DAYS, MORE_THAN_HALF, NEARLY_EVERY_DAY = "LA6568-5", "LA6569-3", "LA6570-1", "LA6571-9"


def find(page, person, scripts=True):
    """Identify: from any page to the person, by the name, with Ctrl-K or the search form; gives them with their id."""
    go(page, "/")
    if scripts:
        page.keyboard.press("Control+k")
        page.keyboard.type(person.family)
        page.locator("#found [role=option]", has_text=person.given).first.wait_for()
        with following(page):
            page.locator("#found [role=option]", has_text=person.given).first.click()
    else:
        page.locator("#find").fill(person.family)
        with following(page):
            page.locator("form[data-find] button").click()
        with following(page):
            page.get_by_role("link", name=re.compile(re.escape(person.given))).first.click()
    found = re.search(r"/people/([^/?#]+)$", page.url)
    assert found, page.url
    return dataclasses.replace(person, id=found[1])


def see_the_risk(page, person):
    """Identify: the tier with its reasons; the scores with version, what drove them and what was not counted."""
    go(page, f"/people/{person.id}")
    risk = page.locator("section", has=page.locator("#risk"))
    assert risk.locator("#risk .tag").inner_text().strip()
    assert risk.locator("ul.reasons li").count() >= 1
    risk.get_by_text("Scores and what drove them").click()
    table = risk.locator("table", has_text="Charlson")
    for name in ["Charlson", "Elixhauser", "Hospital Frailty", "V24", "V28"]:
        assert re.search(name, table.inner_text(), re.I), f"{name} is missing:\n{table.inner_text()}"


def override_the_tier(page, person):
    """Identify: a care manager's own judgement, with reason and expiry."""
    go(page, f"/people/{person.id}")
    send(page, f"/people/{person.id}/tier", {
        "tier": "complex", "reason": "Lives alone and stopped answering the door", "until": day(60)})
    assert "stopped answering the door" in words(page)
    assert "omplex" in page.locator("#risk .tag").inner_text()


def engage(page, person, manager="Practitioner/ruth", program="chronic-care"):
    """Engage: an attempt that failed, one that reached, consent, and enrolment with a named care manager."""
    path = f"/people/{person.id}/engage"
    go(page, path)
    send(page, "/engage/attempt", {"outcome": "no-answer", "channel": "phone", "note": "Rang ten times"})
    send(page, "/engage/attempt", {"outcome": "reached", "channel": "phone", "note": "Glad of the call"})
    attempts = page.locator("section", has=page.locator("#attempts")).inner_text()
    assert "No answer" in attempts and "Reached" in attempts
    send(page, "/engage/consent", {"kind": "program", "consent-program": program})
    assert "The consent is on file" in words(page)
    send(page, "/engage/enrol", {
        "program": program, "care-manager": manager, "why": "Three stays in a year and alone at home"})
    assert "Enrolled" in words(page)
    go(page, f"/people/{person.id}")
    assert re.search(r"(enrolled|active)", page.locator("section", has=page.locator("#enrolment")).inner_text(), re.I)


def whole(page):
    """The whole form, where a phone shows one question at a time."""
    if page.viewport_size["width"] > 640:
        return
    with following(page):
        page.get_by_role("link", name="The whole form").click()


def ask_about_mood(page, person):
    """Assess: a PHQ-2 that opens the PHQ-9; its last item above 0 shows crisis help at once."""
    go(page, f"/people/{person.id}/assess/phq-2")
    whole(page)
    send(page, "/assess/phq-2", {"44250-9": MORE_THAN_HALF, "44255-8": NEARLY_EVERY_DAY}, 'button[value="finish"]')
    whole(page)
    assert "/assess/phq-9" in page.url, page.url
    # What was answered a minute ago is not asked again.
    assert page.locator(f'[name="44250-9"][value="{MORE_THAN_HALF}"]').is_checked()
    form = form_to(page, "/assess/phq-9")
    for item in PHQ9[2:8]:
        answer(form, item, SEVERAL_DAYS)
    answer(form, PHQ9[8], SEVERAL_DAYS)
    with following(page):
        form.locator('button[value="finish"]').click()
    help_ = page.locator("section.help")
    assert "988" in help_.inner_text() and "911" in help_.inner_text()
    assert "Ruth Adeyemi" in help_.inner_text()
    # 2 + 3 + 6 × 1 + 1
    assert page.locator(".score .big").inner_text().startswith("12")


def answer_the_safety_item(page, person):
    """Assess: the danger stands on top of the list of who is on duty until acknowledged with an outcome."""
    go(page, "/")
    top = page.locator("ol.rows > li").first
    assert "now" in top.get_attribute("class")
    row = page.locator("ol.rows > li.now", has_text=person.family)
    assert "Not acknowledged yet" in row.inner_text()
    with following(page):
        row.locator(".do a").click()
    # A safety item can neither be put aside nor closed without an outcome.
    assert form_to(page, "/pause").count() == 0 and form_to(page, "/complete").count() == 0
    send(page, "/acknowledge", status=(422,))
    send(page, "/acknowledge", {
        "safety-outcome": "safe-now", "safety-note": "Called at once: no plan, sister is with her tonight"})
    go(page, "/")
    assert page.locator("ol.rows > li.now", has_text=person.family).filter(has_text="Not acknowledged yet").count() == 0


def take_the_intake(page, person):
    """Assess: the whole person; every domain ends with a conclusion, or with why it was not done."""
    path = "/assess/whole-person-intake"
    go(page, f"/people/{person.id}{path}")
    whole(page)
    answer(form_to(page, path), "what-matters-most", "To walk to church without stopping")
    send(page, path, {"what-matters-conclusion": "Church is what she lives for"}, 'button[value="finish"]', status=(422,))
    assert len(page.locator("[data-errors] a").all()) == len(DOMAINS) - 1
    assert page.locator('[name="what-matters-most"]').input_value() == "To walk to church without stopping"
    answers = {f"{domain}-conclusion": f"Talked through {domain}: nothing pressing" for domain in DOMAINS[:-1]}
    answers["life-planning-not-done"] = "She wants her daughter to be there"
    answers["life-planning-conclusion"] = ""
    answers["barriers-food"] = "often-hard"
    send(page, path, answers, 'button[value="finish"]')
    assert "not done, because She wants her daughter" in words(page)
    go(page, f"/people/{person.id}")
    assert "To walk to church without stopping" in words(page)


def plan(page, person):
    """Plan: a goal in the person's words, more from the library, and the page for the refrigerator door."""
    path = f"/people/{person.id}/plan"
    go(page, path)
    send(page, "/plan/goals", {
        "words": "I want to walk to church without stopping", "measure": "Sundays at church in a month",
        "direction": "at-least", "target": "3", "due": day(90), "importance": "9", "confidence": "6"})
    assert "I want to walk to church without stopping" in words(page)
    library = form_to(page, "/plan/library")
    picks = library.locator("[name=item]")
    assert picks.count() > 3
    for place in range(3):
        reveal(picks.nth(place))
        picks.nth(place).check()
    with following(page):
        library.locator("button").last.click()
    send(page, "/plan/steps", {"step": f"Bring a scale to {person.family}", "owner": "Practitioner/ruth", "step-due": day(0)})
    assert "Bring a scale" in words(page)
    go(page, path + "/print")
    assert "I want to walk to church without stopping" in page.locator("main").inner_text()
    assert len(page.pdf()) > 5_000


def reach_the_goals(page, person):
    """Plan: every goal is found reached."""
    path = f"/people/{person.id}/plan"
    for _ in range(20):
        go(page, path)
        open_ = page.locator(".goals > li").filter(has_not=page.get_by_text("Reached", exact=True))
        links = open_.locator('a[href*="?goal="]')
        if links.count() == 0:
            return
        with following(page):
            links.first.click()
        form = page.locator("section", has=page.locator("#edit")).locator("form")
        answer(form, "level", "achieved")
        answer(form, "note", "She told us so")
        with following(page):
            form.locator("button").first.click()
    raise AssertionError("there is no end of goals")


def do_a_task(page, person):
    """Coordinate: a step of the plan stands on Today, and is gone when it is done."""
    go(page, "/tasks")
    with following(page):
        page.get_by_role("link", name=re.compile(f"Bring a scale to {person.family}")).first.click()
    send(page, "/complete", {"outcome": "done"})
    assert "The task is closed" in words(page)
    go(page, "/")
    assert f"Bring a scale to {person.family}" not in words(page)


def home_from_hospital(page, person):
    """Transition: the discharge of yesterday stands on the board with its clock."""
    go(page, "/transitions")
    card = page.locator(".card", has_text=person.family).first
    assert re.search(r"left|late|due", card.inner_text()), card.inner_text()
    line = page.locator("table a", has_text=person.family).first
    with following(page):
        line.click()
    steps = words(page)
    for step in ["First call after discharge", "Visit within 14 days", "Reconcile medicines"]:
        assert step in steps, f"{step} is missing:\n{steps[:1500]}"
    # Who was reached when enrolling was called after the discharge.
    assert re.search(r"First call after discharge\s+done", steps)
    send(page, "/reconciled", {"day": day(0), "note": "Compared line by line with the bottles at home"})
    assert re.search(r"Reconcile medicines\s+done", words(page))


def talk(page, person):
    """Monitor: an outgoing call; who is speaking, two identifiers, a note first as draft, then signed."""
    path = f"/people/{person.id}/contact"
    go(page, path)
    # Nothing about health before it is clear who speaks.
    assert "Allerg" not in words(page)
    send(page, path, {"direction": "outgoing", "speaker": "person", "identifiers": ["name"]}, status=(422,))
    send(page, path, {"direction": "outgoing", "speaker": "person", "identifiers": ["name", "birth-date"]})
    encounter = page.url.split("?")[0].rsplit("/", 1)[1]
    save = f"/contact/{encounter}"
    send(page, save, {"note": "Breath is better, weight steady."}, 'button[value="draft"]')
    assert page.locator("[name=note]").input_value() == "Breath is better, weight steady."
    send(page, save, {"next": day(7)}, 'button[value="sign"]', status=(422,))
    send(page, save, {
        "note": "Breath is better, weight steady. Walks to the corner.", "teach-back": "Weigh before breakfast",
        "next": day(7), "task-1": "Ask the pharmacy for a pill box", "confirm": True}, 'button[value="sign"]')
    signed = words(page)
    assert "Walks to the corner" in signed and "Signed by Ruth Adeyemi, RN" in signed
    go(page, f"/people/{person.id}")
    assert "Phone" in page.locator("section", has=page.locator("#contacts")).inner_text()


def see_trends(page, person):
    """Monitor: readings drawn, each with its numbers beneath; gives how many."""
    go(page, f"/people/{person.id}")
    figures = page.locator("figure", has=page.locator("svg"))
    for figure in figures.all():
        figure.locator("summary").click()
        assert figure.locator("tbody tr").count() >= 1
    return figures.count()


def look_at_outcomes(page):
    """Evaluate: each figure leads to the people behind it."""
    go(page, "/outcomes")
    figures = page.locator(".figure")
    assert figures.count() >= 5
    titles = figures.locator("h2").all_inner_texts()
    for place in range(len(titles)):
        go(page, "/outcomes")
        with following(page):
            page.locator(".figure a").nth(place).click()
        assert page.locator("h1").count() == 1
    return titles


def graduate(page, person):
    """Graduate: readiness, closed with a reason, a closing summary, and reopened with the history kept."""
    path = f"/people/{person.id}/graduate"
    go(page, path)
    if form_to(page, "/graduate/close/").get_by_role("button", name="Close Chronic care").count() == 0:
        with following(page):
            page.get_by_role("link", name="Chronic care", exact=True).click()
    assert re.search(r"\d of \d met", words(page))
    send(page, "/graduate/close/", status=(422,))
    send(page, "/graduate/close/", {
        "reason": "goals-met", "words": "Every goal of hers is reached; Dr Singh takes over",
        "self-management": "Weighs herself every morning; calls us at 3 pounds in 2 days"})
    closed = words(page)
    assert "Closing summary" in closed and "Goals met" in closed and "calls us at 3 pounds" in closed
    send(page, "/graduate/reopen/", {"why": "Back in hospital: her weight went up again"})
    assert "her weight went up again" in words(page)
    assert form_to(page, "/graduate/close/").get_by_role("button", name="Close Chronic care").count() == 1
