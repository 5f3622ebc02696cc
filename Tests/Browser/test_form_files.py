"""Photographs and letters that are handed in with a form: on a phone without scripts, seen at a desk."""

import struct
import zlib

import pytest

from desk import faults_of_access, faults_of_form
from forms import answer, errors, form_to, go, send, words
from people import plain, write_lines

PERSON = "file-sender"
HOME = f"/people/{PERSON}/assess/wound-care"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def picture(width=320, height=240):
    """A real PNG of one colour."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    rows = b"".join(b"\0" + b"\xb0\x60\x50" * width for _ in range(height))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


@pytest.fixture(scope="module")
def sender(house):
    path = house.folder / "files.ndjson"
    write_lines(path, [plain(PERSON, "Quispe", "Nelida")])
    house.import_files(path)
    return PERSON


def choose(page, name, *files):
    form_to(page, "/assess/wound-care").locator(f'input[type="file"][name="{name}"]').set_input_files(
        [{"name": title, "mimeType": kind, "buffer": data} for title, kind, data in files])


def seen(page, scripts=True):
    """Nothing is wrong with how it looks; axe needs scripts of its own."""
    faults = faults_of_form(page) + (faults_of_access(page) if scripts else [])
    assert not faults, "\n".join(faults)


def test_a_photograph_and_a_letter_go_from_a_phone_to_the_desk(desk, sender):
    photo = picture()
    phone = go(desk.open("ruth", width=390, scripts=False), HOME)
    path = "/assess/wound-care"
    answer(form_to(phone, path), "days", "12")
    choose(phone, "photos", ("page.png", "image/png", b"<html><script>alert(1)</script>"), ("wound.png", "image/png", photo))
    choose(phone, "letter", ("long.pdf", "application/pdf", PDF + b"x" * 5_100_000))
    send(phone, path, {"hurts": "true"}, 'button[value="finish"]', status=(422,))
    assert errors(phone) == ["#q-photos", "#q-letter"]
    assert "This kind of file cannot be taken. Choose JPEG or PNG." in words(phone)
    assert "This file is too large." in words(phone)
    # The rest is there: the number, the choice, and the photograph that was good.
    form = form_to(phone, path)
    assert form.locator('[name="days"]').input_value() == "12"
    assert form.locator('[name="hurts"][value="true"]').is_checked()
    assert form.get_by_role("link", name="wound.png").count() == 1
    seen(phone, scripts=False)
    choose(phone, "letter", ("letter.pdf", "application/pdf", PDF))
    send(phone, path, button='button[value="draft"]')
    assert "The draft is kept" in words(phone)

    # At the desk, with scripts: what is typed keeps both files; one is handed in with the rest.
    desktop = go(desk.open("ruth"), phone.url.split("//", 1)[1].split("/", 1)[1].join(["/", ""]))
    form = form_to(desktop, path)
    assert form.get_by_role("link", name="letter.pdf").count() == 1
    answer(form, "days", "13")
    desktop.get_by_role("status").get_by_text("Kept.").wait_for()
    seen(desktop)
    send(desktop, path, button='button[value="finish"]')
    assert "For how many days has it been open? 13" in words(desktop)
    seen(desktop)
    shown = desktop.locator("ul.files img")
    assert shown.evaluate("image => image.complete && image.naturalWidth") == 320
    for name, data in [("wound.png", photo), ("letter.pdf", PDF)]:
        with desktop.expect_download() as download:
            desktop.get_by_role("link", name=name).click()
        assert download.value.suggested_filename == name
        assert open(download.value.path(), "rb").read() == data


def test_a_file_is_taken_out_again(desk, sender):
    page = go(desk.open("ruth", scripts=False), HOME)
    path = "/assess/wound-care"
    choose(page, "letter", ("letter.pdf", "application/pdf", PDF))
    send(page, path, button='button[value="draft"]')
    form_to(page, path).get_by_role("checkbox", name="Take it out letter.pdf").check()
    send(page, path, {"hurts": "false"}, 'button[value="draft"]')
    assert form_to(page, path).get_by_role("link", name="letter.pdf").count() == 0
