"""Medicines compared line by line, with the keyboard alone: 22 of the hospital against 19 from home, to the printed list."""

import re
import subprocess

import pytest

import medicines
from desk import faults_of_access, faults_of_form
from forms import errors, following, go, send, words
from people import plain, stay, write_lines

PERSON = "many-medicines"
BASE = f"/people/{PERSON}/medicines"


@pytest.fixture(scope="module")
def discharged(house):
    path = house.folder / "medicines.ndjson"
    write_lines(path, [plain(PERSON, "Whitfield", "Delores"), plain("few-medicines", "Stone", "Ada"), stay(f"Patient/{PERSON}", "stay-medicines")])
    house.import_files(path)


def focused(page, selector):
    return page.evaluate("selector => document.activeElement.matches(selector)", selector)


def tab_to(page, selector):
    """Presses Tab until what is meant has the focus, as somebody without a mouse does."""
    for _ in range(400):
        page.keyboard.press("Tab")
        if focused(page, selector):
            return
    pytest.fail(f"Tab never came to {selector}")


def press(page, selector):
    tab_to(page, selector)
    with following(page):
        page.keyboard.press("Enter")


def type_list(page, source, text):
    press(page, f'a[href="{BASE}/lists/{source}"]')
    tab_to(page, "#lines")
    page.keyboard.insert_text(text)
    press(page, 'form[action$="/lists/%s"] button' % source)
    assert "Saved." in words(page)
    press(page, f'section a[href="{BASE}"]')


def choose(page, decision):
    """The group of a line has the focus at its first choice."""
    if decision == "keep":
        page.keyboard.press("Space")
    for _ in range(["keep", "stop", "change", "ask"].index(decision)):
        page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.value") == decision


def first_choice(name):
    return f'.med-line[data-name="{name}"] input[type="radio"]'


def decide(page, name, decision, reason=None, own=None, takes=None, whom=None):
    tab_to(page, first_choice(name))
    choose(page, decision)
    if takes:
        tab_to(page, 'input[name^="t-"]')
        page.keyboard.insert_text(takes)
    if whom:
        tab_to(page, 'select[name^="a-"]')
        page.keyboard.type(whom)
    if reason:
        tab_to(page, f'select[name^="r-{decision}-"]')
        page.keyboard.type(reason)
    if own:
        tab_to(page, 'input[name^="w-"]')
        page.keyboard.insert_text(own)


def test_22_against_19_by_keyboard_to_the_printed_list(desk, discharged, tmp_path):
    ruth = desk.open("ruth")
    go(ruth, BASE)
    type_list(ruth, "hospital", medicines.HOSPITAL)
    type_list(ruth, "home", medicines.HOME)
    assert "22 medicines" in words(ruth) and "19 medicines" in words(ruth)
    assert "25 to decide" in words(ruth)
    assert faults_of_form(ruth) == [] and faults_of_access(ruth) == []
    press(ruth, 'form[action$="/medicines/keep"] button')
    assert "11 lines kept" in words(ruth)

    # The lists agree on these two, and they do not go together: somebody looks first.
    decide(ruth, "Apixaban 5 mg", "keep")
    decide(ruth, "Clopidogrel 75 mg", "keep")
    decide(ruth, "the little white pill from my sister", "ask", "The hospital does", "What is this pill?", whom="Sam")
    decide(ruth, "vitamin D 1000 units", "keep")
    decide(ruth, "omeprazole 20 mg", "stop", "It is there twice", "Pantoprazole takes its place")
    decide(ruth, "Pantoprazole 40 mg", "keep")
    # How the rest is decided is saved already when the window is closed.
    press(ruth, 'form[action$="/medicines/decide"] button.main')
    assert "Saved: 6 lines decided" in words(ruth)
    go(ruth, BASE)
    decide(ruth, "Furosemide 40 mg", "change", "The prescriber", takes="40 mg once a day in the morning")
    decide(ruth, "Metoprolol succinate ER 50 mg", "keep")
    # No reason: it comes back with what was chosen, and says what is missing.
    decide(ruth, "ibuprofen 600 mg", "stop")
    tab_to(ruth, 'form[action$="/medicines/decide"] button.main')
    with following(ruth, (422,)):
        ruth.keyboard.press("Enter")
    assert len(errors(ruth)) == 1 and "ibuprofen 600 mg: say why" in words(ruth)
    assert "Saved: 2 lines" in words(ruth)
    assert ruth.locator('.med-line[data-name="ibuprofen 600 mg"] [value="stop"]').is_checked()
    tab_to(ruth, '.med-line[data-name="ibuprofen 600 mg"] select[name^="r-stop-"]')
    ruth.keyboard.type("It does not go")
    tab_to(ruth, 'input[name^="w-"]')
    ruth.keyboard.insert_text("It strains the kidneys")
    for name in ["Docusate 100 mg", "Empagliflozin 10 mg", "Potassium chloride 20 mEq", "Prednisone 20 mg",
                 "Spironolactone 25 mg"]:
        decide(ruth, name, "keep")
    press(ruth, 'form[action$="/medicines/decide"] button.main')
    assert "all decided, not signed" in words(ruth)
    press(ruth, 'form[action$="/medicines/sign"] button')
    assert "Version 1" in words(ruth) and "23 medicines taken, 2 stopped, 1 being asked" in words(ruth)

    press(ruth, f'a[href="{BASE}/print"]')
    # Paper has one heading and a title of its own; nothing of the machine shows.
    assert faults_of_form(ruth) == [] and faults_of_access(ruth) == []
    answer = ruth.request.get(f"{BASE}/print.pdf")
    assert answer.ok
    file = tmp_path / "medicines.pdf"
    file.write_bytes(answer.body())
    assert re.search(r"Tagged:\s+yes", told(file, "pdfinfo"))
    assert re.search(r"Pages:\s+1\b", told(file, "pdfinfo"))
    text = told(file, "pdftotext", "-raw")
    for name in medicines.TAKEN:
        assert name in text, name
    stopped = text[text.index("Stopped: do not take"):]
    assert "omeprazole 20 mg" in stopped and "ibuprofen 600 mg" in stopped and "It strains the kidneys" in stopped
    assert "the little white pill from my sister" in text[text.index("We are asking about these"):]
    assert "Version 1" in text and "Ruth Adeyemi, RN" in text
    spanish = ruth.request.get(f"{BASE}/print?lang=es").text()
    assert "Mis medicinas" in spanish and "Al dormir" in spanish

    sam = desk.open("sam")
    go(sam, "/tasks")
    with following(sam):
        sam.get_by_role("link", name="Question: the little white pill").first.click()
    send(sam, "/answer", {"medicine-answer": "stop", "medicine-words": "It is her sister's, not hers"})
    go(ruth, BASE)
    assert "Sam Ortiz answered: stop. It is her sister's, not hers" in words(ruth)
    with following(ruth):
        ruth.goto(f"/people/{PERSON}")
    medicines_of = ruth.locator("section", has=ruth.locator("#medicines")).inner_text()
    assert "NOT RECONCILED" not in medicines_of and medicines_of.count("Lasix") == 1 and "Furosemide 40 mg (Lasix)" in medicines_of


def told(path, *command):
    done = subprocess.run([*command, str(path), *(["-"] if command[0] == "pdftotext" else [])],
                          capture_output=True, text=True, check=True, timeout=60).stdout
    return " ".join(done.split())


def test_it_works_without_scripts_on_a_phone(desk, discharged):
    base = "/people/few-medicines/medicines"
    ruth = desk.open("ruth", width=390, scripts=False)
    go(ruth, f"{base}/lists/pharmacy")
    send(ruth, "/lists/pharmacy", {"lines": "12"}, status=(422,))
    assert errors(ruth) == ["#lines"]
    assert ruth.locator("#lines").input_value() == "12"
    send(ruth, "/lists/pharmacy", {"lines": "warfarin 5 mg once a day"})
    go(ruth, base)
    line = ruth.locator('.med-line[data-name="warfarin 5 mg"]')
    line.locator('[value="stop"]').check()
    line.locator('select[name^="r-stop-"]').select_option("no-need")
    with following(ruth):
        ruth.locator('form[action$="/medicines/decide"] button.main').click()
    assert "1 line decided" in words(ruth)
    go(ruth, f"{base}/lists/pharmacy")
    with following(ruth):
        ruth.get_by_role("button", name="Take out warfarin 5 mg").click()
    assert "Nothing is on this list yet." in words(ruth)
