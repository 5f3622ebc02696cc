"""Stories that are kept in confidence, walked through every page, the API and what is taken out, as each who might come by:
present with consent, absent without, gone after it is taken back."""

import json
import re

import httpx
import pytest

import portal
import stories
from desk import Desk
from forms import following, go, send, words
from house import House
from members import Member
from pages import known_to_the_server
from people import write_lines
from stories import ADOLESCENT, HIV, LABELLED, PART2, PERSON, PLAIN, STORIES, THERAPY, TYPES

TEAM = {
    "ruth": "care-manager", "sam": "supervisor", "chi": "community-health-worker", "fay": "front-desk", "bill": "billing",
    "quin": "quality-analyst", "audi": "auditor", "ada": "administrator",
}
FHIR = {"Accept": "application/fhir+json"}
CLINICAL = {PLAIN} | LABELLED
# Who sees which stories while nothing is agreed to. Part 2 records and notes of therapy are in none.
BEFORE = {
    "ruth": CLINICAL, "sam": CLINICAL, "chi": {PLAIN}, "fay": set(), "bill": set(), "quin": set(), "audi": set(), "ada": set(),
    # One's own record is one's own, but for what a therapist keeps apart.
    "nell": CLINICAL | {PART2},
}
# What a consent to share Part 2 records adds.
OPENED = {"ruth": {PART2}, "sam": {PART2}}


class House2(House):
    """A house with these stories; two programs read of it, one of which is kept from some of them."""

    def token(self, *more):
        return self.almoner("token", "create", "--scope", "system/*.rs", *more).split()[-1]


@pytest.fixture(scope="module")
def told_house(tmp_path_factory, chromium):
    house = House2(tmp_path_factory.mktemp("stories"))
    path = house.folder / "stories.ndjson"
    write_lines(path, stories.everything())
    house.import_files(path)
    first = {name: house.add_user(name, role, name.title()) for name, role in TEAM.items()}
    house.tokens = {"reader": house.token(), "narrow": house.token("--hide", "42CFRPart2,HIV,PSYTHPN")}
    house.start()
    house.team = {name: Member(house, name, password) for name, password in first.items()}
    yield house
    house.stop()


@pytest.fixture
def front(told_house, chromium):
    desk = Desk(told_house, chromium)
    yield desk
    desk.clear()


def pages():
    """Every page that the server knows, as an address that leads to this person or to one of the stories."""
    found = []
    for route in sorted(known_to_the_server() | {"portal/record.json", "audit.csv"}):
        if route.startswith("invitation"):
            continue
        address = "/" + re.sub(r"(?<=people/):id", PERSON, route).replace("users/:id", "users/ruth")
        address = address.replace(":instrument", "phq-9").replace(":figure", "readmission")
        each = [address.replace(":id", f"{story.name}-task") for story in STORIES] if "/:id" in address else [address]
        found += [re.sub(r":[a-z]+", "none", one) for one in each]
    return found + [
        "/panel?owner=anyone", "/tasks?owner=anyone", "/tasks?owner=nobody", "/search?q=Ashgrove", "/audit?looks=" + PERSON,
        *(f"/search?q={story.word}" for story in STORIES),
        *(f"/people/{PERSON}/plan?goal={story.name}-goal" for story in STORIES),
    ]


def asks():
    """The API about this person: each type read, searched, counted and in its history, and all of it at once."""
    found = [
        f"/fhir/Patient/{PERSON}/$everything?_count=500", f"/fhir/Patient/{PERSON}/*?_count=500", "/fhir/_history?_count=500",
        f"/fhir?_type={','.join(TYPES)}&_count=500", f"/fhir/Patient/{PERSON}/_history"]
    for kind in TYPES:
        about = "patient" if kind != "Task" else "patient"
        found += [
            f"/fhir/{kind}?{about}={PERSON}&_count=500", f"/fhir/{kind}/_history?_count=500", f"/fhir/Patient/{PERSON}/{kind}?_count=500",
            f"/fhir/Patient?_id={PERSON}&_revinclude={kind}:{about}"]
        for story in STORIES:
            key = f"{kind}/{story.name}-{kind.lower()}"
            found += [f"/fhir/{key}", f"/fhir/{key}/_history", f"/fhir/{key}/_history/1"]
    return found


def holds(text, found, where):
    """Notes at each word where it was met. What somebody typed to search is no telling: not to them, and not to who reads the
    audit and sees people."""
    for story in STORIES:
        if where.startswith("/audit"):
            text = text.replace(f"q={story.word}", "").replace(f"q = {story.word}", "")
        if f"q={story.word}" not in where and story.word.lower() in text.lower():
            found[story].add(where)


def seen_in_browser(page, addresses):
    found = {story: set() for story in STORIES}
    for address in addresses:
        if address.endswith((".json", ".csv")):
            met = page.request.get(address)
            holds(met.text(), found, address)
            continue
        met = page.goto(address)
        assert met.status < 500, f"{address}: {met.status}"
        holds(page.content(), found, address)
    return found


def seen_by_program(client):
    found = {story: set() for story in STORIES}
    for address in asks():
        met = client.get(address)
        assert met.status_code < 500, f"{address}: {met.status_code}"
        # What is not there is told with its address; that it was asked for is no telling.
        holds(met.text if met.status_code == 200 else "", found, address)
    return found


def count_of(client, kind):
    # People of tests look alike: whether two entries are one person is asked by a task, which is no part of their stories.
    only = {"code": "urn:almoner:task|"} if kind == "Task" else {}
    met = client.get(f"/fhir/{kind}", params={"patient": PERSON, "_summary": "count", **only})
    return met.json()["total"] if met.status_code == 200 else 0


def faults(who, found, expected, must):
    """Stories that are met where they should not be, and the ones that should be met somewhere and are not."""
    wrong = []
    for story in STORIES:
        if story in expected and len(found[story]) < must:
            wrong.append(f"{who} does not see {story.name}: only at {sorted(found[story])}")
        if story not in expected and found[story]:
            wrong.append(f"{who} sees {story.name} at {sorted(found[story])[:6]}")
    return wrong


def all_faults(house, desk, expected):
    """Looks as everybody in the table at every page, and at the API with the same session."""
    wrong = []
    addresses = pages()
    for who, visible in expected.items():
        if who in ("ada", "audi"):
            audit = house.team[who].client.get("/audit.csv").text
            wrong += [f"{who} reads what was searched for" for story in STORIES if story.word in audit]
        page = desk.open(who)
        found = seen_in_browser(page, addresses)
        page.context.close()
        sees_people = who in ("ruth", "sam", "chi", "nell")
        wrong += faults(who + " on pages", found, visible, 2 if sees_people else 0)
        client = httpx.Client(
            base_url=house.address, cookies={"almoner-session": house.team[who].session}, headers=FHIR, timeout=30)
        own = set() if who == "nell" else visible
        wrong += faults(who + " by the API", seen_by_program(client), own, 20 if own else 0)
        for kind in TYPES if who != "nell" else []:
            if (count := count_of(client, kind)) != len(own):
                wrong.append(f"{who} counts {count} of {kind}, not {len(own)}")
    return wrong


def program(house, name):
    return httpx.Client(
        base_url=house.address, headers=FHIR | {"Authorization": f"Bearer {house.tokens[name]}"}, timeout=30)


def test_each_sees_what_is_theirs_to_see_before_during_and_after(told_house, front, tmp_path):
    house, desk = told_house, front
    staff, nell = desk.open("ruth"), desk.open(None)
    portal.come_in(nell, portal.invite(staff, PERSON), "nell.a")
    house.team["nell"] = portal.Visitor(house, nell)

    # Nothing is agreed to.
    wrong = all_faults(house, desk, BEFORE)
    assert not wrong, "without consent:\n" + "\n".join(wrong)

    # She agrees, and it is asked for on the page.
    send(go(staff, f"/people/{PERSON}/engage"), "/engage/consent", {"kind": "part-2", "how": "paper"})
    assert "The consent is on file" in words(staff) or "on file" in words(staff)
    # Those whom it may touch, and one whom it must not: the others have been walked through once.
    during = {who: BEFORE[who] | OPENED.get(who, set()) for who in ("ruth", "sam", "chi", "nell")}
    wrong = all_faults(house, desk, during)
    assert not wrong, "with consent:\n" + "\n".join(wrong)

    # She takes it back: gone with the next request.
    go(staff, f"/people/{PERSON}/engage")
    with following(staff):
        staff.locator("section", has=staff.locator("#consents")).locator("form button").first.click()
    wrong = all_faults(house, desk, {who: BEFORE[who] for who in ("ruth", "sam")})
    assert not wrong, "after it was taken back:\n" + "\n".join(wrong)


def test_what_a_person_takes_with_them_is_all_but_notes_of_therapy(told_house, front):
    page = front.open("nell")
    found = seen_in_browser(page, ["/portal/record.json", "/portal/record/print"])
    for story in STORIES:
        assert bool(found[story]) == (story != THERAPY), f"{story.name}: {found[story]}"
    # The notice of 42 CFR 2.32 goes with it.
    assert "42 CFR part 2 prohibits" in page.request.get("/portal/record.json").text()


def test_a_caregiver_sees_what_is_shared_and_nothing_once_it_is_taken_back(told_house, front):
    nell = front.open("nell")
    addresses = [page for page in pages() if "?" not in page]

    def stop():
        go(nell, "/portal/caregivers")
        send(nell, "/end")

    for place, (what, expected) in enumerate([
        (["conditions"], {PLAIN}), (["conditions", "sensitive"], CLINICAL), (["plan", "medicines", "sensitive"], CLINICAL),
        (["appointments"], set()),
    ]):
        portal_share(nell, f"Ben {place}", what)
        ben = front.open(None)
        portal.come_in(ben, portal.way_in(nell), f"ben.{place}")
        wrong = faults(f"a caregiver with {what}", seen_in_browser(ben, addresses), expected, 1)
        for address in asks()[:8]:
            assert ben.request.get(address).status == 403
        stop()
        wrong += faults(f"a caregiver after {what}", seen_in_browser(ben, addresses), set(), 0)
        assert not wrong, "\n".join(wrong)


def portal_share(page, name, what):
    go(page, "/portal/caregivers")
    send(page, "/portal/caregivers", {"name": name, "relation": "son", "share": what, "until": "2027-06-30"})
    assert page.locator(".way-in code").count() >= 2


@pytest.mark.parametrize("person, visible", [("teen", {PLAIN}), ("child", {PLAIN} | LABELLED)])
def test_a_parent_sees_what_the_age_of_the_child_opens_and_nothing_once_it_is_ended(told_house, front, person, visible):
    """The stories of a young person and of a child: the parent is let in by staff, walks through everything, and is let out."""
    mine = stories.of(person)
    year, month, date = map(int, stories.born(stories.MINORS[person]).split("-"))
    birth = f"{month}/{date}/{year}"
    addresses = [page.replace(f"people/{PERSON}", f"people/{person}") for page in pages() if "?" not in page]

    def seen(page):
        found = {story: set() for story in STORIES}
        for address in addresses:
            if address.endswith((".json", ".csv")):
                text = page.request.get(address).text()
            else:
                assert page.goto(address).status < 500, address
                text = page.content()
            for story, own in mine.items():
                if own.word.lower() in text.lower():
                    found[story].add(address)
        return found

    staff = front.open("ruth")
    go(staff, f"/people/{person}/portal")
    send(staff, "/portal/representatives", {"name": "Rita Ashgrove", "relation": "PRN", "proof": "birth-certificate"})
    rita = front.open(None)
    portal.come_in(rita, portal.way_in(staff), f"rita.{person}", birth=birth)
    wrong = faults(f"the parent of the {person}", seen(rita), visible, 2)
    for kind in TYPES:
        assert rita.request.get(f"/fhir/{kind}?patient={person}").status == 403
    if person == "teen":
        young = front.open(None)
        portal.come_in(young, portal.invite(staff, person), "young.a", birth=birth)
        wrong += faults("the young person", seen(young), set(STORIES) - {THERAPY}, 2)
        assert "Rita Ashgrove" in words(go(young, "/portal")) or "Rita Ashgrove" in words(go(young, "/portal/caregivers"))
    # A court, say, decides otherwise: gone with the next request.
    go(staff, f"/people/{person}/portal")
    send(staff, "/end", {"ending": "court-ordered"})
    wrong += faults(f"the parent of the {person} after it was ended", seen(rita), set(), 0)
    assert not wrong, "\n".join(wrong)


def test_a_program_sees_what_its_token_does_not_hide(told_house):
    for name, hidden in [("reader", set()), ("narrow", {PART2, HIV, THERAPY})]:
        client = program(told_house, name)
        expected = set(STORIES) - hidden
        wrong = faults(name, seen_by_program(client), expected, 20)
        wrong += [f"{name} counts {count_of(client, kind)} of {kind}" for kind in TYPES if count_of(client, kind) != len(expected)]
        assert not wrong, "\n".join(wrong)


def test_an_export_holds_it_with_the_notice(told_house, tmp_path):
    """What an operator takes out is whole: the labels of its sources stay, and the notice of 42 CFR 2.32 lies beside it."""
    house = told_house
    house.stop()
    try:
        house.almoner("export", "--out", tmp_path / "out", "--labels")
    finally:
        house.start()
    text = "".join(file.read_text() for file in sorted((tmp_path / "out").glob("*.ndjson")))
    for story in STORIES:
        assert story.word in text
    assert "42 CFR part 2 prohibits" in (tmp_path / "out" / "NOTICE.txt").read_text()
    lines = [json.loads(line) for line in (tmp_path / "out" / "Condition.ndjson").read_text().splitlines()]
    labels = {one["id"]: {code["code"] for code in one.get("meta", {}).get("security", [])} for one in lines}
    assert "HIV" in labels["hiv-condition"] and "42CFRPart2" in labels["part2-condition"]
    assert "ADOL" in labels[f"{ADOLESCENT.name}-condition"] and not labels["plain-condition"]


def test_no_word_of_them_is_in_the_log(told_house):
    said = "".join(told_house.said)
    for story in STORIES:
        assert story.word not in said
