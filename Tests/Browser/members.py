"""The team at the site: accounts, their sessions, and forms sent without a browser."""

import datetime
import re

import httpx

import people

TEAM = {
    "ruth": ("care-manager", "Ruth Adeyemi, RN"),
    "sam": ("supervisor", "Sam Ortiz"),
    "ada": ("administrator", "Ada Novak"),
    "bea": ("behavioural-health", "Bea Nakamura, PsyD"),
}
COOKIE = "almoner-session"


class Member:
    """Someone signed in, whose own password is set."""

    def __init__(self, house, account, first):
        self.account = account
        self.password = f"a long sentence of {account}"
        self.house = house
        with httpx.Client(base_url=house.address) as client:
            self.client = client
            client.post("/sign-in", data={"name": account, "password": first})
            done = self.post(
                "/password", on="/password", old=first, new=self.password, again=self.password)
            assert done.status_code == 303, done.text
            # Changing the password may end the sessions that were open.
            client.post("/sign-in", data={"name": account, "password": self.password})
            self.session = client.cookies[COOKIE]
        self.client = httpx.Client(base_url=house.address, cookies={COOKIE: self.session}, timeout=30)

    def token(self, page):
        return re.search(r'name="csrf" value="([^"]+)"', self.client.get(page).text)[1]

    def post(self, path, on="/password", **fields):
        """Sends a form with the token that stands on the page `on`."""
        return self.client.post(path, data={"csrf": self.token(on), **fields})

    def cookie(self):
        """As a browser context takes it."""
        return {"name": COOKIE, "value": self.session, "url": self.house.address, "httpOnly": True}


def put_on_duty(house):
    """Ruth is on duty around the clock, Sam is her backup: safety items have an owner."""
    now, day = people.now(), datetime.timedelta(days=1)
    sam = house.team["sam"]
    done = sam.post(
        "/duty", on="/users", who="Practitioner/ruth", backup="Practitioner/sam",
        **{"from": (now - day).strftime("%Y-%m-%dT%H:%M"), "until": (now + 2 * day).strftime("%Y-%m-%dT%H:%M")})
    assert done.status_code == 303, done.text
