"""A second factor in a real browser, with oathtool (Debian's) as the phone."""

import shutil
import subprocess
import time

import pytest

from desk import Desk, faults_of_access, faults_of_form
from forms import errors, following, go, send, words
from house import House

OWN = "otter and moss"


@pytest.fixture(scope="module")
def strict(tmp_path_factory):
    """A house where roles decide who needs a second factor."""
    if not shutil.which("oathtool"):
        pytest.fail("oathtool is not there: run bin/setup")
    house = House(tmp_path_factory.mktemp("strict"))
    house.manner = ["--second-factor", "roles"]
    house.first = {
        name: house.add_user(name, role, title)
        for name, role, title in [("tess", "supervisor", "Tess Moreau, LCSW"), ("nils", "care-manager", "Nils Berg, RN")]}
    house.start()
    yield house
    house.stop()


@pytest.fixture
def window(strict, chromium):
    desk = Desk(strict, chromium)
    yield desk
    desk.clear()


def phone(secret, ahead=0):
    """The code that the phone shows, or will show some seconds from now."""
    moment = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(time.time() + ahead))
    shown = subprocess.run(
        ["oathtool", "--totp", "--base32", "--now", moment, secret], capture_output=True, text=True, check=True)
    return shown.stdout.strip()


def sign_in(page, name, password, code="", status=(200,)):
    send(go(page, "/sign-in"), "/sign-in", {"name": name, "password": password, "code": code}, status=status)


def test_a_supervisor_sets_it_up_by_phone_and_signs_in_with_it(strict, window):
    page = window.open(None, width=390)
    sign_in(page, "tess", strict.first["tess"])
    # Eight characters do where a second factor is required.
    send(page, "/password", {"old": strict.first["tess"], "new": OWN, "again": OWN})
    for path in ["/", "/panel", "/users", "/account"]:
        go(page, path)
        assert page.url.endswith("/account/second-factor"), path
    assert not faults_of_access(page) and not faults_of_form(page)
    assert page.locator("svg.qr").bounding_box()["width"] > 150
    secret = page.locator(".secret code").inner_text()
    send(page, "/account/second-factor", {"code": "000000"}, status=(422,))
    assert errors(page) == ["#code"]
    assert page.locator(".secret code").inner_text() == secret
    send(page, "/account/second-factor", {"code": phone(secret)})
    codes = page.locator(".codes code").all_inner_texts()
    assert len(set(codes)) == 10
    assert not faults_of_access(page) and not faults_of_form(page)
    with following(page):
        page.get_by_role("link", name="I have kept them").click()
    assert page.url == strict.address + "/"

    other = window.open(None)
    sign_in(other, "tess", OWN, status=(422,))
    refused = words(other)
    sign_in(other, "tess", OWN, "123456", status=(422,))
    assert words(other) == refused
    following_code = phone(secret, ahead=30)
    sign_in(other, "tess", OWN, following_code)
    assert other.url == strict.address + "/"
    # A code is good once; a recovery code too.
    third = window.open(None)
    sign_in(third, "tess", OWN, following_code, status=(422,))
    sign_in(third, "tess", OWN, codes[0].upper())
    sign_in(window.open(None), "tess", OWN, codes[0], status=(422,))

    go(page, "/account")
    assert "9 recovery codes left" in words(page)
    assert page.locator("table tbody tr").count() == 3
    assert not faults_of_access(page) and not faults_of_form(page)
    send(page, "/account/end-others")
    assert page.locator("table tbody tr").count() == 1
    go(other, "/account")
    assert "/sign-in" in other.url


def test_a_care_manager_needs_none(strict, window):
    page = window.open(None)
    sign_in(page, "nils", strict.first["nils"])
    # Alone a password has to be longer.
    page.locator('form[action="/password"]').evaluate("form => form.noValidate = true")
    send(page, "/password", {"old": strict.first["nils"], "new": OWN, "again": OWN}, status=(422,))
    assert errors(page) == ["#new"]
    longer = OWN + " by the lake"
    send(page, "/password", {"old": strict.first["nils"], "new": longer, "again": longer})
    assert page.url == strict.address + "/"


def test_without_its_key_file_the_server_does_not_start(strict):
    key = strict.data.with_name(strict.data.name + ".key")
    assert key.stat().st_mode & 0o777 == 0o600
    strict.stop()
    away = key.rename(key.with_suffix(".away"))
    try:
        with pytest.raises(AssertionError, match="key file .* is not there"):
            strict.start()
    finally:
        strict.server.wait(timeout=30)
        away.rename(key)
        strict.start()
