"""Every page of the server, by the address that the server knows it by, with an address to look at it."""

import re

from house import REPOSITORY

# Answers without a page of their own, and one that asks for a proof first: test_second_factor looks at it.
NO_PAGES = {
    "livez", "readyz", "alive", "design/**", "metrics", "audit.csv", "people/:id/disclosures.csv",
    "fhir/.well-known/smart-configuration",
    "account/second-factor",
    "portal/record.json", "portal/record.pdf", "people/:id/medicines/print.pdf", "people/:id/plan/print.pdf", "people/:id/plan/full.pdf",
    "people/:id/education/:sheet/sheet.pdf", "portal/education/:given/sheet.pdf",
    "people/:id/answers/:response/files/:file", "portal/forms/:instrument/files/:file", "portal/record/files/:file",
    "review/packet.pdf"}


def known_to_the_server():
    """The addresses that the code answers, read from it: nothing can be added there and forgotten here."""
    found = set()
    for path in (REPOSITORY / "Sources" / "Server").rglob("*.swift"):
        found |= set(re.findall(r'\b(?:routes|staff|router|grave)\.get\(\s*"([^"]*)"', path.read_text()))
    return found - NO_PAGES


class Addresses:
    """Addresses to look at, gathered while the pages are filled with something to see."""

    def __init__(self, person):
        self.person = person
        self.seen = {}

    def add(self, route, path, account="ruth"):
        self.seen.setdefault(route, []).append((path, account))

    def all(self):
        return [(path, account) for route in self.seen for path, account in self.seen[route]]
