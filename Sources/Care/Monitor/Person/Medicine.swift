import FHIR
package import Records

/// A medicine that a person is said to take, from one source.
package struct Medicine: Sendable {
    /// Of the MedicationRequest or MedicationStatement.
    package let reference: String
    package let name: String
    /// RxNorm codes of what it is.
    package let rxnorm: [String]
    /// "1 tablet, twice a day"; nil when nobody wrote it down.
    package let takes: String?
    package var reason: String?
    /// How it is known: ordered, or said by somebody.
    package let isOrder: Bool
    /// As FHIR writes it.
    package let date: String?
    package var source: String?
    /// What is the matter with it, from an open DetectedIssue.
    package let issue: String?
    let reasonReference: String?
    let origin: JSONNode?

    /// Those that are taken now, by name.
    static func current(in record: PersonRecord, named: (JSONNode) throws -> String?) rethrows -> [Medicine] {
        let issues = openIssues(record)
        let told = ToldMedicines(record)
        let open: Set<String> = ["active", "on-hold", "intended", "unknown", "draft"]
        let all = record.all("MedicationRequest") + record.all("MedicationStatement")
        return try all.filter {
            open.contains($0.root["status"]?.string ?? "") && $0.root["doNotPerform"]?.bool != true
                && !told.has($0)
        }
        .map { try Medicine($0, named: named, issue: issues[$0.reference]) }
        .sorted { ($0.name.lowercased(), $1.date ?? "") < ($1.name.lowercased(), $0.date ?? "") }
    }

    /// Those that are taken now, by name, as the record or the names by reference have it.
    static func current(in record: PersonRecord, names: [String: String]) -> [Medicine] {
        current(in: record) { root in
            let place = root["medicationReference"]
            let target = place?.text("reference") ?? ""
            let inside = root.list("contained").first { "#" + ($0["id"]?.string ?? "") == target }
            return place?.text("display") ?? inside?["code"]?.words ?? names[target]
        }
    }

    /// What the medicines are called that a record only refers to, by their reference.
    package static func names(of record: PersonRecord, by reader: Reader) throws -> [String: String] {
        let all = record.all("MedicationRequest") + record.all("MedicationStatement")
        var names: [String: String] = [:]
        for target in Set(all.compactMap { $0.root.text("medicationReference", "reference") })
        where !target.hasPrefix("#") {
            names[target] = try reader.find(reference: target)?.root["code"]?.words
        }
        return names
    }

    private init(_ resource: Resource, named: (JSONNode) throws -> String?, issue: String?) rethrows {
        let root = resource.root
        reference = resource.reference
        rxnorm =
            root["medicationCodeableConcept"]?.list("coding")
            .filter { $0["system"]?.string == "http://www.nlm.nih.gov/research/umls/rxnorm" }
            .compactMap { $0["code"]?.string } ?? []
        isOrder = resource.type == "MedicationRequest"
        name = try root["medicationCodeableConcept"]?.words ?? named(root) ?? "medicine not named"
        takes = Self.takes(root)
        reason = (root.list("reasonCode").first)?.words
        reasonReference = root.list("reasonReference").first?["reference"]?.string
        date =
            root["authoredOn"]?.string ?? root["dateAsserted"]?.string ?? root["effectiveDateTime"]?.string
            ?? root["effectivePeriod"]?["start"]?.string
        origin = root["requester"] ?? root["informationSource"] ?? root["encounter"] ?? root["context"]
        source = nil
        self.issue = issue
    }

    /// One of a line that was compared.
    init(reference: String, name: String, rxnorm: [String]) {
        self.reference = reference
        self.name = name
        self.rxnorm = rxnorm
        takes = nil
        reason = nil
        isOrder = false
        date = nil
        source = nil
        issue = nil
        reasonReference = nil
        origin = nil
    }

    private static func openIssues(_ record: PersonRecord) -> [String: String] {
        var issues: [String: String] = [:]
        for issue in record.all("DetectedIssue").map(\.root) {
            guard ["preliminary", "registered", "final"].contains(issue["status"]?.string ?? ""),
                issue.list("mitigation").isEmpty, let words = issue["detail"]?.string ?? issue["code"]?.words
            else {
                continue
            }
            for place in issue.list("implicated").compactMap({ $0["reference"]?.string }) {
                issues[place] = words
            }
        }
        return issues
    }

    /// How an order, a statement or a dispense says that it is taken; nil when it does not.
    static func takes(_ root: JSONNode) -> String? {
        (root.list("dosageInstruction") + root.list("dosage")).first.flatMap(takes(of:))
    }

    private static func takes(of dosage: JSONNode) -> String? {
        if let text = dosage["patientInstruction"]?.string ?? dosage["text"]?.string, !text.isEmpty {
            return text
        }
        var parts: [String] = []
        if let dose = dosage.list("doseAndRate").first?["doseQuantity"], let digits = dose["value"]?.digits {
            let unit = dose["unit"]?.string ?? ""
            parts.append(unit.isEmpty ? digits : "\(digits) \(unit)")
        }
        if let timing = dosage["timing"] {
            if let words = timing["code"]?.words {
                parts.append(words)
            } else if let rhythm = timing["repeat"].flatMap(rhythm) {
                parts.append(rhythm)
            }
        }
        if dosage["asNeededBoolean"]?.bool == true || dosage["asNeededCodeableConcept"] != nil {
            parts.append("as needed")
        }
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }

    private static func rhythm(_ timing: JSONNode) -> String? {
        let units = [
            "s": "second", "min": "minute", "h": "hour", "d": "day", "wk": "week", "mo": "month", "a": "year",
        ]
        guard let period = timing["period"]?.digits, let unit = timing["periodUnit"]?.string.flatMap({ units[$0] })
        else {
            return nil
        }
        let times = timing["frequency"]?.int ?? 1
        let often = [1: "once", 2: "twice"][times] ?? "\(times) times"
        if ["1", "1.0"].contains(period) {
            return times == 1 && unit == "day" ? "once a day" : "\(often) a\(unit == "hour" ? "n" : "") \(unit)"
        }
        let whole = period.hasSuffix(".0") ? String(period.dropLast(2)) : period
        return "\(times == 1 ? "" : often + " ")every \(whole) \(unit)s"
    }
}

/// Whether the medicine lists were compared, line by line, since the person last came home.
package struct MedicineReview: Sendable {
    /// When somebody last finished comparing, milliseconds since 1970.
    package let compared: Int64?
    /// The last discharge from a stay, milliseconds since 1970.
    package let discharged: Int64?
    /// The id of the open Task that asks for it.
    package let task: String?

    package var isReconciled: Bool { compared.map { $0 >= discharged ?? .min } ?? false }

    /// Classes of Encounter that end with coming home: inpatient, acute, non-acute, observation, short stay.
    package static let stays: Set<String> = ["IMP", "ACUTE", "NONAC", "OBSENC", "SS"]

    /// From the record alone.
    /// - Parameters:
    ///   - record: of the types Encounter, Procedure and Task.
    ///   - now: milliseconds since 1970.
    /// - Returns: when the lists were compared, and whether that was since the person came home.
    package static func of(_ record: PersonRecord, now: Int64) -> MedicineReview {
        MedicineReview(
            record,
            procedures: record.all("Procedure").filter {
                $0.root["code"]?.code(of: "http://snomed.info/sct") == "430193006"
            }, now: now)
    }

    /// Finds the last discharge, the last comparison of medicines, and the open task that asks for one, at a time in
    /// milliseconds since 1970. The procedures are those that were reconciliations (SNOMED CT 430193006).
    init(_ record: PersonRecord, procedures: [Resource], now: Int64) {
        // A day without a time counts to its end.
        let signed = procedures.map(\.root).filter { $0["status"]?.string == "completed" }.compactMap { procedure in
            (procedure["performedDateTime"] ?? procedure["performedPeriod"]?["end"])?.string.flatMap { FHIRDate($0) }
                .map { $0.high - 1 }
        }
        discharged = record.all("Encounter").map(\.root)
            .filter { $0["status"]?.string == "finished" && Self.stays.contains($0["class"]?["code"]?.string ?? "") }
            .compactMap { $0.moment("period", "end") }.filter { $0 <= now }.max()
        let tasks = record.all("Task").filter {
            $0.root["code"]?.code(of: TaskCode.system) == TaskCode.medicationReconciliation.rawValue
        }
        task = tasks.first { OpenLoop.openStates.contains($0.root["status"]?.string ?? "") }?.id
        let done = tasks.filter { $0.root["status"]?.string == "completed" }.map {
            $0.root.moment("executionPeriod", "end") ?? $0.root.moment("lastModified") ?? $0.updated
        }
        // A signed result may also stand as a List of its own.
        let lists = record.all("List").filter { list in
            list.root["status"]?.string == "current"
                && list.root["code"]?.codes.contains(TaskCode.medicationReconciliation.rawValue) ?? false
        }.map { $0.root.moment("date") ?? $0.updated }
        compared = (done + lists + signed).filter { $0 < now + 86_400_000 }.max()
    }
}
