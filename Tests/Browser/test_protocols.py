"""A site puts a newer protocol into its content folder: it is there after a start, and who followed the older one decides."""

import pytest

from desk import faults_of_access
from forms import go, send, words
from house import REPOSITORY
from people import plain, write_lines
from protocols import arrived, put, take_up

PERSON, OTHER, CHOOSER = "follower-of-protocols", "other-follower", "chooser-of-protocols"
OLD, NEW = "Make sure there is a scale and teach weighing", "Bring a scale and teach weighing"


@pytest.fixture
def follower(house):
    """Somebody with a weak heart, and a content folder that is empty again afterwards."""
    path = house.folder / "followers.ndjson"
    write_lines(path, [
        plain(PERSON, "Okafor", "Ada"), plain(OTHER, "Lindqvist", "Bo"), plain(CHOOSER, "Marsh", "Ivy"),
        {"resourceType": "Condition", "id": "follower-heart", "subject": {"reference": f"Patient/{PERSON}"},
         "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "I50.9"}], "text": "Heart failure"}},
    ])
    house.import_files(path)
    own = house.data / "content/plans/heart-failure.yaml"
    yield own
    if own.exists():
        house.stop()
        own.unlink()
        house.start()


def test_a_newer_protocol_of_the_site_is_offered_to_who_follows_the_older(house, desk, follower):
    page = desk.open("ruth", width=390)
    plan = f"/people/{PERSON}/plan"
    take_up(page, plan, ["heart-failure.goal.dry-weight", "heart-failure.step.scale"])
    assert OLD in words(page)
    put(house, follower, version("1.2.0").replace(f"title: {OLD}", f"title: {NEW}"))
    go(page, plan)
    page.locator("a", has_text="Protocols: 1 changed, to decide").click()
    assert "from version 1.1.0 to 1.2.0" in words(page) and f"Title: {NEW}" in words(page)
    send(page, "/plan/protocols/", {"deed-scale": "change", "reason": " "}, status=(422,))
    assert "Say why." in words(page)
    send(page, "/plan/protocols/", {"reason": "The site brings the scale now."})
    assert "The site brings the scale now." in words(page) and "nothing to decide" in words(page)
    go(page, plan)
    assert NEW in words(page)
    go(page, "/protocols/protocol-heart-failure")
    assert "Version 1.2.0 is in force." in words(page) and f"Title: {OLD}" in words(page)


def test_a_supervisor_sets_a_default_for_all_who_follow_a_protocol(house, desk, follower, tmp_path):
    page = desk.open("ruth", width=1280)
    plan = f"/people/{OTHER}/plan"
    take_up(page, plan, ["heart-failure.step.scale"])
    put(house, follower, version("1.3.0").replace(f"title: {OLD}", f"title: {NEW}"))
    for width in [390, 1280]:
        page = desk.open("sam", width=width)
        go(page, "/protocols/protocol-heart-failure")
        page.locator("a", has_text="a default for all").click()
        if page.locator('a[href$="/move?from=1.1.0"]').count():
            go(page, "/protocols/protocol-heart-failure/move?from=1.1.0")
        assert "Version 1.1.0" in words(page) and "Take the new: change it" in words(page)
        picture(page, tmp_path, "default", width)
        send(page, "/move/try", {"deed-scale": "change", "reason": " "}, status=(422,))
        assert "Say why." in words(page)
        send(page, "/move/try", {"reason": "The site brings the scale now."})
        arrived(page, "Publish for")
        picture(page, tmp_path, "counted", width)
    assert "Changed: " in words(page) and "Waits for the care manager: 0" in words(page)
    send(page, "/protocols/protocol-heart-failure/move")
    arrived(page, "Carried out by")
    for width in [390, 1280]:
        page.set_viewport_size({"width": width, "height": 800})
        picture(page, tmp_path, "report", width)
    assert "Changed: " in words(page) and "lindqvist" in words(page).lower()
    go(page, plan)
    assert NEW in words(page)


def test_a_nurse_chooses_among_the_alternatives_of_a_protocol(house, desk, follower, tmp_path):
    put(house, follower, version("1.4.0") + (
        "choices:\n  - {id: sight, title: How the heart is watched, choose: exactly-one, steps: [labs, visit]}\n"))
    page = desk.open("ruth", width=390)
    plan = f"/people/{CHOOSER}/plan"
    take_up(page, plan, ["heart-failure.step.scale"])
    go(page, f"{plan}/protocols")
    page.get_by_role("link", name="Choose among its alternatives").click()
    assert "How the heart is watched" in words(page)
    for width in [390, 1280]:
        page.set_viewport_size({"width": width, "height": 800})
        picture(page, tmp_path, "alternatives", width)
        assert not faults_of_access(page)
    send(page, "/choices", status=(422,))
    send(page, "/choices", {"choose-sight": "labs"})
    # Another in its place only with a reason, which stays with the step that ends.
    send(page, "/choices", {"choose-sight": "visit"}, status=(422,))
    assert "Say why" in words(page)
    send(page, "/choices", {"choose-sight": "visit", "reason-sight": "Her own clinic takes the blood."})
    go(page, plan)
    assert "Book the visit with the heart clinic" in words(page)


def version(name):
    """The shipped protocol as another version."""
    return (REPOSITORY / "Content/plans/heart-failure.yaml").read_text().replace("version: 1.1.0", f"version: {name}")


def picture(page, folder, name, width):
    """Nothing stands out of the page; a picture to look at."""
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    page.screenshot(path=str(folder / f"{name}-{width}.png"), full_page=True)
