"""A site adds a form, a programme and a plan pack as files of its own, without a build, and uses all three."""

import json
import subprocess

import pytest

from desk import Desk
from forms import form_to, go, reveal, send, words
from house import BINARY, REPOSITORY, House
from members import Member
from people import plain, write_lines

CONTENT = REPOSITORY / "Content"
FORM = {
    "resourceType": "Questionnaire", "url": "urn:almoner:questionnaire:our-steps", "version": "1", "title": "Our steps",
    "status": "active", "description": "How far you walk.", "copyright": "Ours",
    "extension": [
        {"url": "urn:almoner:extension:source", "valueString": "Lake Shore Care"},
        {"url": "urn:almoner:extension:licence", "valueString": "Ours"},
        {"url": "urn:almoner:extension:scoring", "valueUri": "urn:almoner:scoring:our-steps"}],
    "effectivePeriod": {"start": "2026-01-01"},
    "item": [{"linkId": "far", "type": "choice", "text": "How far do you walk?", "answerOption": [
        {"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/ordinalValue", "valueDecimal": points}],
         "valueCoding": {"system": "urn:x", "code": code, "display": code.title()}}
        for points, code in [(0, "far"), (1, "near")]]}],
}
RULES = """
kind: form-rules
asking: {group: daily-life, ages: {from: 65}}
scoring:
  title: Our steps
  source: Lake Shore Care
  version: "1"
  licence: {decision: ship, textStatus: embedded, terms: Ours}
  effectiveFrom: 2026-01-01
  total: {system: "urn:x", code: steps, display: Steps, from: 0, to: 1}
  items: [far]
  missing: refuse
  positive: {any: 1}
  bands:
    - {from: 0, to: 0, severity: well, action: "Nothing."}
    - {from: 1, to: 1, severity: little, action: "Ask what keeps them from walking."}
"""


def program():
    """Chronic care with one rule of the site's own for entry: from 65 on."""
    text = (CONTENT / "programs/chronic-care.yaml").read_text()
    before, rest = text.split("entry:\n", 1)
    _, leave = rest.split("exit:\n", 1)
    entry = 'entry:\n  all:\n    - {path: "%age >= 65", words: "Is 65 or older"}\nexit:\n'
    return (before + entry + leave).replace("id: chronic-care", "id: our-walks").replace(
        "title: Chronic care", "title: Our walks", 1)


def pack():
    return (CONTENT / "plans/falls.yaml").read_text().replace("id: falls", "id: our-falls", 1).replace(
        "name: Falls in three months", "name: Falls by the lake", 1)


def put(folder, files):
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


def check(folder):
    done = subprocess.run([str(BINARY), "content", "check", str(folder)], capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout.splitlines(), done.stderr


@pytest.fixture(scope="module")
def site(tmp_path_factory, chromium):
    house = House(tmp_path_factory.mktemp("site"))
    path = house.folder / "people.ndjson"
    write_lines(path, [plain("elder", "Sorensen", "Astrid"), plain("young", "Young", "Ben", birthDate="1990-05-05")])
    house.import_files(path)
    folder = house.data / "content"
    good = {
        "instruments/our-steps.json": json.dumps(FORM), "instruments/our-steps.yaml": RULES,
        "programs/our-walks.yaml": program(), "plans/our-falls.yaml": pack(),
    }
    # First with slips of the pen: all are told at once, each with its line, and the start would be refused.
    put(folder, good | {
        "programs/our-walks.yaml": program().replace("%age >= 65", "%aged >= 65"),
        "plans/our-falls.yaml": pack().replace("title:", "titel:", 1),
        "instruments/our-steps.yaml": RULES.replace("kind: form-rules", "kind: rules")})
    code, said, _ = check(folder)
    assert code == 1 and said[-1] == "3 faults.", said
    line = 1 + next(n for n, text in enumerate(program().splitlines()) if "%age >= 65" in text)
    assert any(text.startswith(f"programs/our-walks.yaml:{line}: ") for text in said), said
    assert sum(text.startswith(("instruments/our-steps.yaml:", "plans/our-falls.yaml:")) for text in said) == 2, said
    put(folder, good)
    assert check(folder)[0] == 0
    # Who would enter is known before the programme is in force.
    draft = house.folder / "our-walks.yaml"
    draft.write_text(program())
    (folder / "programs/our-walks.yaml").unlink()
    tried = house.almoner("programs", "dry-run", draft, "--people")
    assert "Our walks: 1 would be proposed" in tried and "enter Patient/elder" in tried and "Patient/young" not in tried
    put(folder, good)
    first = house.add_user("ruth", "care-manager", "Ruth Adeyemi, RN")
    house.start()
    house.team = {"ruth": Member(house, "ruth", first)}
    yield house
    house.stop()


@pytest.fixture
def front(site, chromium):
    desk = Desk(site, chromium)
    yield desk
    desk.clear()


def test_the_form_is_asked_the_programme_entered_and_the_pack_applied(front):
    page = front.open("ruth")
    go(page, "/people/elder/assess/our-steps")
    send(page, "/assess/our-steps", {"far": "near"}, 'button[value="finish"]')
    assert "Ask what keeps them from walking." in words(page)
    # The one of 65 and more is proposed by herself, the other is not.
    for _ in range(40):
        go(page, "/programs/our-walks")
        if "SORENSEN" in words(page):
            break
        page.wait_for_timeout(250)
    assert "SORENSEN" in words(page) and "YOUNG" not in words(page)
    engage = "/people/elder/engage"
    go(page, engage)
    send(page, engage + "/consent", {"kind": "program", "consent-program": "our-walks"})
    send(page, engage + "/enrol", {"program": "our-walks", "care-manager": "Practitioner/ruth"})
    assert "Our walks: enrolled" in words(page)
    go(page, "/people/elder/plan")
    library = form_to(page, "/plan/library")
    pick = library.locator('[name="item"][value^="our-falls"]').first
    reveal(pick)
    pick.check()
    send(page, "/plan/library")
    # As the pack measures it, which no other pack does.
    assert "Falls by the lake" in page.locator(".goals").inner_text(), words(page)
