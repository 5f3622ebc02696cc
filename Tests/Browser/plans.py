"""A person with a plan of usual size: three problems, four goals, eight medicines, and a team with telephones."""

from people import day, plain

SNOMED, ICD = "http://snomed.info/sct", "http://hl7.org/fhir/sid/icd-10-cm"
ACTIVE = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active"}]}
PROBLEMS = [("Heart failure", "I50.22"), ("Type 2 diabetes", "E11.9"), ("High blood pressure", "I10")]
MEDICINES = [
    ("Furosemide 40 MG Oral Tablet", "1 tablet in the morning", 0), ("Lisinopril 10 MG Oral Tablet", "1 tablet in the morning", 2),
    ("Metoprolol 50 MG Oral Tablet", "1 tablet twice a day", 0), ("Spironolactone 25 MG Oral Tablet", "1 tablet in the morning", 0),
    ("Metformin 500 MG Oral Tablet", "1 tablet twice a day with food", 1), ("Amlodipine 5 MG Oral Tablet", "1 tablet at night", 2),
    ("Atorvastatin 20 MG Oral Tablet", "1 tablet at night", 1), ("Aspirin 81 MG Oral Tablet", "1 tablet a day", 0)]
GOALS = {
    "en": ["I want to walk to church with Anna.", "I want to sleep through the night.", "I want to cook for my sons on Sunday.",
           "I want to stay out of the hospital."],
    "es": ["Quiero caminar a la iglesia con Ana.", "Quiero dormir toda la noche.", "Quiero cocinar para mis hijos el domingo.",
           "Quiero no volver al hospital."]}
STEPS = ["Call each week about weight and breath", "Teach how to read food labels", "Go through the pills at home",
         "Find a ride to the clinic"]
PHONES = {"Dr. Lena Patel, MD": "216-555-0190", "Omar Reyes, PharmD": "216-555-0191"}


def planned(key, family, given, language="en"):
    """The person with all of it; the plan is marked as one of the product's own."""
    subject = {"reference": f"Patient/{key}"}
    person = plain(key, family, given) | {
        "communication": [{"language": {"coding": [{"system": "urn:ietf:bcp:47", "code": language}]}, "preferred": True}]}
    problems = [
        {"resourceType": "Condition", "id": f"{key}-p{place}", "clinicalStatus": ACTIVE, "subject": subject,
         "code": {"coding": [{"system": ICD, "code": code}], "text": name}, "recordedDate": day(-90)}
        for place, (name, code) in enumerate(PROBLEMS)]
    medicines = [
        {"resourceType": "MedicationRequest", "id": f"{key}-m{place}", "status": "active", "intent": "order", "subject": subject,
         "medicationCodeableConcept": {"text": name}, "authoredOn": day(-30), "dosageInstruction": [{"text": take}],
         "reasonReference": [{"reference": f"Condition/{key}-p{why}"}]}
        for place, (name, take, why) in enumerate(MEDICINES)]
    goals = [
        {"resourceType": "Goal", "id": f"{key}-g{place}", "lifecycleStatus": "active", "description": {"text": words},
         "subject": subject, "addresses": [{"reference": f"Condition/{key}-p{place % 3}"}],
         "target": [{"measure": {"text": "Days in a week"}, "dueDate": day(60),
                     "detailQuantity": {"value": 5, "unit": "days"}}]}
        for place, words in enumerate(GOALS[language])]
    steps = [
        {"resourceType": "Task", "id": f"{key}-s{place}", "status": "requested", "intent": "plan", "for": subject,
         "code": {"coding": [{"system": "urn:almoner:task", "code": "intervention"}], "text": title},
         "focus": {"reference": f"Goal/{key}-g{place}"}, "owner": {"reference": f"Practitioner/{key}-doctor"},
         "basedOn": [{"reference": f"CarePlan/{key}-plan"}], "restriction": {"period": {"end": f"{day(14)}T22:00:00Z"}}}
        for place, title in enumerate(STEPS)]
    doctors = [
        {"resourceType": "Practitioner", "id": f"{key}-{role}", "name": [{"text": name}],
         "telecom": [{"system": "phone", "use": "home", "value": "216-555-0999"},
                     {"system": "phone", "use": "work", "value": phone}]}
        for (name, phone), role in zip(PHONES.items(), ["doctor", "pharmacist"])]
    team = {
        "resourceType": "CareTeam", "id": f"{key}-team", "status": "active", "subject": subject, "participant": [
            {"role": [{"text": role}], "member": {"reference": f"Practitioner/{key}-{who}"}}
            for role, who in [("primary care", "doctor"), ("pharmacist", "pharmacist")]]}
    plan = {
        "resourceType": "CarePlan", "id": f"{key}-plan", "status": "active", "intent": "plan", "subject": subject,
        "identifier": [{"system": "urn:almoner:plan", "value": key}],
        "addresses": [{"reference": f"Condition/{entry['id']}"} for entry in problems],
        "goal": [{"reference": f"Goal/{entry['id']}"} for entry in goals],
        "activity": [{"reference": {"reference": f"Task/{entry['id']}"}} for entry in steps],
        "extension": [
            {"url": "urn:almoner:extension:plan-part", "extension": [
                {"url": "part", "valueCode": "crisis"},
                {"url": "words", "valueString": "Sit up. Take the spray. Call 911 when you can not breathe."}]},
            {"url": "urn:almoner:extension:plan-part", "extension": [
                {"url": "part", "valueCode": "diet"},
                {"url": "words", "valueString":
                 "Notwithstanding cultural preferences, sodium consumption necessitates considerable limitation. Eat well."}]}]}
    return [person, *problems, *doctors, *medicines, *goals, plan, *steps, team]
