"""What people mistype, what another saved in between, what does not exist, and names that try to be programs."""

import re

import pytest

from forms import errors, following, form_to, go, send, words
from people import HOSTILE, day

STALE = "/people/stale"


@pytest.mark.parametrize("scripts", [True, False])
def test_a_goal_without_words_and_with_a_wrong_number_is_told_at_its_fields(desk, scripts):
    page = go(desk.open("ruth", scripts=scripts), "/people/typist/plan")
    send(page, "/plan/goals", {
        "words": "", "measure": "Typed before", "direction": "at-least", "target": "many", "due": ""}, status=(422,))
    named = errors(page)
    assert "#words" in named and "#target" in named
    assert page.locator('[name="measure"]').input_value() == "Typed before"
    assert page.locator('[name="target"]').input_value() == "many"
    for name in named:
        # Every link leads to a field, and the field says what is wrong by itself.
        field = page.locator(name)
        assert field.count() == 1, name
        about = field.get_attribute("aria-describedby")
        assert page.locator(f"#{about} .fault").inner_text().strip(), name
    assert page.title().startswith("Please check")


def test_over_long_words_are_kept_and_told(desk):
    page = go(desk.open("ruth"), "/people/typist/plan")
    long = "very " * 2_000 + "long"
    form = form_to(page, "/plan/goals")
    form.locator("[maxlength]").evaluate_all("all => all.forEach(one => one.removeAttribute('maxlength'))")
    send(page, "/plan/goals", {"words": long, "measure": "m", "due": day(30)}, status=(422,))
    assert "#words" in errors(page)
    assert page.locator('[name="words"]').input_value() == long


def test_over_long_words_are_told_wherever_they_are_sent(house):
    ruth = house.team["ruth"]
    long = "x" * 20_001
    for path, on, fields in [
        ("/people/typist/engage/attempt", "/people/typist/engage", {"outcome": "no-answer", "note": long}),
        ("/people/typist/plan/problems", "/people/typist/plan", {"problem-text": long, "problem-kind": "problem"}),
        ("/people/typist/plan/steps", "/people/typist/plan", {"step": long, "owner": "Practitioner/ruth"}),
        ("/people/typist/tier", "/people/typist", {"tier": "high", "reason": long, "until": day(30)}),
        ("/people/typist/contact", "/people/typist/contact", {
            "direction": "outgoing", "speaker": "person", "identifiers": ["name", "address"], "interpreter": long}),
    ]:
        met = ruth.post(path, on=on, **fields)
        assert met.status_code == 422, f"{path}: {met.status_code}"
        assert "data-errors" in met.text, path
        assert long in met.text, f"{path} lost what was typed"


def test_what_is_longer_than_a_form_may_be_is_refused_plainly(house):
    met = house.team["ruth"].post("/people/typist/engage/attempt", note="x" * 1_100_000)
    assert met.status_code == 413 and "too long" in met.text


def test_missing_fields_are_told_on_every_form(house):
    ruth = house.team["ruth"]
    for path in [
        "engage/attempt", "engage/consent", "engage/enrol", "engage/decline", "plan/problems", "plan/goals", "plan/steps",
        "plan/library", "plan/review", "contact", "contact/attempt", "tier", "assess/phq-2",
    ]:
        met = ruth.post(f"/people/typist/{path}", version="0", id="0" * 32)
        assert met.status_code == 422, f"{path}: {met.status_code}"
        assert "data-errors" in met.text or 'class="notice' in met.text, path


@pytest.mark.parametrize("field, value", [
    ("due", "2026-02-30"), ("due", "soon"), ("target", "1e999"), ("target", "-"), ("importance", "11"),
    ("importance", "99999999999999999999"), ("words", "\x00"), ("direction", "sideways"), ("problem", "../../etc"),
    ("version", "minus one"), ("version", "99999999999999999999"),
])
def test_values_that_no_browser_sends_break_nothing(house, field, value):
    fields = {"words": "A goal", "measure": "m", "direction": "at-least", "target": "3", "due": day(9), "version": "0"}
    met = house.team["ruth"].post("/people/stale/plan/goals", **{**fields, field: value})
    assert met.status_code in (303, 409, 422), met.status_code


def test_two_who_change_one_goal_both_see_both(house, desk):
    first = go(desk.open("ruth"), f"{STALE}/plan")
    send(first, "/plan/goals", {"words": "Sleep through the night", "measure": "Nights a week", "due": day(60)})
    edit = first.locator('a[href*="?goal="]').first.get_attribute("href")
    second = desk.open("sam")
    go(first, edit.split("#")[0])
    go(second, edit.split("#")[0])
    target = "/plan/goals/" + edit.split("goal=")[1].split("#")[0]
    send(second, target, {"words": "Sleep six hours", "level": "improving"})
    send(first, target, {"words": "Sleep seven hours", "level": "in-progress"}, status=(409,))
    table = first.locator("table").inner_text()
    assert "Sleep six hours" in table and "Sleep seven hours" in table and "Sam Ortiz" in words(first)
    assert first.locator('[name="words"]').input_value() == "Sleep seven hours"
    send(first, target)
    assert "Sleep seven hours" in words(first) and "Sleep six hours" not in words(first)


def test_two_who_close_one_task_both_see_both(house, desk):
    first = go(desk.open("ruth"), f"{STALE}/plan")
    send(first, "/plan/steps", {"step": "Order a night light", "owner": "Practitioner/ruth", "step-due": day(3)})
    go(first, "/tasks?owner=anyone")
    with following(first):
        first.get_by_role("link", name="Order a night light").first.click()
    second = go(desk.open("sam"), first.url)
    send(second, "/reassign", {"owner": "Practitioner/sam", "owner-reason": "Mine this week"})
    reveal_and_close = {"outcome": "not-possible", "outcome-note": "The shop has none"}
    send(first, "/complete", reveal_and_close, status=(409,))
    assert "The shop has none" in first.content()
    assert "Sam Ortiz" in words(first)


def test_two_drafts_of_one_note_meet(house, desk):
    path = f"{STALE}/contact"
    first = go(desk.open("ruth"), path)
    send(first, path, {"direction": "incoming", "speaker": "person", "identifiers": ["name", "address"]})
    save = "/contact/" + first.url.rsplit("/", 1)[1]
    second = go(desk.open("ruth"), first.url)
    send(second, save, {"note": "What the other window says"}, 'button[value="draft"]')
    send(first, save, {"note": "What this window says"}, 'button[value="draft"]', status=(409,))
    both = first.locator("main").inner_text() + first.locator("[name=note]").input_value()
    assert "What the other window says" in both and "What this window says" in both


@pytest.mark.parametrize("path", [
    "/no-such-page", "/people/nobody", "/people/nobody/plan", "/people/nobody/engage", "/people/nobody/assess",
    "/people/nobody/contact", "/people/nobody/graduate", "/people/typist/assess/no-such-form",
    "/people/typist/contact/nothing", "/tasks/nothing", "/transitions/nothing", "/people/" + "a" * 200,
    "/people/%00", "/people/..%2F..%2Fetc%2Fpasswd", "/people/%F0%28%8C%28", "/design/../../etc/passwd",
])
def test_what_is_not_there_is_told_in_words(house, path):
    met = house.team["ruth"].client.get(path)
    assert met.status_code in (400, 404), f"{path}: {met.status_code}"
    if met.status_code == 404 and "/design" not in path:
        assert "<h1>" in met.text and "root:" not in met.text


@pytest.mark.parametrize("query", [
    "?owner=anyone&after=nobody", "?tier=%00", "?sort=drop+table", "?before=%27%22", "?q=" + "a" * 5_000,
])
def test_an_address_with_nonsense_behind_the_question_mark_breaks_nothing(house, query):
    for path in ["/panel", "/search", "/tasks", "/transitions", "/outcomes", "/"]:
        met = house.team["ruth"].client.get(path + query)
        assert met.status_code in (200, 303, 400, 404), f"{path}{query}: {met.status_code}"


@pytest.mark.parametrize("path", ["", "/engage", "/plan", "/plan/print", "/assess", "/contact", "/graduate"])
def test_names_that_are_programs_are_only_names(desk, path):
    page = go(desk.open("ruth"), f"/people/hostile{path}")
    page.wait_for_load_state("networkidle")
    assert page.evaluate("window.ran") is None
    assert page.locator("img[src=x]").count() == 0
    assert page.locator("[onclick], [onerror]").count() == 0
    assert HOSTILE in page.locator("body").inner_text()


def test_hostile_names_in_lists_are_only_names(desk):
    page = go(desk.open("ruth"), "/search?q=Quote")
    # Family names are written in capitals.
    assert HOSTILE in words(page) or HOSTILE.upper() in words(page)
    page.keyboard.press("Control+k")
    page.locator("#find").fill("Quote")
    page.locator("#found [role=option]", has_text=re.compile(re.escape(HOSTILE), re.I)).first.wait_for()
    go(page, "/panel?owner=anyone")
    go(page, "/search?q=" + "%3Cscript%3Ewindow.ran%3Dtrue%3C%2Fscript%3E%22%20onfocus%3D%22window.ran%3D1")
    assert page.evaluate("window.ran") is None


def test_only_an_administrator_opens_accounts(house):
    assert house.team["ruth"].client.get("/users").status_code in (200, 403)
    refused = house.team["ruth"].post("/users", **{"full-name": "Eve", "account": "eve", "role": "administrator"})
    assert refused.status_code == 403
    assert house.team["ada"].client.get("/people/typist").status_code in (303, 403, 404)
