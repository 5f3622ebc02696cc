"""Coming into the portal as a person does: with the link, the birth date and the code."""

import re

from forms import go, send, words

PASSWORD = "otter and moss by the lake"
COOKIE = "almoner-session"


def way_in(page):
    """The link and the code that stand on the page this once."""
    shown = page.locator(".way-in code").all_inner_texts()
    link, code = shown[0].strip(), shown[1].strip()
    assert re.fullmatch(r"\d{3} \d{3}", code), shown
    return "/" + link.split("/", 3)[3], code


def invite(staff, person):
    """A member of the team invites a person."""
    go(staff, f"/people/{person}/portal")
    send(staff, "/portal/invite")
    return way_in(staff)


def come_in(page, way, account, birth="4/9/1951", status=(200,)):
    link, code = way
    go(page, link)
    send(
        page, link,
        {"birth": birth, "invitation-code": code, "account": account, "password": PASSWORD, "again": PASSWORD},
        status=status)


class Visitor:
    """Somebody in the portal, as windows are opened for them."""

    def __init__(self, house, page):
        self.session = next(cookie["value"] for cookie in page.context.cookies() if cookie["name"] == COOKIE)
        self.house = house

    def cookie(self):
        return {"name": COOKIE, "value": self.session, "url": self.house.address, "httpOnly": True}


def furnish(desk, addresses):
    """Maud comes in, asks for a correction and lets her son see something; adds the addresses of the portal."""
    house, person = desk.house, addresses.person.id
    staff, maud = desk.open("ruth"), desk.open(None)
    way = invite(staff, person)
    addresses.add("people/:id/portal", f"/people/{person}/portal")
    addresses.add("invitation/:token", "/invitation/" + "x" * 43, None)
    come_in(maud, way, "maud.o")
    house.team["maud"] = Visitor(house, maud)
    go(staff, f"/people/{person}/assess/sleep-check")
    send(staff, "/assess/sleep-check/send")
    addresses.add("portal/forms", "/portal/forms", "maud")
    addresses.add("portal/forms/:instrument", "/portal/forms/sleep-check", "maud")
    go(maud, "/portal/corrections")
    send(maud, "/portal/corrections", {"what": "I never smoked", "why": "Ask my sister"})
    share(maud, "Ben Okafor", ["plan", "medicines"])
    ben = desk.open(None)
    come_in(ben, way_in(maud), "ben.o")
    house.team["ben"] = Visitor(house, ben)
    for route in ["portal", "portal/plan", "portal/looks", "portal/education", "portal/disclosures", "portal/record", "portal/record/print", "portal/corrections", "portal/caregivers"]:
        addresses.add(route, "/" + route, "maud")
    go(maud, "/portal/education")
    addresses.add("portal/education/:given", maud.locator("main li a").first.get_attribute("href"), "maud")
    addresses.add("portal", "/portal", "ben")
    addresses.add("account", "/account", "maud")
    go(maud, "/portal/record")
    send(maud, "/portal/record/hand-over", {"recipient": "Dr. Lee", "days": "7"})
    addresses.add("portal/record", "/portal/record", "maud")
    addresses.add("handed/:token", "/handed/" + "x" * 43, None)


def share(page, name, what, until="2027-06-30"):
    go(page, "/portal/caregivers")
    send(page, "/portal/caregivers", {"name": name, "relation": "son", "share": what, "until": until})
    assert "Two things for" in words(page)
