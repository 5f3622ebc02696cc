"""What the invariants of the FHIR R4 base specification ask beyond the types of elements; each by its key."""

from digits import Digits

def drop(*names):
    def change(part, turn):
        for name in names:
            for member in [m for m in part if m == name or (name.endswith("*") and m.startswith(name[:-1]))]:
                del part[member]
    return change


def put(**members):
    return lambda part, turn: part.update(members)


def both(*changes):
    def change(part, turn):
        for one in changes:
            one(part, turn)
    return change


def also(listed, member, target):
    """One more of a list, pointing to another type."""
    def change(part, turn):
        part[listed].append(part[listed][0] | {member: {"reference": f"{target}/{target.lower()}-{turn}"}})
    return change


def concept(system, code):
    return {"coding": [{"system": system, "code": code}], "text": "Words"}


TERMINOLOGY = "http://terminology.hl7.org/CodeSystem/"


def related_artifacts(part, turn):
    """One of each kind that is searched for."""
    kinds = ["composed-of", "depends-on", "derived-from", "predecessor", "successor"]
    part["relatedArtifact"] = [part["relatedArtifact"][0] | {"type": kind} for kind in kinds]


def telecoms(part, turn):
    work = {"use": "work", "rank": Digits("1"), "period": {"start": "2024-03-01"}}
    part["telecom"] = [{"system": "phone", "value": "555-0100"} | work, {"system": "email", "value": "a@example.org"} | work]


def activities(part, turn):
    """cpl-3: an activity has its details or points to them."""
    activity = part["activity"][0]
    part["activity"] = [{k: v for k, v in activity.items() if k != name} for name in ("detail", "reference")]


def probability(part, turn):
    """ras-1: a range of probabilities is in percent."""
    if "probabilityRange" in part:
        percent = {"unit": "%", "system": "http://unitsofmeasure.org", "code": "%"}
        part["probabilityRange"] = {"low": {"value": Digits("1")} | percent, "high": {"value": Digits("2")} | percent}


def value_or_reason(part, turn):
    """obs-6: a value, or why there is none."""
    drop("value*" if turn == 11 else "dataAbsentReason")(part, turn)


def entries_or_reason(part, turn):
    """lst-1 and lst-3: entries, or why there are none; only working lists say when."""
    drop("entry" if turn == 1 else "emptyReason")(part, turn)
    part["mode"] = "working"


def not_at_home(part, turn):
    """org-2: an organization has no home."""
    for address in part.get("address", []):
        address["use"] = "work"


def one_sequence(part, turn):
    """msq-5 and msq-6: the sequence is told in one way."""
    names = {"referenceSeqId", "referenceSeqPointer", "referenceSeqString"}
    kept = ("genomeBuild", "referenceSeqId", "referenceSeqString")[turn % 3]
    drop(*names - {kept})(part, turn)
    if kept != "genomeBuild":
        drop("genomeBuild", "chromosome")(part, turn)


def trigger(part, turn):
    """trd-1 to trd-3"""
    part.pop("data", None)
    part.pop("condition", None)
    part["type"] = "periodic" if any(name.startswith("timing") for name in part) else "named-event"


def element_definition(path):
    return {"id": path, "path": path, "short": "Words", "definition": "Words", "min": Digits("0"), "max": "*",
            "base": {"path": path, "min": Digits("0"), "max": "*"}, "isModifier": False, "isSummary": True}


def structure(part, turn):
    """sdf-1 to sdf-23: the elements say their whole path, and the first is the type itself."""
    first = element_definition("Basic")
    second = element_definition("Basic.author") | {
        "type": [{"code": "Reference", "targetProfile": ["http://hl7.org/fhir/StructureDefinition/Patient"]}],
        "constraint": [{"key": "own-1", "severity": "error", "human": "Words", "expression": "true"}]}
    coded = element_definition("Basic.code") | {
        "type": [{"code": "CodeableConcept"}],
        "binding": {"strength": "example", "valueSet": "http://example.org/fhir/ValueSet/thing"}}
    part |= {"kind": "resource", "type": "Basic", "derivation": "constraint", "abstract": False,
             "snapshot": {"element": [first, second, coded]}, "differential": {"element": [first, second]}}
    part.pop("contextInvariant", None)


def questions(part, turn):
    """que-1 to que-13: what an item may have depends on its type."""
    coding = {"system": "http://example.org/codes", "code": "yes", "display": "Yes"}
    choice = {"linkId": "1.1", "definition": "http://example.org/definition#1", "code": [coding], "prefix": "1)",
              "text": "Words?", "type": "choice", "required": True, "repeats": False, "readOnly": False,
              "answerOption": [{"valueCoding": coding, "initialSelected": True}]}
    text = {"linkId": "1.2", "text": "Words?", "type": "string", "maxLength": Digits("40"),
            "initial": [{"valueString": "Words"}], "enableBehavior": "any",
            "enableWhen": [{"question": "1.1", "operator": "=", "answerCoding": coding}]}
    part["item"] = [{"linkId": "1", "text": "Words", "type": "group", "definition": "http://example.org/definition#2",
                     "code": [coding], "item": [choice, text]}]


def assertion(part, turn):
    """tst-5, tst-10, tst-12: an assertion looks at one thing."""
    part.clear()
    part |= {"label": "Words", "description": "Words", "direction": "response", "responseCode": "200",
             "warningOnly": False}


def parameter_list(part, turn):
    """inv-1: a parameter has a value, a resource or parts."""
    part["parameter"] = [
        {"name": "one", "valueString": "Words"}, {"name": "two", "resource": {"resourceType": "Basic", "code": {"text": "Words"}}},
        {"name": "three", "part": [{"name": "four", "valueDecimal": Digits("1.10")}]}]


# Path to what is changed there; a type's own elements stand in the resource itself.
PARTS = {
    "ActivityDefinition": related_artifacts,
    "AllergyIntolerance": put(clinicalStatus=concept(TERMINOLOGY + "allergyintolerance-clinical", "active"),  # ait-1, ait-2
                              verificationStatus=concept(TERMINOLOGY + "allergyintolerance-verification", "confirmed")),
    "Appointment": both(put(status="cancelled"), also("participant", "actor", "Location")),  # app-4
    "AuditEvent.entity": drop("query"),  # sev-1
    "Bundle": put(type="history"),  # bdl-1 to bdl-4
    "Bundle.entry": drop("search"),  # bdl-2
    "CapabilityStatement": put(kind="instance"),  # cpb-14 to cpb-16
    "CarePlan": activities,
    "CareTeam.participant": put(member={"reference": "Practitioner/practitioner-0"}),  # ctm-1
    "Composition.section": drop("emptyReason"),  # cmp-2
    "Condition": put(clinicalStatus=concept(TERMINOLOGY + "condition-clinical", "resolved"),  # con-4
                     verificationStatus=concept(TERMINOLOGY + "condition-ver-status", "confirmed")),
    "CoverageEligibilityResponse.insurance.item": drop("category"),  # ces-1
    "DataRequirement.codeFilter": drop("searchParam"),  # drq-1
    "DataRequirement.dateFilter": drop("searchParam"),  # drq-2
    "EventDefinition": related_artifacts,
    "Evidence": related_artifacts,
    "EvidenceVariable": related_artifacts,
    "FamilyMemberHistory": drop("born*"),  # fhs-1
    "Group": put(actual=True),  # grp-1
    "ImplementationGuide.definition.grouping": put(id="group"),  # ig-1
    "ImplementationGuide.definition.resource": put(groupingId="group"),
    "Library": related_artifacts,
    "List": entries_or_reason,
    "List.entry": drop("deleted"),  # lst-2
    "Measure": related_artifacts,
    "Measure.group.stratifier": drop("component"),  # mea-1
    "MeasureReport": put(type="individual"),  # mrp-1
    "MeasureReport.group.stratifier.stratum": drop("component"),  # mrp-2
    "MessageDefinition.focus": put(max="*"),  # md-1
    "MolecularSequence": put(coordinateSystem=Digits("1")),  # msq-3
    "MolecularSequence.referenceSeq": one_sequence,
    "NamingSystem": put(kind="codesystem"),  # nsd-1
    "Observation": value_or_reason,
    "Observation.component": put(code=concept("http://example.org/codes", "part")),  # obs-7
    "OperationDefinition.parameter": both(drop("targetProfile"), put(type="string")),  # opd-2, opd-3
    "Organization": not_at_home,
    "PlanDefinition": related_artifacts,
    "QuestionnaireResponse.item": drop("item"),  # qrs-1
    "RequestGroup.action": drop("action"),  # rqg-1
    "ResearchDefinition": related_artifacts,
    "ResearchElementDefinition": related_artifacts,
    "RiskAssessment.prediction": probability,
    "SearchParameter": put(type="reference"),  # spd-2
    "TerminologyCapabilities": put(kind="instance"),  # tcp-3 to tcp-5
    "TestReport.setup.action": drop("assert"),  # inv-1
    "TestReport.test.action": drop("assert"),  # inv-2
    "TestScript.setup.action": drop("operation"),  # tst-1
    "TestScript.test.action": drop("assert"),  # tst-2
    "TestScript.setup.action.assert": assertion,
    "TestScript.test.action.assert": assertion,
    "TestScript.metadata.capability": put(required=True),  # tst-4
    "TestScript.variable": drop("headerField"),  # tst-3
    "Timing.repeat": both(drop("timeOfDay"), put(when=["MORN"])),  # tim-9, tim-10
    "TriggerDefinition": trigger,
    "ValueSet.compose.include": drop("filter"),  # vsd-3
    "Person": also("link", "target", "RelatedPerson"),
    "Parameters": parameter_list,
    "Questionnaire": questions,
    "StructureDefinition": structure,
}

# What the smallest instance needs beyond its required elements.
LEAST = {
    "AllergyIntolerance": {"clinicalStatus": concept(TERMINOLOGY + "allergyintolerance-clinical", "active")},
    "Appointment": {"status": "proposed", "participant": [{"status": "accepted", "type": [{"text": "Words"}]}]},  # app-1, app-3
    "AppointmentResponse": {"participantType": [{"text": "Words"}]},  # apr-1
    "Bundle": {"type": "collection"},
    "CapabilityStatement": {"kind": "requirements", "description": "Words", "rest": [{"mode": "client"}]},  # cpb-1, cpb-2
    "Consent": {"policyRule": {"text": "Words"}},  # ppc-1
    "EventDefinition": {"trigger": [{"type": "named-event", "name": "Words"}]},  # trd-3
    "ImmunizationRecommendation": {"recommendation": [
        {"vaccineCode": [{"text": "Words"}], "forecastStatus": {"text": "Words"}}]},  # imr-1
    "InsurancePlan": {"name": "Words"},  # ipn-1
    "List": {"mode": "working"},
    "MeasureReport": {"type": "individual"},
    "MolecularSequence": {"coordinateSystem": Digits("1")},
    "NamingSystem": {"kind": "codesystem", "uniqueId": [{"type": "uri", "value": "http://example.org/ids"}]},
    "NutritionOrder": {"oralDiet": {"instruction": "Words"}},  # nor-1
    "Organization": {"name": "Words"},  # org-1
    "StructureDefinition": {
        "kind": "resource", "abstract": False, "type": "Basic", "derivation": "constraint",
        "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Basic",
        "differential": {"element": [{"id": "Basic", "path": "Basic"}]}},  # sdf-4, sdf-6
    "TerminologyCapabilities": {"kind": "requirements", "description": "Words"},  # tcp-2
}


def part(path, made, turn):
    """Makes a resource or part sound that has all its elements."""
    if "telecom" in made and isinstance(made["telecom"], list):
        telecoms(made, turn)
    if path in PARTS:
        PARTS[path](made, turn)
    return made


def minimal(resource):
    return resource | LEAST.get(resource["resourceType"], {})


def maximal(resource, turn):
    """Names of the people's own documents, one address for each, and what refers to what is contained (dom-3)."""
    if resource.get("url") == "http://example.org/thing":
        resource["url"] = f"http://example.org/fhir/{resource['resourceType']}/{resource['id']}"
    if "text" in resource and "status" in resource["text"]:
        resource["contained"] = [{"resourceType": "Basic", "id": "within", "code": {"text": "Words"},
                                  "subject": {"reference": "#"}}]
    if resource["resourceType"] == "Bundle":
        inner = [
            {"resourceType": "Basic", "id": "inner", "code": {"text": "Words"}},
            {"resourceType": "Composition", "id": "inner", "status": "final", "type": {"text": "Words"},
             "date": "2024-03-02", "author": [{"display": "Words"}], "title": "Words"},
            {"resourceType": "MessageHeader", "id": "inner", "eventUri": "http://example.org/event",
             "source": {"endpoint": "http://example.org/page"}}][turn % 3]
        for entry in resource["entry"]:
            entry |= {"fullUrl": f"http://example.org/fhir/{inner['resourceType']}/inner", "resource": inner}
    return resource
