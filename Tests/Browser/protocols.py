"""A protocol of the site's own, in the versions that a test needs, and taking it up as a nurse does."""

from forms import form_to, go, reveal, send, words
from people import day, plain, write_lines

FOLLOWERS = [("follower-one", "Whitaker", "June"), ("follower-two", "Brandt", "Otto"), ("follower-three", "Reyes", "Lou")]
PACK = """kind: plan-pack
id: our-stairs
title: Safe on the stairs
called: {{en: "Safe on the stairs", es: "Seguridad en la escalera"}}
source: "Lake Shore Care, own words"
version: {version}
licence: Apache-2.0
effectiveFrom: 2026-01-01
effectiveTo:
ages: {{from: 18}}
problem: Stairs at home
suggestedBy:
  - {{system: icd-10, prefix: R262}}
goals:
  - id: alone
    title: Climbs the stairs alone
    personWords: "I want to climb my stairs alone."
    example: "I want to sleep in my own bed upstairs."
    es: {{personWords: "Quiero subir mi escalera sin ayuda.", example: "Quiero dormir arriba en mi cama."}}
    measure: {{name: Days upstairs in a week, unit: days, direction: at-least, target: 6}}
    dueInDays: 30
interventions:
  - id: look
    title: {look}
    who: nurse
    dueInDays: 3
    goals: [alone]
    patient: "We look at your stairs with you."
    es: "Miramos su escalera con usted."
  - id: rail
    title: Arrange a second rail
    who: care-manager
    dueInDays: 14
    goals: [alone]
    patient: "We ask for a second rail."
    es: "Pedimos otro pasamanos."
  - id: exercise
    title: Practise steps with a therapist
    who: care-manager
    dueInDays: 14
    goals: [alone]
    patient: "A therapist goes up the stairs with you."
    es: "Un terapeuta sube la escalera con usted."
selfCare:
  - {{en: "Hold the rail.", es: "Agárrese del pasamanos."}}
warningSigns:
  green: {{see: "You go up and down as usual.", do: "Hold the rail.", es: {{see: "Sube y baja como siempre.", do: "Agárrese del pasamanos."}}}}
  yellow: {{see: "Your legs feel weak.", do: "Call us today.", es: {{see: "Siente débiles las piernas.", do: "Llámenos hoy."}}}}
  red: {{see: "You fell and can not get up.", do: "Call {{emergency}}.", es: {{see: "Se cayó y no puede levantarse.", do: "Llame al {{emergency}}."}}}}
contacts:
  title: Call about the stairs
  who: care-manager
  firstInDays: 7
  rhythm: [{{everyDays: 30}}]
  patient: "We will call you each month."
  es: "Le llamamos cada mes."
measures:
  - {{loinc: 41950-7, name: Steps in a day, unit: "steps"}}
{more}"""
CHOICES = "choices:\n  - {id: way, title: What makes the stairs safe, choose: exactly-one, steps: [rail, exercise]}\n"


def put(house, file, text):
    """Puts a version of a protocol into the site's folder; it is published at the start."""
    house.stop()
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    house.start()


def take_up(page, plan, items):
    """Takes items of the library up into a plan; the last of them is in a pack that is folded."""
    go(page, plan)
    # The pack is folded within the form; it opens by its heading.
    library = form_to(page, "/plan/library")
    reveal(library)
    reveal(library.locator(f'[value="{items[-1]}"]'))
    send(page, "/plan/library", {"item": items})


def arrived(page, text):
    """Looks again until the page says so: the work is done in the background."""
    for _ in range(120):
        if text in words(page):
            return
        page.wait_for_timeout(500)
        page.reload()
    raise AssertionError(f"“{text}” did not come: {words(page)[:800]}")


def furnish(desk, addresses):
    """Three follow a protocol of the site's, one of them with a step that is begun; a default brings them to the next
    version, whose alternatives the person of the addresses has."""
    house, person = desk.house, addresses.person.id
    file = house.data / "content/plans/our-stairs.yaml"
    people = house.folder / "stairs.ndjson"
    write_lines(people, [plain(*names) for names in FOLLOWERS] + [
        {"resourceType": "EpisodeOfCare", "id": f"episode-{key}", "status": "active",
         "patient": {"reference": f"Patient/{key}"}, "careManager": {"reference": "Practitioner/ruth"}}
        for key, _, _ in FOLLOWERS])
    house.import_files(people)
    put(house, file, PACK.format(version="1.0.0", look="Look at the stairs", more=""))
    nurse, head = desk.open("ruth"), desk.open("sam")
    for key, _, _ in FOLLOWERS:
        take_up(nurse, f"/people/{key}/plan", ["our-stairs.step.look", "our-stairs.step.rail"])
    put_aside(nurse, f"/people/{FOLLOWERS[0][0]}/plan")
    put(house, file, PACK.format(version="1.1.0", look="Look at the stairs by day and by night", more=CHOICES))
    plan = f"/people/{person}/plan"
    take_up(nurse, plan, ["our-stairs.step.look"])
    go(nurse, f"{plan}/protocols")
    choices = nurse.locator('a[href$="/choices"]').last.get_attribute("href")
    addresses.add("people/:id/plan/protocols/:group/choices", choices)
    addresses.add("people/:id/plan/protocols", f"/people/{FOLLOWERS[0][0]}/plan/protocols")
    own = "/protocols/protocol-our-stairs"
    addresses.add("protocols/:protocol", own)
    addresses.add("protocols/:protocol/move", own + "/move", "sam")
    publish(head, own, addresses)
    go(nurse, "/")
    assert "decide on version 1.1.0" in words(nurse)


def put_aside(page, plan):
    """A step is put aside: a default for all leaves it to the nurse."""
    go(page, plan)
    step = page.locator('a[href*="?step="]', has_text="Look at the stairs").first.get_attribute("href").split("step=")[1]
    go(page, f"/tasks/{step.split('#')[0]}")
    send(page, "/pause", {"until": day(9), "pause-reason": "She is with her daughter this week."})


def publish(page, own, addresses):
    go(page, own + "/move")
    form = form_to(page, "/move/try")
    for new in form.get_by_label("Take the new").all():
        new.check()
    send(page, "/move/try", {"reason": "Falls happen at night."})
    arrived(page, "Publish for")
    addresses.add("protocols/:protocol/move/try/:run", "/" + page.url.split("/", 3)[3], "sam")
    send(page, own + "/move")
    arrived(page, "Carried out by")
    addresses.add("protocols/:protocol/moves/:move", "/" + page.url.split("/", 3)[3], "sam")
