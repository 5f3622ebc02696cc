"""From the open form to outreach, and two entries made one and two again."""

import os

from forms import go, send


def picture(page, name):
    """Kept for whoever asks for it by naming a folder."""
    if folder := os.environ.get("ALMONER_PICTURES"):
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 900})
            page.screenshot(path=f"{folder}/{name}-{width}.png", full_page=True)


def test_a_daughter_asks_and_a_care_manager_answers(desk):
    page = desk.open(None)
    page.goto("/refer?lang=es")
    picture(page, "refer-es")
    page.goto("/refer")
    page.get_by_label("A family member or friend").check()
    page.get_by_label("Your name").fill("Ada Brandt")
    page.get_by_label("Your phone number").fill("216 555 0177")
    page.get_by_label("First name").fill("Otilie")
    page.get_by_label("Last name").fill("Brandt")
    page.get_by_label("Birth date").fill("4/9/1951")
    page.get_by_label("What could we help with?").fill("She falls on the stairs")
    page.wait_for_timeout(4200)
    page.get_by_role("button", name="Send").click()
    assert "Thank you" in page.locator("h1").inner_text()
    assert "Brandt" not in page.content()

    page = desk.open("ruth")
    go(page, "/referrals")
    picture(page, "referrals")
    page.locator("table a", has_text="BRANDT, Otilie").click()
    picture(page, "referral-match")
    at = "/" + page.url.split("/", 3)[3]
    page.get_by_label("BRANDT, Ottilie", exact=False).first.check()
    page.get_by_role("button", name="This is who is meant").click()
    assert "May they enter?" in page.locator("main").inner_text()
    picture(page, "referral-decide")
    send(page, f"{at}/accept", {
        "program": "chronic-care", "accept-why": "The family is worried", "told": "phone"})
    assert "Accepted" in page.locator("main").inner_text()


def test_two_entries_become_one_and_two_again(desk):
    sam = desk.open("sam")
    for _ in range(40):
        go(sam, "/duplicates")
        pair = sam.locator("table a", has_text="ZABRISKIE")
        if pair.count():
            break
        sam.wait_for_timeout(500)
    picture(sam, "duplicates")
    pair.first.click()
    picture(sam, "duplicate")
    at = "/" + sam.url.split("/", 3)[3]
    send(sam, f"{at}/merge", {"keep": "twice-one", "reason": "One card, two names"})
    assert "one person now" in sam.locator("main").inner_text()
    picture(sam, "merged")
    go(sam, "/people/twice-two")
    assert "out of use" in sam.locator("main").inner_text()
    go(sam, at)
    send(sam, f"{at}/undo", {"reason": "Two cards"})
    assert "two people again" in sam.locator("main").inner_text()
