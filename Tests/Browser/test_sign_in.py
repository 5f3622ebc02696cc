"""Signing in and out, and what keeps others from speaking in one's name."""

from urllib.parse import quote

import httpx
import pytest

from forms import answer, errors, following, form_to, go, send, words
from members import COOKIE

LONG = "\n".join(f"Line {number}: she said “it is better”, and <b>so</b> & on." for number in range(60))


def sign_in(page, name, password, status=(200,)):
    send(page, "/sign-in", {"name": name, "password": password}, status=status)


def test_the_first_password_works_once_and_must_be_changed(house, desk):
    page = go(desk.open(None), "/sign-in")
    sign_in(page, "nora", house.first["nora"])
    assert page.url.endswith("/password")
    # No other page opens before.
    go(page, "/panel")
    assert page.url.endswith("/password")
    own = "a sentence that only Nora knows"
    # The browser itself would not send so short a one.
    form_to(page, "/password").evaluate("form => form.noValidate = true")
    send(page, "/password", {"old": house.first["nora"], "new": "short", "again": "short"}, status=(422,))
    assert errors(page) == ["#new"]
    send(page, "/password", {"old": "not this one at all", "new": own, "again": own}, status=(422,))
    assert errors(page) == ["#old"]
    send(page, "/password", {"old": house.first["nora"], "new": own, "again": own + "!"}, status=(422,))
    assert errors(page) == ["#again"]
    send(page, "/password", {"old": house.first["nora"], "new": own, "again": own})
    again = go(desk.open(None), "/sign-in")
    sign_in(again, "nora", house.first["nora"], status=(422,))
    sign_in(again, "nora", own)
    assert again.locator("h1").count() == 1 and not again.url.endswith(("/sign-in", "/password"))


def test_a_wrong_password_and_an_unknown_name_are_answered_alike(house, desk):
    page = go(desk.open(None), "/sign-in")
    sign_in(page, "ada", "wrong wrong wrong", status=(422,))
    known = words(page)
    assert page.locator('[name="name"]').input_value() == "ada"
    sign_in(page, "nobody", "wrong wrong wrong", status=(422,))
    assert words(page) == known
    assert "do not go together" in known


def test_signing_out_ends_the_session_for_good(house, desk):
    page = go(desk.open(None), "/sign-in?next=%2Fusers")
    sign_in(page, "ada", house.team["ada"].password)
    assert page.url.endswith("/users")
    kept = page.context.cookies()
    with following(page):
        page.locator("form[data-sign-out] button:visible").first.click()
    assert page.url.endswith("/sign-in")
    page.context.add_cookies(kept)
    go(page, "/users")
    assert "/sign-in" in page.url


def test_sign_in_leads_to_no_other_site(house, desk):
    for elsewhere in [
        "https://example.org/", "//example.org/", "/\\example.org", "https:example.org", "///example.org", "\\\\example.org",
        "/%2f%2fexample.org", "/.//example.org", "/%5cexample.org", "/..//example.org", "/\t/example.org", "//example.org@here",
    ]:
        page = desk.open(None)
        page.goto("/sign-in?next=" + quote(elsewhere, safe=""))
        # What is a path here leads to a page that is not there, and stays here.
        sign_in(page, "ada", house.team["ada"].password, status=(200, 404))
        assert page.url.startswith(house.address + "/"), elsewhere


def test_cookies_cannot_be_read_by_scripts(house, desk):
    page = go(desk.open(None), "/sign-in")
    sign_in(page, "ada", house.team["ada"].password)
    cookie = next(cookie for cookie in page.context.cookies() if cookie["name"] == COOKIE)
    assert cookie["httpOnly"] and cookie["sameSite"] in ("Lax", "Strict")
    assert page.evaluate("document.cookie") == ""


@pytest.mark.parametrize("fields", [{}, {"csrf": "0" * 43}])
def test_a_form_without_the_token_of_the_session_is_refused(house, fields):
    ruth = house.team["ruth"]
    for path in ["/sign-out", "/password", "/panel/batch", "/people/furnished/engage/attempt"]:
        refused = ruth.client.post(path, data={"outcome": "reached", **fields})
        assert refused.status_code == 403, path
    assert ruth.client.get("/password").status_code == 200


def test_a_form_of_another_site_is_refused(house):
    ruth = house.team["ruth"]
    fields = {"csrf": ruth.token("/password")}
    for origin in ["https://example.org", "null", house.address.replace("127.0.0.1", "127.0.0.1.example.org")]:
        refused = ruth.client.post("/sign-out", data=fields, headers={"origin": origin})
        assert refused.status_code == 403, origin
    assert ruth.client.get("/password").status_code == 200


@pytest.mark.parametrize("path", ["/sign-in", "/", "/no-such-page", "/design/almoner.css", "/livez"])
def test_every_answer_forbids_what_is_not_ours(house, path):
    headers = house.team["ruth"].client.get(path).headers
    policy = dict(part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";"))
    assert policy["default-src"] == "'none'" and policy["script-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'" and policy["form-action"] == "'self'"
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"


def test_nothing_but_sign_in_is_open_to_strangers(house):
    stranger = httpx.Client(base_url=house.address)
    for path in ["/", "/panel", "/people/furnished", "/tasks", "/transitions", "/outcomes", "/users", "/search?q=a"]:
        sent = stranger.get(path)
        assert sent.status_code == 303 and sent.headers["location"].startswith("/sign-in"), path
        assert "Okafor" not in sent.text


def test_patient_pages_are_not_kept_by_the_browser(house):
    assert "no-store" in house.team["ruth"].client.get("/people/furnished").headers.get("cache-control", "")


@pytest.mark.parametrize("scripts", [True, False])
def test_what_was_typed_survives_an_expired_session(house, desk, scripts):
    page = go(desk.open("ruth", scripts=scripts), "/people/typist/assess/whole-person-intake")
    form = form_to(page, "/assess/whole-person-intake")
    answer(form, "what-matters-most", LONG)
    page.context.clear_cookies()
    with following(page, (401,)):
        form.locator('button[value="draft"]').click()
    assert "Nothing is lost" in words(page)
    sign_in(page, "ruth", "wrong wrong wrong", status=(422,))
    sign_in(page, "ruth", house.team["ruth"].password)
    with following(page):
        page.locator("form button").first.click()
    assert page.locator('[name="what-matters-most"]').input_value() == LONG
