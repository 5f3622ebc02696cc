"""The three people of the long stories, with what is known of them before anybody refers them."""

from people import day, plain, stay, write_lines

SNOMED, ICD, RXNORM, LOINC = (
    "http://snomed.info/sct", "http://hl7.org/fhir/sid/icd-10-cm", "http://www.nlm.nih.gov/research/umls/rxnorm",
    "http://loinc.org")
ACTIVE = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active"}]}


def problem(person, key, *codes):
    """A problem with its codes, each a system, a code and what it is called."""
    return {
        "resourceType": "Condition", "id": f"{person}-{key}", "clinicalStatus": ACTIVE,
        "category": [{"coding": [{
            "system": "http://terminology.hl7.org/CodeSystem/condition-category", "code": "problem-list-item"}]}],
        "code": {"coding": [{"system": s, "code": c, "display": d} for s, c, d in codes], "text": codes[0][2]},
        "subject": {"reference": f"Patient/{person}"}, "recordedDate": day(-200)}


def medicine(person, key, code, name, take):
    return {
        "resourceType": "MedicationRequest", "id": f"{person}-{key}", "status": "active", "intent": "order",
        "medicationCodeableConcept": {"coding": [{"system": RXNORM, "code": code, "display": name}], "text": name},
        "subject": {"reference": f"Patient/{person}"}, "authoredOn": day(-30), "dosageInstruction": [{"text": take}]}


def reading(person, key, code, name, value, unit, ago=3):
    return {
        "resourceType": "Observation", "id": f"{person}-{key}", "status": "final",
        "category": [{"coding": [{
            "system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "laboratory"}]}],
        "code": {"coding": [{"system": LOINC, "code": code, "display": name}]},
        "subject": {"reference": f"Patient/{person}"}, "effectiveDateTime": day(-ago),
        "valueQuantity": {"value": value, "unit": unit, "system": "http://unitsofmeasure.org", "code": unit}}


def elder(key, family):
    """Home from hospital with heart failure since yesterday; a painkiller from the shop does not go with her medicines."""
    return [
        plain(key, family, "Delia") | {
            "birthDate": "1944-02-11", "telecom": [{"system": "phone", "value": "216-555-0161", "use": "home"}],
            "address": [{"line": ["7 Mill Street"], "city": "Euclid", "state": "OH", "postalCode": "44123"}]},
        stay(f"Patient/{key}", f"{key}-stay"),
        problem(key, "failure", (SNOMED, "84114007", "Heart failure"), (ICD, "I50.22", "Chronic systolic heart failure")),
        problem(key, "pressure", (SNOMED, "38341003", "Hypertension"), (ICD, "I10", "Essential hypertension")),
        medicine(key, "water", "310429", "furosemide 20 MG Oral Tablet", "1 tablet in the morning"),
        medicine(key, "heart", "314076", "lisinopril 10 MG Oral Tablet", "1 tablet in the morning"),
        medicine(key, "pain", "197806", "ibuprofen 600 MG Oral Tablet", "1 tablet when it hurts"),
        reading(key, "potassium", "2823-3", "Potassium", 4.9, "mmol/L"),
    ]


def teenager(key, family):
    return [
        plain(key, family, "Kayla") | {
            "birthDate": "2010-05-20", "telecom": [{"system": "phone", "value": "216-555-0162", "use": "mobile"}],
            "address": [{"line": ["31 Oak Street"], "city": "Euclid", "state": "OH", "postalCode": "44132"}]},
        problem(key, "asthma", (SNOMED, "195967001", "Asthma"), (ICD, "J45.20", "Mild intermittent asthma")),
        # Nobody has to say that it is between her and the clinic: its codes do.
        problem(key, "expects", (SNOMED, "77386006", "Pregnancy"), (ICD, "Z34.02", "Normal first pregnancy, second trimester")),
    ]


def man(key, family):
    return [
        plain(key, family, "Mateo") | {
            "birthDate": "1978-08-30", "gender": "male",
            "telecom": [{"system": "phone", "value": "216-555-0163", "use": "mobile"}],
            "address": [{"line": ["Shelter, 2100 Lakeside Avenue"], "city": "Cleveland", "state": "OH", "postalCode": "44114"}],
            "communication": [{
                "language": {"coding": [{"system": "urn:ietf:bcp:47", "code": "es", "display": "Spanish"}]},
                "preferred": True}]},
        problem(key, "sugar", (SNOMED, "44054006", "Type 2 diabetes"), (ICD, "E11.65", "Type 2 diabetes with hyperglycemia")),
        problem(key, "mood", (SNOMED, "370143000", "Major depressive disorder"), (ICD, "F33.1", "Major depressive disorder, recurrent, moderate")),
        medicine(key, "metformin", "861007", "metformin hydrochloride 500 MG Oral Tablet", "1 tableta con el desayuno y la cena"),
        reading(key, "sugar", "4548-4", "Hemoglobin A1c", 9.4, "%"),
    ]


def bring(house, *stories):
    """Brings in the people of some stories, as records come from elsewhere."""
    path = house.folder / "long-stories.ndjson"
    write_lines(path, [resource for story in stories for resource in story])
    house.import_files(path)
