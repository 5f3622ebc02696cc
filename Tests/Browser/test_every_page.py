"""Every page at three widths, in light and dark, in forced colours and without scripts."""

import pytest

import messages
import portal
import protocols
from desk import Desk, faults_of_access, faults_of_form
from furnish import duplicates, furnish, notes_apart, own_form
from pages import known_to_the_server

WIDTHS = [1280, 390, 320]


@pytest.fixture(scope="session")
def addresses(house, chromium):
    desk = Desk(house, chromium)
    addresses = furnish(desk.open("ruth"))
    notes_apart(desk.open("bea"), addresses)
    own_form(desk.open("ada"), addresses)
    duplicates(desk.open("sam"), addresses)
    portal.furnish(desk, addresses)
    protocols.furnish(desk, addresses)
    messages.furnish(desk, addresses)
    desk.clear()
    return addresses


def each(desk, addresses, look, **window):
    """Looks at each page in a window of who may see it; all faults are told together."""
    windows, faults = {}, []
    for path, account in addresses.all():
        if account not in windows:
            windows[account] = desk.open(account, **window)
        page = windows[account]
        met = page.goto(path)
        assert met.status in (200, 404), f"{path}: {met.status}"
        faults += [f"{path} {fault}" for fault in look(page)]
    assert not faults, f"{len(faults)} faults:\n" + "\n".join(faults)


def test_every_address_of_the_server_is_looked_at(addresses):
    missing = known_to_the_server() - set(addresses.seen)
    assert not missing, f"no test looks at {sorted(missing)}"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_accessible_and_fits(desk, addresses, scheme):
    def look(page):
        faults = []
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            faults += [f"at {width} in {scheme}: {fault}" for fault in faults_of_form(page)]
            # The narrowest is laid out like the narrow one, and in the dark nothing differs but the colours.
            if width != 320:
                only = "color-contrast" if scheme == "dark" else None
                faults += [f"at {width} in {scheme}: {fault}" for fault in faults_of_access(page, only)]
        return faults

    each(desk, addresses, look, scheme=scheme)


def test_every_page_is_accessible_in_forced_colours(desk, addresses):
    each(desk, addresses, faults_of_access, forced=True)


def test_every_page_is_there_without_scripts(desk, addresses):
    each(desk, addresses, faults_of_form, scripts=False, width=390)


def test_pages_can_be_used_by_keyboard_alone(desk, addresses):
    page = desk.open("ruth")
    page.goto("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("Tab")
    for _ in range(12):
        page.keyboard.press("Tab")
        shown = page.evaluate("""() => {
            const seen = [document.activeElement, document.activeElement.parentElement].map(e => getComputedStyle(e));
            return seen.some(style => style.outlineStyle !== 'none' || style.boxShadow !== 'none');
        }""")
        assert shown, "not marked when focused: " + page.evaluate("document.activeElement.outerHTML.slice(0, 200)")
