"""What a result asks for is decided on, and how scores move is seen: on a wide screen, and on a phone without scripts."""

import pytest

import stages
from forms import answer, errors, following, form_to, go, send, words
from people import Person, day

GOAL = "I want to sing in the choir again"


def ask(page, person, point, last=stages.NOT_AT_ALL):
    """Hands in a PHQ-9 with the same answer to eight questions; ends on its result."""
    go(page, f"/people/{person.id}/assess/phq-9")
    form = form_to(page, "/assess/phq-9")
    for item in stages.PHQ9[:8]:
        answer(form, item, point)
    answer(form, stages.PHQ9[8], last)
    with following(page):
        form.locator('button[value="finish"]').click()


def offer(page, title):
    return page.locator("li.offer", has_text=title)


def decide(page, title, fold=None, answers=None, status=(200,)):
    """Presses the button of an offer, or opens what is folded and fills it in."""
    found = offer(page, title)
    if fold is None:
        form = found.locator("form", has=page.locator('input[name="do"][value="accept"]'))
    else:
        found.locator("summary", has_text=fold).click()
        form = found.locator("details[open] form")
    for name, value in (answers or {}).items():
        answer(form, name, value)
    with following(page, status):
        form.locator("button").click()


WAYS = [(Person("Varga", "Ilona", "scored-wide"), 1280, True), (Person("Petrov", "Lidia", "scored-phone"), 390, False)]


@pytest.mark.parametrize("person, width, scripts", WAYS, ids=["1280", "390-no-scripts"])
def test_a_result_leads_to_steps_and_to_a_line_of_scores(desk, person, width, scripts):
    page = desk.open("ruth", width=width, scripts=scripts)
    ask(page, person, stages.NEARLY_EVERY_DAY)
    result = page.url
    assert "PHQ-9: 24, severe" in words(page)
    decide(page, "Start treatment now")
    assert "It is done as asked for." in words(page)
    assert "Accepted" in offer(page, "Start treatment now").inner_text()
    decide(page, "to feel well enough", "Change first", {"title": "", "due": day(60)}, (422,))
    assert errors(page) and "Write what is to be done." in words(page)
    # What was typed stands there, opened.
    fold = offer(page, "to feel well enough").locator("details[open]")
    assert fold.locator('[name="due"]').input_value() == day(60)
    answer(fold.locator("form"), "title", GOAL)
    with following(page):
        fold.locator("button").click()
    assert GOAL in offer(page, "Accepted, changed").inner_text()
    decide(page, "Repeat the PHQ-9", "Decline", {"reason": "not-now", "note": "Her sister visits first"})
    assert "Her sister visits first" in words(page)
    go(page, f"/people/{person.id}/plan")
    assert GOAL in words(page)

    ask(page, person, stages.SEVERAL_DAYS)
    assert "16 points better" in words(page) and "a change that matters" in words(page)
    with following(page):
        page.get_by_role("link", name="All scores").click()
    assert page.locator("#of-phq-9").is_visible() and page.locator("svg.chart").count() >= 1
    page.locator("section", has=page.locator("#of-phq-9")).locator("summary").click()
    assert "better, matters" in words(page) and "Löwe 2004" in words(page)
    ask(page, person, stages.MORE_THAN_HALF)
    assert "Something else comes first now. Her sister visits first" in offer(page, "Repeat the PHQ-9").inner_text()
    go(page, "/" + result.split("/", 3)[3])
    assert "Accepted, changed" in words(page)
