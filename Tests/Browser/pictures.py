#!/usr/bin/env python3
"""Takes a picture of every page of the demonstration at two widths: pictures.py FOLDER

Starts `almoner demo` itself; the program is that of ALMONER, or the debug build.
"""

import re
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from house import BINARY

WIDTHS = {1280: 800, 390: 844}


class Demo:
    """The demonstration, running."""

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory()
        self.server = subprocess.Popen(
            [str(BINARY), "demo", "--port", "0", "--patients", "188", "--data", self.folder.name + "/data"],
            stdout=subprocess.PIPE, text=True)
        self.passwords = {}
        for line in self.server.stdout:
            if ready := re.search(r"ready on (http://\S+)/", line):
                self.address = ready[1]
            if "Ctrl-C" in line:
                break
            if account := re.match(r"\s+\S.*\s+(\S+)\s+(\S+-\S+)$", line):
                self.passwords[account[1]] = account[2]
        return self

    def __exit__(self, *_):
        self.server.send_signal(signal.SIGTERM)
        self.server.wait(timeout=30)
        self.folder.cleanup()


def sign_in(page, demo, account):
    page.goto("/sign-in")
    page.locator("[name=name]").fill(account)
    page.locator("[name=password]").fill(demo.passwords[account])
    with page.expect_navigation():
        page.locator("form button").click()


def first(page, path, selector):
    """The address of the first link of that kind on a page; nothing when there is none."""
    page.goto(path)
    link = page.locator(selector)
    return link.first.get_attribute("href").split("#")[0] if link.count() else None


def addresses(page):
    """What is on each picture, and where."""
    person = first(page, "/", "ol.rows > li .who a")
    found = {
        "today": "/", "panel": "/panel", "panel-everyone": "/panel?owner=anyone", "search": "/search?q=an",
        "tasks": "/tasks?owner=anyone", "task": first(page, "/tasks", "table a[href^='/tasks/']"),
        "safety": first(page, "/tasks?owner=anyone&kind=safety", "table a[href^='/tasks/']"),
        "outreach": "/outreach?owner=anyone", "programs": "/programs", "referrals": "/referrals",
        "transitions": "/transitions", "stay": first(page, "/transitions", "a[href^='/transitions/']"),
        "outcomes": "/outcomes", "outcome": first(page, "/outcomes", ".figure a"), "password": "/password",
        "missing": "/no-such-page",
    }
    for tab in ["", "engage", "assess", "assess/phq-9", "assess/whole-person-intake", "plan", "plan/print", "contact",
                "graduate"]:
        found["person" + ("-" + tab.replace("/", "-") if tab else "")] = f"{person}/{tab}".rstrip("/")
    found["person-assess-result"] = first(page, f"{person}/assess", "ol.time a")
    found["person-contact-closed"] = first(page, person, "section:has(#contacts) ol a")
    # More people, so that each state of a page is seen: one a row of Today.
    page.goto("/")
    people = dict.fromkeys(link.get_attribute("href") for link in page.locator("ol.rows > li .who a").all())
    page.goto("/panel?owner=anyone")
    people |= dict.fromkeys(link.get_attribute("href") for link in page.locator("tbody th a").all()[:4])
    for place, path in enumerate(list(people)[1:]):
        found[f"person-{place + 2:02}"] = path
    return {name: path for name, path in found.items() if path}


def shoot(page, path, file, width, height):
    """The whole page in a window as high as the page, so that what sticks to an edge of the window stands there."""
    page.set_viewport_size({"width": width, "height": height})
    page.goto(path)
    full = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": width, "height": min(max(full, height), 6_000)})
    page.screenshot(path=file)


def take(folder, demo, chromium):
    for width, height in WIDTHS.items():
        for account, more in [("ruth", None), ("admin", {"users": "/users"}),
                              ("sam", {"today-sam": "/", "caseloads": "/caseloads", "duplicates": "/duplicates"})]:
            context = chromium.new_context(
                base_url=demo.address, viewport={"width": width, "height": height}, reduced_motion="reduce")
            page = context.new_page()
            if account == "ruth":
                shoot(page, "/sign-in", folder / f"sign-in-{width}.png", width, height)
            sign_in(page, demo, account)
            if account == "ruth" and width == 1280:
                # The pictures of the README: one window of each.
                page.screenshot(path=folder / "today.png")
                page.goto("/outreach?owner=anyone")
                page.screenshot(path=folder / "outreach.png")
            for name, path in (more or addresses(page)).items():
                shoot(page, path, folder / f"{name}-{width}.png", width, height)
            context.close()


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    with Demo() as demo, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        take(folder, demo, chromium)
        chromium.close()


if __name__ == "__main__":
    main()
