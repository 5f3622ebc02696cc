"""One imported person from identification to graduation: on a wide screen, on a phone, and without scripts."""

import re

import pytest

import stages
from forms import following, go, send, words
from people import Person, day, plain, write_lines
from waiting import until

WAYS = [(0, 1280, True), (1, 390, True), (2, 1280, False)]


@pytest.mark.parametrize("walker, width, scripts", WAYS, ids=["1280", "390", "no-scripts"])
def test_a_person_goes_through_all_nine_stages(house, desk, walker, width, scripts):
    page = desk.open("ruth", width=width, scripts=scripts)
    person = stages.find(page, house.walkers[walker], scripts)
    stages.see_the_risk(page, person)
    stages.override_the_tier(page, person)
    stages.engage(page, person)
    stages.ask_about_mood(page, person)
    stages.answer_the_safety_item(page, person)
    stages.take_the_intake(page, person)
    stages.plan(page, person)
    stages.do_a_task(page, person)
    stages.home_from_hospital(page, person)
    stages.talk(page, person)
    stages.see_trends(page, person)
    stages.look_at_outcomes(page)
    stages.reach_the_goals(page, person)
    stages.graduate(page, person)


def test_the_panel_sorts_by_risk_and_filters_by_tier(desk):
    page = go(desk.open("ruth"), "/panel?owner=anyone")
    assert page.locator("tbody tr").count() > 5
    page.locator("[name=tier]").select_option(index=1)
    with page.expect_navigation():
        page.locator("form.filters button").click()
    tiers = set(page.locator("tbody td[data-label=Risk] .tag").all_inner_texts())
    assert len(tiers) <= 1


def test_a_discharge_starts_its_clocks(desk):
    page = go(desk.open("ruth"), "/transitions")
    with following(page):
        page.locator("table a", has_text="Tarkovsky").first.click()
    steps = words(page)
    days = {
        step: int(re.search(step + r"\s+due .*?(\d+) (?:days|h) left", steps)[1])
        for step in ["First call after discharge", "Visit within 14 days", "Day 30 after discharge"]
    }
    # Discharged yesterday; a weekend and a holiday may lie within two business days.
    assert days["First call after discharge"] <= 48
    assert days["Visit within 14 days"] in (12, 13) and days["Day 30 after discharge"] in (27, 28)
    # Both scores are low: nothing that is for those at risk.
    assert "Visit within 7 days" not in steps


def test_a_recorded_death_stops_everything(house, desk):
    person = Person("Castellan", "Ines", "mortal")
    page = desk.open("ruth")
    stages.engage(page, person)
    go(page, f"/people/{person.id}/plan")
    send(page, "/plan/steps", {"step": "Call her on Sunday", "owner": "Practitioner/ruth", "step-due": day(1)})
    go(page, "/")
    assert person.family in words(page)

    path = house.folder / "death.ndjson"
    write_lines(path, [plain(person.id, person.family, person.given, deceasedDateTime="2026-11-20T04:00:00Z")])
    house.import_files(path)

    def stopped():
        go(page, "/")
        return person.family not in words(page)

    until(stopped, "nothing for her stands on Today any more")
    go(page, f"/people/{person.id}")
    assert "died" in page.locator("[aria-label=Person]").inner_text()
    assert "Call her on Sunday" not in page.locator("section", has=page.locator("#loops")).inner_text()
    go(page, "/transitions")
    assert person.family not in words(page)
    go(page, f"/people/{person.id}/graduate")
    assert page.locator('form[action*="/reopen/"]').count() == 0
    assert page.locator('form[action*="/close/"]').count() == 0
