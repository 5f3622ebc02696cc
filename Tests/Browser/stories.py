"""Records that not everybody may see, each with a word that stands nowhere else, and who sees them when."""

from dataclasses import dataclass, replace

from people import day, plain

ACT = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
ICD = "http://hl7.org/fhir/sid/icd-10-cm"
PERSON = "keeper"
TYPES = ["Condition", "MedicationRequest", "Goal", "Observation", "Task", "AllergyIntolerance", "Procedure", "DocumentReference"]


@dataclass(frozen=True)
class Story:
    """What is kept: by its code, which the labels are found by, or by a label that its source wrote."""

    name: str
    word: str
    code: str
    label: tuple = ()


PLAIN = Story("plain", "Plainhaven", "I10")
PART2 = Story("part2", "Zyxolone", "F11.20", (ACT, "42CFRPart2"))
HIV = Story("hiv", "Quellivir", "B20")
SEX = Story("reproductive", "Orvanelle", "Z30.41")
PSY = Story("mental", "Lumbravex", "F31.9")
ADOLESCENT = Story("adolescent", "Fennimore", "Z71.89", (ACT, "ADOL"))
THERAPY = Story("therapy", "Whisperden", "F32.9", (ACT, "PSYTHPN"))
STORIES = [PLAIN, PART2, HIV, SEX, PSY, ADOLESCENT, THERAPY]
LABELLED = {HIV, SEX, PSY, ADOLESCENT}
# Two of a family: the same stories with words of their own, so that whoever mixes them up is found out.
MINORS = {"teen": 15, "child": 8}


def of(person):
    """The stories of a minor, by those that they are made after."""
    return {story: replace(story, name=f"{person}-{story.name}", word=f"{person.title()}{story.word[::-1].title()}")
            for story in STORIES}


def records(story, person=PERSON):
    """One of each type that pages show, each with the word of the story."""
    subject = {"reference": f"Patient/{person}"}
    concept = {"coding": [{"system": ICD, "code": story.code}], "text": f"{story.word} matter"}
    active = [{"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active"}]
    allergic = [{"system": "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical", "code": "active"}]
    bodies = {
        "Condition": {"subject": subject, "code": concept, "clinicalStatus": {"coding": active}, "recordedDate": day(-9)},
        "MedicationRequest": {
            "status": "active", "intent": "order", "subject": subject,
            "medicationCodeableConcept": concept | {"text": f"{story.word} tablet"},
            "dosageInstruction": [{"text": f"{story.word} at night"}]},
        "Goal": {
            "lifecycleStatus": "active", "subject": subject, "description": concept | {"text": f"To live with {story.word}"}},
        "Observation": {
            "status": "final", "subject": subject, "code": concept | {"text": f"{story.word} level"},
            "effectiveDateTime": day(-3), "valueString": f"{story.word} seen"},
        "Task": {
            "status": "requested", "intent": "order", "for": subject, "restriction": {"period": {"end": f"{day(0)}T20:00:00Z"}},
            "code": {"coding": [{"system": "urn:almoner:task", "code": "follow-up"}, concept["coding"][0]],
                     "text": f"Ask about {story.word}"}},
        "AllergyIntolerance": {
            "patient": subject, "code": concept | {"text": f"{story.word} rash"}, "clinicalStatus": {"coding": allergic}},
        "Procedure": {"status": "completed", "subject": subject, "code": concept, "performedDateTime": day(-20)},
        "DocumentReference": {
            "status": "current", "subject": subject, "type": concept, "description": f"A letter on {story.word}",
            "content": [{"attachment": {"contentType": "text/plain", "title": f"{story.word}.txt", "data": "aGVsbG8="}}]},
    }
    security = {"meta": {"security": [{"system": story.label[0], "code": story.label[1]}]}} if story.label else {}
    for kind in TYPES:
        yield {"resourceType": kind, "id": f"{story.name}-{kind.lower()}", **security, **bodies[kind]}


def everything():
    """The person with all stories, a plan to hold the goals, and a panel that the person is on."""
    subject = {"reference": f"Patient/{PERSON}"}
    return [
        plain(PERSON, "Ashgrove", "Nell"),
        {"resourceType": "CarePlan", "id": "keeper-plan", "status": "active", "intent": "plan", "subject": subject,
         "category": [{"coding": [{"system": "urn:almoner:plan", "code": "care-plan"}]}]},
        {"resourceType": "EpisodeOfCare", "id": "keeper-episode", "status": "active", "patient": subject,
         "careManager": {"reference": "Practitioner/chi"}, "period": {"start": day(-30)}},
        *(resource for story in STORIES for resource in records(story)),
        *(plain(person, "Ashgrove", person.title()) | {"birthDate": born(age)} for person, age in MINORS.items()),
        *(resource for person in MINORS for story in of(person).values() for resource in records(story, person)),
    ]


def born(age):
    """The birth date of somebody who has been so old for some months."""
    return day(-round(age * 365.25 + 100))
