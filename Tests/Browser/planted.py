"""Records whose every text tries to be a program, and a window that notices when one of them is."""

import re
import sys

from house import REPOSITORY

sys.path.append(str(REPOSITORY / "Tests" / "Clients"))

import instances  # noqa: E402
from definitions import elements, resource_types  # noqa: E402
from digits import dumps, loads  # noqa: E402

# Out of an attribute, out of what holds raw text, as an element that runs, as one that loads, and as a template.
SCRIPT = (
    "planted\"'><img data-planted src=//planted.example/p onerror=alert(1)></textarea></title></style></script>"
    "<script data-planted>alert(2)</script><svg data-planted onload=alert(3)>{{page.csrf}}{{{page.csrf}}}")
# Where a name has few letters.
SHORT = "planted\"'><img data-planted src=x onerror=alert(7)></title>"
LINK = "javascript:alert(4)//'\"><img/data-planted/src=//planted.example/l>"
# What the rule for narratives (txt-1) lets in: nothing that runs, and much that loads.
WORDS = (
    '<div xmlns="http://www.w3.org/1999/xhtml"><p style="background:url(https://planted.example/s)">planted &lt;script '
    'data-planted&gt;alert(5)&lt;/script&gt;</p><a href="https://planted.example/a">planted</a>'
    '<img src="https://planted.example/n" alt="planted"/></div>')
TEXTS = {"string", "markdown"}
# Strings that are no text: what another place is found by, or what has a form of its own.
KEYS = {"linkId", "id", "reference", "path", "max"}
TRANSLATION = "http://hl7.org/fhir/StructureDefinition/translation"


def translated():
    """The text once more, in Spanish."""
    return {"extension": [{"url": TRANSLATION, "extension": [
        {"url": "lang", "valueCode": "es"}, {"url": "content", "valueString": SCRIPT}]}]}


def planted(path, fields):
    """The members of a resource, datatype or part, each text that people read in them replaced."""
    made = dict(fields)
    if path == "Identifier" and str(fields.get("system", "")).startswith("urn:almoner:"):
        return made
    for element in elements(path):
        for kind, _ in element.types:
            key = element.key(kind)
            if key not in fields or element.name in KEYS:
                continue
            value, inner = fields[key], kind.removeprefix("@")
            if kind in TEXTS:
                # What the product reads its own marks from is left, else there would be less to see.
                made[key] = [SCRIPT for _ in value] if element.is_list else SCRIPT
                if "_" + key not in fields:
                    made["_" + key] = [translated() for _ in value] if element.is_list else translated()
            elif kind == "url":
                made[key] = LINK
            elif kind == "Narrative":
                made[key] = {"status": "generated", "div": WORDS}
            elif isinstance(value, dict) and kind not in ("Resource", "Extension"):
                made[key] = planted(inner, value)
            elif isinstance(value, list) and kind not in ("Resource", "Extension"):
                made[key] = [planted(inner, one) if isinstance(one, dict) else one for one in value]
    return made


def about(person, resource):
    """The same of this person."""
    text = re.sub(r'"Patient/patient-\d+"', f'"Patient/{person}"', dumps(resource))
    return loads(text)


def fullest(person):
    """A full resource of every type about a person, planted."""
    for name in resource_types():
        made = planted(name, about(person, instances.maximal(name, 0)))
        yield made | {"text": {"status": "generated", "div": WORDS}} if "text" in made else made


def plant(client, person):
    """Replaces the texts of all that is stored, and adds what is not.

    Gives what was refused, a line each, and how many were taken."""
    refused, taken = [], 0
    for name in resource_types():
        path = f"{name}?_count=500"
        stored = []
        while path:
            bundle = loads(client.get(path).text)
            stored += [entry["resource"] for entry in bundle.get("entry", [])]
            path = next((link["url"] for link in bundle["link"] if link["relation"] == "next"), None)
        for resource in stored:
            made = planted(name, {key: value for key, value in resource.items() if key != "meta"})
            met = client.put(f"{name}/{resource['id']}", content=dumps(made).encode())
            taken += met.status_code == 200
            if met.status_code != 200:
                refused.append(f"{name}/{resource['id']}: {met.status_code} {met.text[:300]}")
    for made in fullest(person):
        met = client.put(f"{made['resourceType']}/{made['id']}", content=dumps(made).encode())
        taken += met.status_code == 201
        if met.status_code != 201:
            refused.append(f"{made['resourceType']}/{made['id']}: {met.status_code} {met.text[:300]}")
    return refused, taken


class Watch:
    """What happens in a window that should not."""

    def __init__(self, page, address):
        self.page = page
        self.address = address
        self.met = []
        page.add_init_script("""
            window.violations = [];
            document.addEventListener('securitypolicyviolation', event => window.violations.push(
                event.violatedDirective + ' ' + event.blockedURI + ' ' + (event.sample || '')));""")
        page.on("dialog", self.spoke)
        page.on("request", self.asked)

    def spoke(self, dialog):
        self.met.append(f"a dialog says {dialog.message}")
        dialog.dismiss()

    def asked(self, request):
        if not request.url.startswith((self.address + "/", "data:", "about:", "blob:")):
            self.met.append(f"{request.url} is asked for")

    def faults(self):
        """What was met since the last time, and what stands in the page."""
        met, self.met = self.met, []
        return met + self.page.evaluate("""() => {
            const all = [...document.querySelectorAll('*')];
            const faults = (window.violations || []).map(text => 'the policy had to stop ' + text);
            for (const element of all) {
                const names = element.getAttributeNames();
                if (names.includes('data-planted') || names.some(name => name.startsWith('on')))
                    faults.push('an element came of a text: ' + element.outerHTML.slice(0, 120));
                for (const name of ['href', 'src', 'action', 'formaction', 'xlink:href']) {
                    const value = (element.getAttribute(name) || '').trim();
                    if (/^(javascript|vbscript|data):/i.test(value))
                        faults.push('an address came of a text: ' + element.outerHTML.slice(0, 120));
                }
            }
            return faults.slice(0, 5);
        }""")


def as_text(html):
    """Whether a text stands in markup as an element: what escaping would have hindered."""
    return re.findall(r"<(?:img|script|svg) data-planted", html, re.I) + re.findall(
        r"(?:href|src|action)=[\"']?\s*javascript:", html, re.I)

