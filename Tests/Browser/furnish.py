"""Fills the pages of one person with something to see, and gathers the address of each page in its several states."""

import stages
from forms import answer, following, form_to, go, send
from pages import Addresses
from people import Person, day

FURNISHED = Person("Okafor", "Maud", "furnished")


def furnish(page):
    """Takes Maud Okafor up to an open contact; gives the addresses of all pages."""
    addresses = Addresses(FURNISHED)
    base = f"/people/{FURNISHED.id}"
    add = addresses.add
    stages.engage(page, FURNISHED)
    stages.ask_about_mood(page, FURNISHED)
    add("people/:id/assess/:instrument", local(page))
    go(page, "/tasks")
    add("tasks/:id", page.locator("table a[href^='/tasks/']", has_text="").first.get_attribute("href"))
    go(page, "/")
    with following(page):
        page.locator("ol.rows > li.now", has_text=FURNISHED.family).locator(".do a").first.click()
    add("tasks/:id", local(page))
    go(page, f"{base}/assess/whole-person-intake")
    answer(form_to(page, "/assess/whole-person-intake"), "what-matters-most", "To see my grandson finish school")
    send(page, "/assess/whole-person-intake", button='button[value="draft"]')
    add("people/:id/assess/:instrument", local(page))
    stages.plan(page, FURNISHED)
    go(page, f"{base}/plan")
    add("people/:id/plan", page.locator('a[href*="?goal="]').first.get_attribute("href"))
    add("people/:id/plan", page.locator('a[href*="?step="]').first.get_attribute("href"))
    stages.talk(page, FURNISHED)
    add("people/:id/contact/:encounter", last_contact(page))
    go(page, f"{base}/contact")
    send(page, f"{base}/contact", {"direction": "incoming", "speaker": "person", "identifiers": ["name", "phone"]})
    add("people/:id/contact/:encounter", local(page))
    go(page, "/transitions")
    add("transitions/:id", page.locator('a[href^="/transitions/"]').first.get_attribute("href").split("#")[0])
    for instrument in ["phq-2", "phq-9", "gad-7", "audit-c", "sils", "steadi-falls", "whole-person-intake",
                       "whole-person-intake?language=es", "intake-child", "psc-17", "peg-3", "timed-up-and-go",
                       "pregnancy-check?language=es", "caregiver-strain", "home-visit", "home-visit?one=", "cancer-example", "wound-care", "wound-care?one=photos"]:
        add("people/:id/assess/:instrument", f"{base}/assess/{instrument}")
    go(page, f"{base}/education")
    send(page, f"{base}/education", {"sheet": "heart-failure", "level": "short", "language": "es", "way": "FACE"})
    add("people/:id/plan/team", f"{base}/plan/team")
    add("people/:id/education", f"{base}/education")
    add("people/:id/education/:sheet", f"{base}/education/diabetes?lang=en&level=full")
    add("people/:id/education/:sheet", page.locator("article h3 a").first.get_attribute("href"))
    for tab in ["", "/engage", "/assess", "/scores", "/plan", "/plan/copies", "/plan/versions", "/plan/conflicts", "/plan/elements",
                "/plan/proposals", "/plan/protocols", "/plan/print", "/plan/full", "/contact", "/graduate"]:
        add("people/:id" + tab, base + tab)
    medicines(page, add, base)
    add("people/:id", "/people/hostile")
    add("sign-in", "/sign-in", None)
    add("caseloads", "/caseloads", "sam")
    add("caseloads", "/caseloads?who=Practitioner/ruth", "sam")
    add("caseloads/what-if",
        f"/caseloads/what-if?who=Practitioner/ruth&to=Practitioner/sam&id={FURNISHED.id}", "sam")
    add("outreach", "/outreach?owner=anyone")
    for path in ["", "panel", "outreach", "tasks", "transitions", "outcomes", "password", "account", "prove"]:
        add(path, f"/{path}")
    add("panel", "/panel?owner=anyone&tier=high")
    add("panel", "/panel?owner=anyone&q=nobody")
    add("tasks", "/tasks?owner=anyone")
    add("programs", "/programs", "sam")
    add("protocols", "/protocols")
    add("protocols/:protocol", "/protocols/protocol-heart-failure")
    add("people/:id/plan/protocols/:group/choices", f"{base}/plan/protocols/none/choices")
    add("protocols/:protocol/move", "/protocols/protocol-heart-failure/move", "sam")
    add("protocols/:protocol/move/try/:run", "/protocols/protocol-heart-failure/move/try/ended", "sam")
    for state in ["candidate", "enrolled", "excluded"]:
        add("programs/:program", f"/programs/chronic-care?state={state}")
    add("people/:id/programs", f"{base}/programs")
    for program in ["chronic-care", "complex-care"]:
        add("people/:id/programs/:program", f"{base}/programs/{program}")
    add("programs/dry-run", "/programs/dry-run", "sam")
    add("programs/dry-run/:run", "/programs/dry-run/ended", "sam")
    add("search", "/search?q=Okafor")
    add("search", "/search?q=nobody")
    add("users", "/users", "ada")
    add("users", "/users", "sam")
    add("audit", "/audit", "ada")
    add("audit", "/audit?deed=refusal", "sam")
    add("people/:id/looks", f"{base}/looks", "sam")
    add("people/:id/disclosures", f"{base}/disclosures", "sam")
    add("people/:id/disclosures", f"{base}/disclosures?which=outside&sort=recipient", "ada")
    add("clients", "/clients", "ada")
    drawn = "list=care-management&programme=chronic-care&state=any&from=2020-01-01&to=2040-01-01&files=3&seed=1"
    add("review", "/review", "sam")
    add("review", f"/review?{drawn}", "sam")
    add("review/packet", f"/review/packet?{drawn}", "sam")
    add("users/:id/access", "/users/ruth/access?type=Consent", "sam")
    add("access", "/access?role=community-health-worker&role=provider&type=Observation", "sam")
    add("glass", "/glass", "sam")
    add("glass/break", "/glass/break", "ruth")
    referrals(page, add)
    add("nowhere", "/no-such-page")
    go(page, "/outcomes")
    for link in page.locator(".figure a").all():
        add("outcomes/:figure", link.get_attribute("href"))
    return addresses


def medicines(page, add, base):
    """A list of medicines that is signed, and one that came since."""
    for source, lines in [("hospital", "Furosemide 40 mg twice a day\nSTOP ibuprofen 600 mg"), ("home", "Lasix 40 mg bid")]:
        go(page, f"{base}/medicines/lists/{source}")
        send(page, f"/lists/{source}", {"lines": lines})
    go(page, f"{base}/medicines")
    send(page, "/medicines/keep")
    for choice in page.locator('.med-line [value="stop"]').all():
        choice.check()
    for reason in page.locator('select[name^="r-stop-"]').all():
        reason.select_option("hospital-stopped")
    send(page, "/medicines/decide", button="button.main")
    send(page, "/medicines/sign")
    add("people/:id/medicines", f"{base}/medicines")
    for source in ["clinic", "home"]:
        add("people/:id/medicines/lists/:source", f"{base}/medicines/lists/{source}")
    add("people/:id/medicines/versions", f"{base}/medicines/versions")
    for way in ["", "?lang=es", "?size=large"]:
        add("people/:id/medicines/print", f"{base}/medicines/print{way}")
    go(page, f"{base}/medicines/lists/pharmacy")
    send(page, "/lists/pharmacy", {"lines": "warfarin 5 mg once a day\nthe red one"})


def own_form(page, addresses):
    """An administrator begins a form of the site's own."""
    go(page, "/forms")
    send(page, "/forms", {"name": "our-steps", "title": "Our steps"})
    send(page, "/forms/our-steps", {
        "purpose": "How far you walk.", "source": "Lake Shore Care", "terms": "Our own words",
        "q0-text": "How far do you walk?", "q0-choices": "0 | Far\n1 | Near"})
    for path in ["forms", "forms/our-steps", "forms/our-steps/preview"]:
        addresses.add(path.replace("our-steps", ":form"), "/" + path, "ada")
def referrals(page, add):
    """A referral of somebody unknown, and a pair of entries."""
    add("refer", "/refer", None)
    add("refer", "/refer?lang=es", None)
    add("refer", "/refer?sent=help&lang=es", None)
    add("new-referral", "/new-referral")
    add("new-referral", f"/new-referral?person={FURNISHED.id}")
    go(page, "/new-referral")
    send(page, "/new-referral", {
        "given": FURNISHED.given, "family-name": FURNISHED.family, "birth": "3/3/1961", "source": "family",
        "sender": "Ada Okafor", "reason": "Cannot manage the stairs any more"})
    add("referrals", "/referrals")
    add("referrals/:id", page.locator('a[href^="/referrals/"]').first.get_attribute("href"))


def duplicates(page, addresses):
    """Two entries that may be one person, waiting for a decision."""
    go(page, "/duplicates")
    addresses.add("duplicates", "/duplicates", "sam")
    pair = page.locator('a[href^="/duplicates/"]').first.get_attribute("href")
    addresses.add("duplicates/:id", pair, "sam")


def notes_apart(page, addresses):
    """A clinician of the team writes a note of therapy."""
    path = f"/people/{FURNISHED.id}/notes-apart"
    go(page, path)
    send(page, path, {"note-kind": "psychotherapy-note", "note-text": "She spoke of her brother for the first time."})
    assert "spoke of her brother" in page.locator("main").inner_text()
    addresses.add("people/:id/notes-apart", path, "bea")
    addresses.add("people/:id", f"/people/{FURNISHED.id}", "bea")


def local(page):
    """The address that the window shows, without the server's name."""
    return "/" + page.url.split("/", 3)[3]


def last_contact(page):
    go(page, f"/people/{FURNISHED.id}")
    return page.locator("section", has=page.locator("#contacts")).locator("ol a").first.get_attribute("href")
