"""A server with people on file, a team, and a real Chromium. Needs bin/setup and `swift build`."""

import pytest
from playwright.sync_api import sync_playwright

import people
import site_forms
from desk import Desk
from house import BINARY, House
from members import TEAM, Member, put_on_duty


def pytest_report_header():
    return f"almoner: {BINARY}"


@pytest.fixture(scope="session")
def house(tmp_path_factory):
    """The running server, with everyone whom the tests meet on file."""
    if not BINARY.exists():
        pytest.fail(f"{BINARY} is not there: run swift build first, or name one in ALMONER")
    house = House(tmp_path_factory.mktemp("almoner"))
    generated = house.folder / "generated"
    house.almoner("generate", "--patients", 60, "--seed", 7, "--out", generated)
    house.import_files(generated)
    house.walkers = people.walkers(house)
    people.others(house)
    first = {account: house.add_user(account, role, name) for account, (role, name) in TEAM.items()}
    house.first = {"nora": house.add_user("nora", "care-manager", "Nora Whitley, LSW")}
    site_forms.bring(house)
    house.start()
    house.team = {account: Member(house, account, password) for account, password in first.items()}
    put_on_duty(house)
    yield house
    house.stop()


@pytest.fixture(scope="session")
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def desk(house, chromium):
    """Opens browser windows for members of the team; at the end none of them may have met an error."""
    desk = Desk(house, chromium)
    yield desk
    desk.clear()
