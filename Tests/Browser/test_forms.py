"""Forms with what SDC has: at a desk, on a phone, without scripts, and in the portal."""

import pytest

import portal
from desk import faults_of_access, faults_of_form
from forms import answer, form_to, go, send, words
from people import plain, write_lines

PERSON = "form-walker"
HOME = f"/people/{PERSON}/assess/home-visit"


@pytest.fixture(scope="module")
def walker(house):
    subject = {"reference": f"Patient/{PERSON}"}
    path = house.folder / "forms.ndjson"
    write_lines(path, [
        plain(PERSON, "Marchetti", "Rosa") | {"address": [{"postalCode": "02118"}]},
        {"resourceType": "Condition", "id": "form-asthma", "subject": subject,
         "clinicalStatus": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active"}]},
         "code": {"coding": [{"system": "http://snomed.info/sct", "code": "195967001", "display": "Asthma"}]}},
        {"resourceType": "Observation", "id": "form-weight", "subject": subject, "status": "final",
         "effectiveDateTime": "2026-11-20", "code": {"coding": [{"system": "http://loinc.org", "code": "29463-7"}]},
         "valueQuantity": {"value": 71.5, "unit": "kg", "system": "http://unitsofmeasure.org", "code": "kg"}}])
    house.import_files(path)
    return PERSON


def seen(page):
    faults = faults_of_form(page) + faults_of_access(page)
    assert not faults, "\n".join(faults)


def kept(page):
    page.get_by_role("status").get_by_text("Kept.").wait_for()


def test_a_form_follows_what_is_typed_and_is_there_on_another_device(desk, walker):
    page = go(desk.open("ruth"), HOME)
    form = form_to(page, "/assess/home-visit")
    # The records know the weight, the postal code and the problems; nobody types them again.
    assert form.locator('[name="weight"]').input_value() == "71.5"
    assert "a reading in the records, 20 Nov" in words(page)
    assert form.locator('[name="problem"] option').all_inner_texts() == ["", "Asthma"]
    assert not form.locator('[name="rail"]').first.is_visible()
    seen(page)
    answer(form, "height", "170")
    answer(form, "steps", "5")
    form.locator('[name="rail"]').first.wait_for()
    assert form.locator('[name="bmi"]').input_value() == "24.7"
    kept(page)
    assert "draft=" in page.url
    # Another device has it, and adds what the first one then finds beside its own.
    other = go(desk.open("ruth", width=390), page.url.split("//", 1)[1].split("/", 1)[1].join(["/", "&whole=1"]))
    assert form_to(other, "/assess/home-visit").locator('[name="steps"]').input_value() == "5"
    answer(form_to(other, "/assess/home-visit"), "helper", "family")
    kept(other)
    answer(form, "zip", "2118")
    page.get_by_text("Kept, with what was answered elsewhere").wait_for()
    send(page, "/assess/home-visit", button='button[value="finish"]', status=(422,))
    assert "Please write it like 02118." in words(page)
    answer(form_to(page, "/assess/home-visit"), "zip", "02118")
    send(page, "/assess/home-visit", button='button[value="finish"]')
    for shown in ["Body mass index: 24.7 kg/m2", "Weight: 71.5 kg", "Who helps? Family"]:
        assert shown in words(page), shown


def test_rows_come_and_go_without_scripts(desk, walker):
    page = go(desk.open("ruth", scripts=False), HOME)
    path = "/assess/home-visit"
    send(page, path, {"medicine-name": "Metformin", "medicine-missed": "no"}, 'button[value="add:medicine"]')
    send(page, path, {"medicine-name~2": "Lisinopril", "medicine-missed~2": "yes", "medicine-why~2": "Ran out"},
         'button[value="add:medicine~2"]')
    send(page, path, {"medicine-name~3": "Aspirin"}, 'button[value="remove:medicine"]')
    form = form_to(page, path)
    assert [form.locator(f'[name="medicine-name{row}"]').input_value() for row in ["", "~2"]] == ["Lisinopril", "Aspirin"]
    send(page, path, {"height": "180"}, 'button[value="update"]')
    assert form_to(page, path).locator('[name="bmi"]').input_value() == "22.1"
    send(page, path, button='button[value="finish"]')
    assert "Ran out" in words(page)


def test_the_example_of_hl7_is_answered_on_a_phone(desk, walker):
    page = desk.open("ruth", width=390)
    page.goto(f"/people/{PERSON}/assess/cancer-example")
    page.wait_for_url("**one=*")
    for question, choice in [("1.1", "Y"), ("1.1.1.1", "Y"), ("1.1.1.1.1", "asked-unknown"), ("1.1.1.1.2", "N"), ("1.1.1.2", "N")]:
        form = form_to(page, "/assess/cancer-example")
        assert form.locator('[name="place"]').input_value() == question
        if question == "1.1":
            seen(page)
        send(page, "/assess/cancer-example", {question: choice}, 'button[value="next"]')
    send(page, "/assess/cancer-example", {"2.1.2": "pT2"}, 'button[value="finish"]')
    for shown in ["Angina Pectoris: Don't know", "Myocardial infarction (disorder): No", "pT category: pT2"]:
        assert shown in words(page), shown


def test_a_person_answers_in_the_portal(desk, walker):
    staff = go(desk.open("ruth"), f"/people/{PERSON}/assess/sleep-check")
    send(staff, "/assess/sleep-check/send")
    assert "waits for the person in the portal" in words(staff)
    rosa = desk.open(None, width=390, scripts=False)
    portal.come_in(rosa, portal.invite(staff, PERSON), "rosa.m", birth="4/9/1951")
    go(rosa, "/portal/forms")
    rosa.get_by_role("link", name="Open").first.click()
    while rosa.locator('button[value="next"]').count():
        for choice in rosa.locator('main [type="radio"]').all()[:1]:
            choice.check()
        send(rosa, "/portal/forms/sleep-check", button='button[value="next"]')
    send(rosa, "/portal/forms/sleep-check", button='button[value="finish"]')
    assert "Your team has your answers" in words(rosa)
