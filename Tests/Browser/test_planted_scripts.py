"""Stored script, in a real browser: every text of every record is a program that wants to run, and none does."""

import re

import httpx
import pytest

import markup
import messages
import portal
from desk import Desk
from forms import send
from furnish import FURNISHED, duplicates, furnish, notes_apart, own_form
from house import REPOSITORY, House
from members import TEAM, Member, put_on_duty
from pages import known_to_the_server
from people import plain, stay, write_lines
from planted import LINK, SCRIPT, SHORT, Watch, as_text, plant, resource_types

SIGNS = "o'brien\"; DROP TABLE resource; -- %_\\ $1 ?"
LINES = "planted\r\nSet-Cookie: planted=1\r\n\r\n<script data-planted>alert(1)</script>"
# What would end the session that sends it.
ENDS = re.compile(r"^/(sign-out|password|account/)|/(end|reset|remove-second-factor|end-others)$")
API = {"Content-Type": "application/fhir+json", "Accept": "application/fhir+json"}


@pytest.fixture(scope="module")
def planted_house(tmp_path_factory, chromium):
    """A house whose site, team, people and records all try to be programs; gives it with the addresses of its pages."""
    house = House(tmp_path_factory.mktemp("planted"))
    house.site = SCRIPT
    path = house.folder / "people.ndjson"
    write_lines(path, [
        plain(FURNISHED.id, FURNISHED.family, FURNISHED.given), plain("hostile", "Stone", "Ada"),
        stay(f"Patient/{FURNISHED.id}", "stay-furnished"), stay("Patient/hostile", "stay-hostile"),
        # Whoever keeps notes apart treats the person.
        {"resourceType": "CareTeam", "id": "planted-team", "status": "active",
         "subject": {"reference": f"Patient/{FURNISHED.id}"},
         "participant": [{"member": {"reference": "Practitioner/bea"}}]}])
    house.import_files(path)
    first = {name: house.add_user(name, role, f"{title} {SHORT}") for name, (role, title) in TEAM.items()}
    token = house.almoner("token", "create", "--scope", "system/*.cruds", "--name", SHORT).split()[-1]
    house.start()
    try:
        house.team = {name: Member(house, name, password) for name, password in first.items()}
        put_on_duty(house)
        desk = Desk(house, chromium)
        addresses = furnish(desk.open("ruth"))
        notes_apart(desk.open("bea"), addresses)
        own_form(desk.open("ada"), addresses)
        duplicates(desk.open("sam"), addresses)
        portal.furnish(desk, addresses)
        messages.furnish(desk, addresses)
        maud = desk.open("maud")
        maud.goto("/portal/caregivers")
        send(maud, "/portal/caregivers", {"name": SHORT, "relation": SHORT, "share": ["plan"], "until": "2027-06-30"})
        maud.goto("/portal/corrections")
        send(maud, "/portal/corrections", {"what": SCRIPT, "why": SCRIPT})
        desk.clear()
        with httpx.Client(base_url=house.address + "/fhir/", headers=API | {"Authorization": f"Bearer {token}"}) as client:
            house.refused, house.taken = plant(client, FURNISHED.id)
        yield house, addresses
    finally:
        house.stop()


@pytest.fixture
def windows(planted_house, chromium):
    """A watched window for each account that is asked for."""
    house, _ = planted_house
    desk, opened = Desk(house, chromium), {}

    def window(account):
        if account not in opened:
            page = desk.open(account)
            opened[account] = (page, Watch(page, house.address))
        return opened[account]

    window.desk = desk
    yield window
    desk.clear()


def look(page, watch, path):
    met = page.goto(path, wait_until="load")
    faults = [f"{path}: {fault}" for fault in watch.faults()]
    return faults + ([f"{path}: {met.status}"] if met.status >= 500 else [])


def test_the_watch_notices_each_of_them(planted_house, windows):
    house, _ = planted_house
    page, watch = windows(None)

    def answer(headers):
        page.route("**/control", lambda route: route.fulfill(
            status=200, content_type="text/html", headers=headers, body=f"<title>x</title><p title=\"{SCRIPT}\">"))
        page.goto("/control")
        page.unroute("**/control")
        return "\n".join(watch.faults())

    free = answer({})
    assert "a dialog says 2" in free and "an element came of a text" in free and "planted.example/p is asked for" in free
    stopped = answer({"Content-Security-Policy": "default-src 'self'"})
    assert "a dialog" not in stopped and "the policy had to stop" in stopped
    # What was met here was meant to be.
    windows.desk.faults.clear()


def test_all_of_it_is_stored(planted_house):
    house, _ = planted_house
    assert not house.refused, f"{len(house.refused)} refused:\n" + "\n".join(house.refused[:20])
    assert house.taken > len(resource_types())


def test_every_page_shows_it_as_text(planted_house, windows):
    _, addresses = planted_house
    # Pages of a default for all need followers of a protocol of their own: test_every_page has them.
    missing = {path for path in known_to_the_server() - set(addresses.seen) if "protocols" not in path}
    assert not missing, f"no test looks at {sorted(missing)}"
    faults, showing = [], set()
    for path, account in addresses.all():
        page, watch = windows(account)
        faults += look(page, watch, path)
        if "planted\"'><img" in page.locator("body").inner_text().lower():
            showing.add(path.split("?")[0])
    assert not faults, f"{len(faults)} faults:\n" + "\n".join(faults[:40])
    # The pages that speak of people and of the team do show it: there was something to escape.
    base = f"/people/{FURNISHED.id}"
    for path in ["/", "/panel", "/tasks", "/search", "/users", "/sign-in", "/portal", "/portal/looks", "/portal/corrections",
                 "/portal/caregivers", "/portal/record/print", base, base + "/plan", base + "/plan/print", base + "/engage",
                 base + "/portal", base + "/looks"]:
        assert path in showing, f"{path} shows nothing of it: {sorted(showing)}"


def test_the_list_that_opens_while_one_types_shows_it_as_text(windows):
    page, watch = windows("ruth")
    page.goto("/")
    page.keyboard.press("Control+k")
    page.keyboard.type("planted")
    page.locator("#found [role=option]").first.wait_for()
    assert "planted\"'><img" in page.locator("#found").inner_text().lower()
    assert not watch.faults()


def test_every_page_of_the_api_shows_it_as_text(planted_house, windows):
    page, watch = windows("ruth")
    faults = []
    for name in resource_types():
        for path in (f"/fhir/{name}?_count=20", f"/fhir/{name}/max0-{name.lower()}"):
            faults += look(page, watch, path)
    assert not faults, f"{len(faults)} faults:\n" + "\n".join(faults[:40])
    assert "planted" in page.locator("body").inner_text()


@pytest.mark.parametrize("kind", ["text/html", "image/svg+xml", "application/xhtml+xml", "text/html; charset=utf-8"])
def test_a_file_is_kept_and_not_shown(planted_house, windows, kind):
    house, _ = planted_house
    ruth = house.team["ruth"]
    made = ruth.client.post(
        "/fhir/Binary", json={"resourceType": "Binary", "contentType": kind, "data": "PHN2ZyBvbmxvYWQ9YWxlcnQoMSk+"},
        headers=API | {"Origin": house.address})
    assert made.status_code == 201, made.text
    path = made.headers["location"].split("/_history")[0].removeprefix(house.address)
    page, watch = windows("ruth")
    page.goto("/")
    # As a link leads to it and as a frame would hold it: neither becomes a page.
    raw = ruth.client.get(path, headers={"Accept": "image/png"})
    assert raw.headers["content-type"] == "application/octet-stream"
    assert raw.headers["content-disposition"].startswith("attachment")
    page.goto(path)
    assert page.locator("pre.json").count() == 1
    assert not watch.faults()


def names(text):
    """What may stand behind the question mark: the names that the code reads, and the fields of the page's own filters."""
    read = set()
    for path in (REPOSITORY / "Sources" / "Server").rglob("*.swift"):
        read |= set(re.findall(r'query(?:\(of: request\))?(?:\.all\(|\[)"([a-z-]+)"', path.read_text()))
    assert {"next", "done", "goal", "after", "role"} <= read, read
    return sorted(read | {one.name for form in markup.forms(text) if form.method == "get" for one in form.fields})


def test_nothing_behind_the_question_mark_becomes_markup(planted_house):
    house, addresses = planted_house
    faults, asked = [], 0
    for route in addresses.seen:
        path, account = addresses.seen[route][0]
        client = httpx.Client(
            base_url=house.address, timeout=30,
            cookies={"almoner-session": house.team[account].session} if account else {})
        path = path.split("?")[0]
        for name in names(client.get(path).text):
            for value in (SCRIPT, SIGNS, LINK, LINES):
                met = client.get(path, params={name: value})
                asked += 1
                if met.status_code >= 500 or as_text(met.text) or "planted" in met.headers.get("set-cookie", ""):
                    faults.append(f"{path}?{name}={value[:20]}: {met.status_code} {as_text(met.text)[:3]}")
    print(f"asked: {asked}")
    assert not faults, f"{len(faults)} faults:\n" + "\n".join(faults[:40])


def filled(form, value):
    """A form as somebody sends it who writes one text wherever a text can be written."""
    sent = {}
    for one in form.fields:
        if one.kind in ("hidden", "button", "date", "datetime-local", "time"):
            sent.setdefault(one.name, one.value)
        elif one.kind == "select":
            sent[one.name] = next((option for option in one.options if option), "")
        elif one.kind in ("radio", "checkbox"):
            sent.setdefault(one.name, one.value)
        else:
            sent[one.name] = value
    return sent


def test_every_field_of_every_form_takes_any_text(planted_house, windows):
    house, addresses = planted_house
    faults, sent = [], set()
    for path, account in addresses.all():
        if account is None:
            continue
        client = httpx.Client(
            base_url=house.address, cookies={"almoner-session": house.team[account].session}, timeout=30)
        for place in range(len(markup.forms(client.get(path).text))):
            for value in (SCRIPT, SIGNS, LINES):
                # Read anew: what was sent before may have changed the form.
                now = markup.forms(client.get(path).text)
                form = now[place] if place < len(now) else None
                if form is None or form.method != "post" or ENDS.search(form.action.split("?")[0]):
                    continue
                if (form.action, value) in sent:
                    continue
                sent.add((form.action, value))
                met = client.post(form.action, data=filled(form, value))
                if met.status_code >= 500 or as_text(met.text):
                    faults.append(f"{form.action} with {value[:20]!r}: {met.status_code} {as_text(met.text)[:3]}")
                for name, header in met.headers.items():
                    if name == "set-cookie" and "planted" in header or "\n" in header:
                        faults.append(f"{form.action}: {name}: {header}")
    print(f"forms: {len({action for action, _ in sent})}")
    assert not faults, f"{len(faults)} faults:\n" + "\n".join(faults[:40])
    assert len({action for action, _ in sent}) > 30
    # And what was stored of it is text again.
    faults = []
    for path, account in addresses.all():
        faults += look(*windows(account), path)
    assert not faults, f"{len(faults)} faults:\n" + "\n".join(faults[:40])
