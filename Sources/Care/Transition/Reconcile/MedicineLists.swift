package import FHIR
package import Records

/// The lists of a person's medicines, each from its source, as they stand in the record.
package struct MedicineLists: Sendable {
    package static let reads: Set<String> = [
        "AllergyIntolerance", "Condition", "DetectedIssue", "Encounter", "EpisodeOfCare", "List", "MedicationDispense",
        "MedicationRequest", "MedicationStatement", "Procedure", "Task",
    ]

    /// What a pharmacy gave out longer ago says nothing of what is taken now.
    private static let dispensed: Int64 = 180 * 86_400_000
    /// HL7: MedicationRequest Category Codes.
    private static let categories = "http://terminology.hl7.org/CodeSystem/medicationrequest-category"

    package private(set) var entries: [MedicineEntry] = []
    private let record: PersonRecord
    private let names: [String: String]
    private let checks: MedicineChecks
    private let wording: MedicineWording
    /// Encounters of the last stay that is over.
    private let stay: Set<String>
    private let admitted: Int64

    /// - Parameters:
    ///   - record: of the types of ``reads``.
    ///   - names: of medicines that it only refers to: ``Medicine/names(of:by:)``.
    ///   - content: by which names and ways of taking are read.
    ///   - now: milliseconds since 1970.
    package init(_ record: PersonRecord, names: [String: String], content: CareContent, now: Int64) {
        self.record = record
        self.names = names
        checks = content.medicines
        wording = content.medicineWording
        let last = FindStays(record.all("Encounter")).stays.last { $0.isOver && ($0.discharged ?? .max) <= now }
        stay = Set(last?.encounters.map { "Encounter/\($0)" } ?? [])
        admitted = last?.admitted ?? .max
        let told = ToldMedicines(record)
        for order in record.all("MedicationRequest") where !told.has(order) { add(order: order) }
        for given in record.all("MedicationDispense") where !told.has(given) { add(dispense: given, now: now) }
        for said in record.all("MedicationStatement") where !told.has(said) { add(statement: said) }
    }

    private mutating func add(order: Resource) {
        let root = order.root
        let status = root.text("status") ?? ""
        let isDischarge = root.list("category").contains { CareCode.code($0, in: Self.categories) == "discharge" }
        let written = CareMoment.of(root.text("authoredOn")) ?? order.updated
        let isOfStay = root.text("encounter", "reference").map(stay.contains) ?? (isDischarge && written >= admitted)
        let isStop = ["stopped", "cancelled"].contains(status) || root["doNotPerform"]?.bool == true
        guard status != "entered-in-error", root.text("intent") != "proposal" else {
            return
        }
        if isDischarge, isOfStay {
            if isStop || status == "active" || status == "completed" { add(order, .hospital, isStopped: isStop) }
        } else if status == "active" || status == "on-hold", !isStop {
            // What the hospital ordered to be taken at home has no category where it comes from a simple export.
            let isInside = root.list("category").contains { CareCode.code($0, in: Self.categories) == "inpatient" }
            add(order, isOfStay && !isInside ? .hospital : .clinic)
        }
    }

    private mutating func add(dispense: Resource, now: Int64) {
        let root = dispense.root
        let at = CareMoment.of(root.text("whenHandedOver") ?? root.text("whenPrepared")) ?? dispense.updated
        if ["completed", "in-progress", "preparation", "unknown"].contains(root.text("status") ?? ""),
            at > now - Self.dispensed
        {
            add(dispense, .pharmacy)
        }
    }

    private mutating func add(statement: Resource) {
        let root = statement.root
        let status = root.text("status") ?? ""
        let typed = CareCode.code(root["category"], in: MedicineSource.system).flatMap(MedicineSource.init)
        let who = root.text("informationSource", "reference") ?? ""
        let source =
            typed ?? (who.hasPrefix("Patient/") || who.hasPrefix("RelatedPerson/") ? .home : .clinic)
        switch status {
        case "active", "intended", "on-hold", "unknown": add(statement, source)
        case "stopped" where source != .signed: add(statement, source, isStopped: true)
        case "not-taken" where source != .signed: add(statement, source, isNotTaken: true)
        default: break
        }
    }

    private mutating func add(
        _ resource: Resource, _ source: MedicineSource, isStopped: Bool = false, isNotTaken: Bool = false
    ) {
        let root = resource.root
        let place = root["medicationReference"]
        let target = place?.text("reference") ?? ""
        let inside = root.list("contained").first { "#" + ($0["id"]?.string ?? "") == target }
        let concept = root["medicationCodeableConcept"] ?? inside?["code"]
        let name = concept?.words ?? place?.text("display") ?? names[target] ?? "medicine not named"
        let codes =
            concept?.list("coding").filter { $0.text("system") == "http://www.nlm.nih.gov/research/umls/rxnorm" }
            .compactMap { $0.text("code") } ?? []
        let says = Medicine.takes(root)
        let text = MedicineText(name: name, takes: says, wording)
        let condition = root.list("reasonReference").first?.text("reference").flatMap { reference in
            record.all("Condition").first { $0.reference == reference }?.root["code"]?.words
        }
        entries.append(
            MedicineEntry(
                source: source, references: [resource.reference], name: name, text: text, takes: says,
                reason: root.list("reasonCode").first?.words ?? condition ?? text.reason,
                date: root.text("authoredOn") ?? root.text("dateAsserted") ?? root.text("whenHandedOver"),
                isStopped: isStopped, isNotTaken: isNotTaken, rxnorm: codes, makeup: checks.makeup(name, codes),
                concept: concept?.value, labels: root["meta"]?.list("security").map(\.value) ?? [],
                issue: root.list("identifier").first { $0.text("system") == SignedMedicines.issueSystem }?
                    .text("value")))
    }
}
