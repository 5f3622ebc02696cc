package import FHIR
package import Records

/// Where comparing a person's medicines stands: the lines, what was decided, what does not go together, what was signed.
package struct Reconciliation: Sendable {
    package static let reads = MedicineLists.reads.union(["Patient"])

    /// Medicines that do not go together, or one that the person does not tolerate.
    package struct Warning: Sendable {
        package let text: String
        package let detail: String
        /// Of the lines that it is about.
        package let keys: [String]
        /// Grave enough that nothing of it is kept without a look.
        package let isAlert: Bool
    }

    package let record: PersonRecord
    package let lines: [MedicineLine]
    package let authority: MedicineSource?
    /// By the key of the line.
    package let decisions: [String: MedicineDecision]
    /// Decisions on lines that are otherwise by now.
    let orphans: [MedicineDecision]
    /// What the prescriber answered after a list was signed, by the key of the line.
    package let late: [String: MedicineDecision]
    package let warnings: [Warning]
    /// What has to be said beside the warnings.
    package let caution: String
    /// Signed lists, the newest first.
    package let signed: [SignedMedicines]
    /// Names that neither code nor table makes known.
    package let unknown: [String]

    /// - Parameters:
    ///   - person: the id of the Patient.
    ///   - content: rules and wording.
    ///   - more: other types that the page shows of the person.
    ///   - reader: the view of the records.
    ///   - now: milliseconds since 1970.
    /// - Returns: all of it, as far as the reader sees it.
    /// - Throws: `RecordsFailure.notFound`
    package static func read(
        _ person: String, content: CareContent, with more: Set<String> = [], by reader: Reader, at now: Int64
    ) throws -> Reconciliation {
        let record = try reader.person(person, reads.union(more))
        let names = try Medicine.names(of: record, by: reader)
        return Reconciliation(record, names: names, content: content, now: now)
    }

    init(_ record: PersonRecord, names: [String: String], content: CareContent, now: Int64) {
        let lists = MedicineLists(record, names: names, content: content, now: now)
        let compared = CompareMedicines(lists.entries, checks: content.medicines)
        self.record = record
        lines = compared.lines
        authority = compared.authority
        let keys = Set(compared.lines.map(\.key))
        let drafts = MedicineDecision.drafts(record)
        decisions = drafts.filter { keys.contains($0.key) }
        orphans = drafts.filter { !keys.contains($0.key) }.map(\.value).sorted { $0.key < $1.key }
        let all = Dictionary(
            record.all("DetectedIssue").compactMap(MedicineDecision.init).map { ($0.issue.id, $0) },
            uniquingKeysWith: { $1 })
        var late: [String: MedicineDecision] = [:]
        for line in compared.lines {
            if let issue = line.entry(of: .signed)?.issue, let decision = all[issue], decision.answer != nil,
                decision.isDraft == false
            {
                late[line.key] = decision
            }
        }
        self.late = late
        caution = content.medicines.caution
        warnings =
            Self.interactions(
                lines, content.medicines, stopped: decisions.filter { $0.value.standing == .stop }.map(\.key))
            + Self.allergies(lines, record, content.medicines)
        signed = SignedMedicines.all(record, content.medicineWording)
        unknown = lines.filter { $0.entries.allSatisfy(\.makeup.ingredients.isEmpty) }.map(\.name)
    }

    /// Lines that nobody has decided on.
    package var open: [MedicineLine] { lines.filter { decisions[$0.key] == nil } }

    /// Who was asked about a line, for example `Practitioner/kim`; nil when nobody was.
    package func asked(_ decision: MedicineDecision) -> String? {
        record.all("Task").map(CareTask.init).last {
            $0.code == .medicineQuestion && $0.focus == decision.issue.reference
        }?.owner
    }

    /// Lines on which the lists agree and nobody has decided.
    package var agreeing: [MedicineLine] { open.filter(agrees) }

    /// Whether nobody has to look at a line: the lists agree, nothing speaks against it, and no answer came on it.
    package func agrees(_ line: MedicineLine) -> Bool { outcome(of: line) == .unchanged && late[line.key] == nil }

    /// What comparing says of a line: lists may agree on what does not go together.
    package func outcome(of line: MedicineLine) -> MedicineOutcome {
        line.outcome == .unchanged && warnings.contains { $0.isAlert && $0.keys.contains(line.key) }
            ? .interaction : line.outcome
    }

    /// Whether nothing has come since the last list was signed.
    package var isSettled: Bool {
        !signed.isEmpty && decisions.isEmpty && late.isEmpty
            && lines.allSatisfy { $0.entries.allSatisfy { $0.source == .signed } }
    }

    private static func interactions(
        _ lines: [MedicineLine], _ checks: MedicineChecks, stopped: [String]
    ) -> [Warning] {
        let taken = lines.filter { $0.outcome != .stopped && !stopped.contains($0.key) }
        // An ingredient is known by what is written: codes of another product may stand in a line.
        let medicines = taken.compactMap { line in
            line.kept.map { Medicine(reference: line.key, name: $0.name, rxnorm: $0.rxnorm) }
        }
        return checks.conflicts(medicines, []).map {
            Warning(text: $0.text, detail: $0.detail, keys: $0.implicated, isAlert: $0.isAlert)
        }
    }

    private static func allergies(
        _ lines: [MedicineLine], _ record: PersonRecord, _ checks: MedicineChecks
    ) -> [Warning] {
        record.all("AllergyIntolerance").flatMap { allergy -> [Warning] in
            let root = allergy.root
            let states = (root["clinicalStatus"]?.codes ?? []) + (root["verificationStatus"]?.codes ?? [])
            guard let name = root["code"]?.words,
                Set(states).isDisjoint(with: ["inactive", "resolved", "refuted", "entered-in-error"])
            else {
                return []
            }
            let made = checks.makeup(name, root["code"]?.codes ?? [])
            let plain = " \(name.plainWords) "
            return lines.filter { line in
                line.entries.contains { entry in
                    !Set(entry.makeup.ingredients).isDisjoint(with: made.ingredients)
                        || entry.makeup.kinds.contains { kind in
                            plain.contains(" \(kind.plainWords) ") || plain.contains(" \(kind.plainWords)s ")
                        }
                }
            }.map {
                Warning(
                    text: "\($0.name): allergy or intolerance on file", detail: "On file: \(name).", keys: [$0.key],
                    isAlert: true)
            }
        }
    }
}

extension MedicineLine {
    /// The entry by which the medicine is taken when the line is kept: one that does not itself say that it is not.
    package var kept: MedicineEntry? {
        let taken = entries.filter { !$0.isStopped && !$0.isNotTaken }
        return taken.first { $0.source == authority } ?? taken.first { $0.source == .home } ?? taken.first ?? leading
    }

    /// Labels of all that it stands in.
    var labels: JSON? {
        var all: [JSON] = []
        for label in entries.flatMap(\.labels) where !all.contains(label) { all.append(label) }
        return all.isEmpty ? nil : .array(all)
    }
}
