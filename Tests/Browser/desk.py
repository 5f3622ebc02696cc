"""Browser windows of the team, and what every page must keep to."""

import re

from axe_playwright_python.sync_playwright import Axe

# A refusal that a test asks for is logged by the browser as a failed load; what is asked for is no fault.
ASKED_FOR = re.compile(r"Failed to load resource: the server responded with a status of 4\d\d")
AXE = Axe()


class Desk:
    def __init__(self, house, chromium):
        self.house = house
        self.chromium = chromium
        self.contexts = []
        self.faults = []

    def open(self, account="ruth", width=1280, scripts=True, scheme="light", forced=False):
        """A window of its own; nobody is signed in when account is None."""
        context = self.chromium.new_context(
            base_url=self.house.address, viewport={"width": width, "height": 900 if width > 600 else 780},
            java_script_enabled=scripts, color_scheme=scheme, forced_colors="active" if forced else None,
            locale="en-US", timezone_id="America/New_York", reduced_motion="reduce")
        context.set_default_timeout(10_000)
        if account:
            context.add_cookies([self.house.team[account].cookie()])
        self.contexts.append(context)
        page = context.new_page()
        page.on("console", self.heard)
        page.on("pageerror", lambda error: self.faults.append(f"{page.url}: {error}"))
        return page

    def heard(self, message):
        if message.type == "error" and not ASKED_FOR.match(message.text):
            self.faults.append(f"{message.location.get('url')}: {message.text}")

    def clear(self):
        for context in self.contexts:
            context.close()
        assert not self.faults, "The browser met errors:\n" + "\n".join(self.faults)


def faults_of_access(page, only=None):
    """What axe finds wrong, a line each; only one of its rules when that is named."""
    options = {"runOnly": [only]} if only else None
    found = AXE.run(page, options=options).response["violations"]
    return [
        f"{fault['id']}: {fault['help']}: " + "; ".join(str(node["html"])[:160] for node in fault["nodes"][:3])
        for fault in found
    ]


def faults_of_form(page):
    """What is wrong with the page as a page: width, headings, title, texts that leaked out of the machine."""
    faults = []
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if wide > 0:
        faults.append(f"the page is {wide} px wider than the window: {culprits(page)}")
    if (count := page.locator("h1").count()) != 1:
        faults.append(f"{count} h1")
    if not re.match(r"\S.* · Almoner$", page.title()):
        faults.append(f"title is {page.title()!r}")
    words = page.locator("body").inner_text()
    for leaked in ["Optional(", "nil", "{{", "}}", "undefined", "NaN", "urn:", "Practitioner/", "Patient/", "Jan 1970"]:
        if re.search(rf"(?<!\w){re.escape(leaked)}(?!\w)" if leaked.isalpha() else re.escape(leaked), words):
            faults.append(f"the words hold {leaked!r}: {around(words, leaked)}")
    return faults


def around(words, leaked):
    place = words.find(leaked)
    return " ".join(words[max(0, place - 40):place + 40].split())


def culprits(page):
    """The elements that stick out at the right."""
    return page.evaluate(
        """() => [...document.querySelectorAll('body *')]
            .filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1
                && !e.closest('.scroll, .board'))
            .slice(0, 3).map(e => e.outerHTML.slice(0, 120))""")
