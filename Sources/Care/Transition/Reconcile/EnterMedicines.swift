import Access
package import FHIR
package import Records

/// Somebody types or pastes a list of medicines from one source, a line each.
package struct EnterMedicines: Sendable {
    package let person: String
    package let source: MedicineSource
    /// As it was typed.
    package let text: String?
    /// The lines take the place of those that were typed for this source before.
    package let replaces: Bool
    package let content: CareContent

    private static let mostLines = 80

    package init(person: String, source: MedicineSource, text: String?, replaces: Bool, content: CareContent) {
        self.person = person
        self.source = source
        self.text = text
        self.replaces = replaces
        self.content = content
    }

    /// - Returns: the List.
    /// - Throws: ``FormProblems`` on `lines`; ``NotNow`` for who may not.
    @discardableResult
    package func perform(in change: Change) throws -> Resource {
        try MedicineWork.check(change)
        var checks = PlanChecks()
        let text = checks.text(
            "lines", text, most: 12_000, missing: "Type at least one medicine, each on its own line.")
        let lines = text.split(whereSeparator: \.isNewline).map(String.init).filter { $0.contains(where: \.isLetter) }
        if lines.count > Self.mostLines {
            checks.refuse("lines", "These are \(lines.count) lines. Enter at most \(Self.mostLines) at once.")
        } else if let long = lines.first(where: { $0.count > TextLimit.line }) {
            checks.refuse("lines", "“\(long.prefix(40))…” is longer than \(TextLimit.line) letters. Shorten the line.")
        } else if lines.isEmpty, !text.isEmpty {
            checks.refuse("lines", "No line names a medicine.")
        }
        try checks.finish()
        let record = try change.reader.person(person, ["List", "MedicationStatement"])
        let key = "\(person)/\(source.rawValue)"
        let standing = record.all("List").first { list in
            list.root.text("status") == "current"
                && list.root.list("identifier").contains {
                    $0.text("system") == Self.system && $0.text("value") == key
                }
        }
        if replaces, let standing {
            try retire(standing, record, in: change)
        }
        let statements = try lines.map { line in
            try change.create(statement(MedicineText(line, content.medicineWording), in: change)).reference
        }
        let before = replaces ? [] : standing?.root.list("entry").map(\.value) ?? []
        var list = JSON.compact([
            "resourceType": "List",
            "identifier": [["system": .string(Self.system), "value": .string(key)]],
            "status": "current",
            "mode": "snapshot",
            "title": .string("Medicines: \(source.title)"),
            "code": [
                "coding": [
                    ["system": "http://loinc.org", "code": .string(source == .hospital ? "10183-2" : "10160-0")]
                ]
            ],
            "subject": .reference("Patient/\(person)"),
            "date": .string(FHIRDate.instant(change.now)),
            "source": change.caller.practitioner.map { .reference($0) },
            "entry": .array(before + statements.map { ["item": .reference($0)] }),
        ])
        guard let standing, !replaces else {
            return try change.create(list)
        }
        list["id"] = .string(standing.id)
        return try change.update(list, ifVersion: standing.version)
    }

    /// Identifiers of the lists of a source: the person and the source.
    static let system = "urn:almoner:medicine-source-list"

    /// The list before stays readable; what stood on it no longer counts.
    private func retire(_ list: Resource, _ record: PersonRecord, in change: Change) throws {
        let items = Set(list.root.list("entry").compactMap { $0.text("item", "reference") })
        for statement in record.all("MedicationStatement") where items.contains(statement.reference) {
            guard ["active", "stopped", "not-taken"].contains(statement.root.text("status") ?? "") else {
                continue
            }
            var json = statement.value
            json["status"] = "completed"
            json["statusReason"] = [["text": "A newer list took its place"]]
            try change.update(json, ifVersion: statement.version)
        }
        var json = list.value
        json["status"] = "retired"
        try change.update(json, ifVersion: list.version)
    }

    private func statement(_ text: MedicineText, in change: Change) -> JSON {
        let made = content.medicines.makeup(text.name, [])
        let notes = [
            text.takes(content.medicineWording) == nil ? nil : "As written: \(text.written)",
            text.lastTaken.map { "Last taken: \($0)" },
        ].compactMap(\.self)
        return .compact([
            "resourceType": "MedicationStatement",
            "status": text.isNotTaken || text.isStopped && source == .home
                ? "not-taken" : text.isStopped ? "stopped" : "active",
            "category": CareCode.concept(MedicineSource.system, source.rawValue, source.title),
            "medicationCodeableConcept": .compact([
                "coding": made.rxnorm.map {
                    [["system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": .string($0)]]
                },
                // What is not recognized keeps its own words.
                "text": .string(made.ingredients.isEmpty ? text.written : text.title),
            ]),
            "subject": .reference("Patient/\(person)"),
            "effectiveDateTime": .string(FHIRDate.instant(change.now)),
            "dateAsserted": .string(FHIRDate.instant(change.now)),
            "informationSource": source == .home ? .reference("Patient/\(person)") : nil,
            "reasonCode": text.reason.map { [["text": .string($0)]] },
            "note": notes.isEmpty ? nil : .array(notes.map { ["text": .string($0)] }),
            "dosage": MedicineDosage.json(
                text, content.medicineWording, keepsUnread: !made.ingredients.isEmpty
            ).map { [$0] },
        ])
    }
}

/// What the verbs of comparing medicines share.
enum MedicineWork {
    /// - Throws: ``NotNow`` for who reads the comparison alone.
    static func check(_ change: Change) throws {
        guard change.permits(.signClinical) else {
            throw NotNow("Medicines are compared by somebody with a licence. You may read the list.")
        }
    }
}

/// How a medicine is taken, as FHIR writes it.
enum MedicineDosage {
    /// - Parameters:
    ///   - text: as it was read.
    ///   - wording: in which it is said.
    ///   - keepsUnread: whether what could not be read is told here too.
    /// - Returns: nil when nothing is said.
    static func json(_ text: MedicineText, _ wording: MedicineWording, keepsUnread: Bool = true) -> JSON? {
        guard let takes = keepsUnread ? text.takes(wording) : text.how(wording, .en) else {
            return nil
        }
        let codes: [DayTime: JSON] = [.morning: "MORN", .noon: "NOON", .evening: "EVE", .bedtime: "HS"]
        let times = text.times.compactMap { codes[$0] }
        var rhythm: JSON?
        if text.frequency != nil || !times.isEmpty {
            rhythm = .compact([
                "frequency": text.frequency.map { .number("\($0.count)") },
                "period": text.frequency.map { .number("\($0.days)") },
                "periodUnit": text.frequency.map { _ in "d" },
                "when": times.isEmpty ? nil : .array(times),
            ])
        }
        return .compact([
            "text": .string(takes),
            "timing": rhythm.map { ["repeat": $0] },
            "asNeededBoolean": text.asNeeded ? true : nil,
            "route": wording.route(text.route).map { ["text": .string($0.words.en)] },
        ])
    }
}
