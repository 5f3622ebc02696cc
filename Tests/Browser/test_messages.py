"""A hospital's messages become a transition; somebody says whom a message means that may mean somebody on file."""

import os

from forms import go, send
from messages import drop, message, now, stay


def picture(page, name):
    """Kept for whoever asks for it by naming a folder."""
    if folder := os.environ.get("ALMONER_PICTURES"):
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 900})
            page.screenshot(path=f"{folder}/{name}-{width}.png", full_page=True)
        page.set_viewport_size({"width": 1280, "height": 900})


def test_a_discharge_by_message_is_a_transition_with_its_steps_and_closes_with_how_it_went(house, desk):
    # Ottilie Brandt is on file; the hospital knows her by a number that nobody here has heard of.
    texts = stay("BRANDT^OTTILIE", "19510409", "L300", "V300")
    assert drop(house, "ottilie", [texts[2], texts[0], texts[1], texts[0]]) == "done"
    sam = desk.open("sam")
    go(sam, "/transitions")
    picture(sam, "transitions")
    card = sam.locator("li.card", has_text="BRANDT").first
    assert "LAKESHORE" in card.inner_text()
    sam.locator("table th a", has_text="BRANDT").first.click()
    main = sam.locator("main")
    assert "Heart failure" in main.inner_text()
    for step in ["First call after discharge", "Book the visit after discharge", "Day 30 after discharge"]:
        assert step in main.inner_text()
    sam.get_by_text("What this stay was put together of").click()
    for told in ["Admitted (A01)", "Details changed (A08)", "Discharged (A03)"]:
        assert told in main.inner_text()
    picture(sam, "stay")
    at = "/" + sam.url.split("/", 3)[3].split("?")[0].split("#")[0]
    send(sam, f"{at}/discharge-summary", {"note": "No answer yet"}, status=(422,))
    assert "Choose one" in main.inner_text()
    send(sam, f"{at}/discharge-summary", {"answer": "asked", "note": "Medical records, by fax"})
    assert "Saved" in main.inner_text()
    send(sam, f"{at}/discharge-summary", {"answer": "received"})
    assert sam.locator("li.loop", has_text="discharge summary").locator(".tag").inner_text().startswith("done")


def test_somebody_says_whom_a_message_means(house, desk):
    # Signe Halvorsen is on file; this is written otherwise and may be her.
    assert drop(house, "signy", stay("HALVORSEN^SIGNE", "19490720", "L400", "V400")) == "done"
    sam = desk.open("sam")
    go(sam, "/matches")
    picture(sam, "matches")
    rows = sam.locator("table tbody tr")
    before = rows.count()
    assert before >= 3
    rows.last.locator("a").click()
    assert "HALVORSEN" in sam.locator("main").inner_text()
    picture(sam, "match")
    at = "/" + sam.url.split("/", 3)[3]
    send(sam, at, {"reason": "She told me on the phone"}, status=(422,))
    assert "Choose one" in sam.locator("main").inner_text()
    sam.get_by_role("radio", name="HALVORSEN, Signe").first.check()
    sam.get_by_label("How you know").fill("She told me on the phone")
    sam.get_by_role("button", name="Save").click()
    assert "Saved" in sam.locator("main").inner_text()
    sam.wait_for_timeout(3000)
    go(sam, "/matches")
    # One decision for all three messages of the stay.
    assert sam.locator("table tbody tr").count() == before - 3
    go(sam, "/people/tried")
    assert "LAKESHORE" in sam.locator("main").inner_text() or "Heart failure" in sam.locator("main").inner_text()


def test_a_feed_shows_how_it_is_doing_and_nobodys_name(house, desk):
    wrong = message("A08", "V9-1", now(), "SECRETNAME^ANN", "19480101", "L9", "V9").replace("ADT^A08", "ORU^R01")
    assert drop(house, "wrong", [wrong]) == "refused"
    ada = desk.open("ada")
    go(ada, "/feeds")
    picture(ada, "feeds")
    assert "Hospital messages" in ada.locator("main").inner_text()
    go(ada, "/feeds/default?state=refused")
    picture(ada, "feed")
    text = ada.locator("main").inner_text()
    assert "MSH-9.1" in text and "SECRETNAME" not in text
    go(ada, "/feeds")
    send(ada, "/feeds/again", {"from": "2026-01-02", "until": "2026-01-01"}, status=(422,))
    assert "comes before" in ada.locator("main").inner_text()
    send(ada, "/feeds/again", {"from": "2026-01-01", "until": "2030-01-01"})
    assert "worked on again" in ada.locator("main").inner_text()
    # No account without an office for it.
    ruth = desk.open("ruth")
    assert ruth.goto("/feeds").status in (403, 404)
