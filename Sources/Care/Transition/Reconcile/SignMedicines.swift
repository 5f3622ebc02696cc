import Access
package import FHIR
package import Records

/// Somebody signs the result of comparing the lists: a new version of the list of medicines, and the step of the transition
/// is done.
package struct SignMedicines: Sendable {
    package let person: String
    /// The keys of the lines that were read, so that nothing is signed that was not seen.
    package let seen: [String]
    package let content: CareContent
    package let zone: FacilityZone

    package init(person: String, seen: [String], content: CareContent, zone: FacilityZone) {
        self.person = person
        self.seen = seen
        self.content = content
        self.zone = zone
    }

    /// - Returns: the signed List.
    /// - Throws: ``FormProblems`` that name the lines without a decision; ``NotNow`` for who may not, when no list is
    ///   there, and when the lines are others by now.
    @discardableResult
    package func perform(in change: Change) throws -> Resource {
        try MedicineWork.check(change)
        let signer = try Signer(change.caller)
        guard try Licence(of: change).standing == .signs else {
            throw NotNow("Only somebody with a licence that holds signs a list of medicines.")
        }
        let standing = try Reconciliation.read(person, content: content, by: change.reader, at: change.now)
        guard !standing.lines.isEmpty else {
            throw NotNow("No list of medicines is there yet. Enter one first.")
        }
        guard Set(seen) == Set(standing.lines.map(\.key)) else {
            throw NotNow("The lists changed while you read them. Look at the lines again, then sign.")
        }
        try FormProblems(
            standing.open.map {
                .init(DecideMedicines.field("d", $0.key), "\($0.name): decide what becomes of it.")
            }
        ).check()
        let before = standing.signed.first
        if let before {
            try retire(before, in: change)
        }
        var entries: [JSON] = []
        for line in standing.lines {
            guard let decision = standing.decisions[line.key] else {
                continue
            }
            let statement = try change.create(self.statement(line, decision, in: change))
            entries.append([
                "flag": CareCode.concept(
                    MedicineDecision.Kind.system, decision.standing.rawValue, decision.standing.title),
                "item": .reference(statement.reference),
            ])
            try finish(decision, in: change)
        }
        for orphan in standing.orphans {
            var json = orphan.issue.value
            json["status"] = "cancelled"
            try change.update(json, ifVersion: orphan.issue.version)
        }
        let list = try change.create(list(entries, signer, (before?.version ?? 0) + 1, in: change))
        try seal(list, signer, in: change)
        try close(signer, in: change)
        return list
    }

    /// The version before stays readable; what stood on it is told by the new one.
    private func retire(_ before: SignedMedicines, in change: Change) throws {
        for reference in before.list.root.list("entry").compactMap({ $0.text("item", "reference") }) {
            guard let statement = try change.reader.find(reference: reference),
                ["active", "on-hold"].contains(statement.root.text("status") ?? "")
            else {
                continue
            }
            var json = statement.value
            json["status"] = "completed"
            try change.update(json, ifVersion: statement.version)
        }
        var json = before.list.value
        json["status"] = "retired"
        try change.update(json, ifVersion: before.list.version)
    }

    private func finish(_ decision: MedicineDecision, in change: Change) throws {
        var json = decision.issue.value
        json["status"] = "final"
        try change.update(json, ifVersion: decision.issue.version)
    }

    private func statement(_ line: MedicineLine, _ decision: MedicineDecision, in change: Change) -> JSON {
        let wording = content.medicineWording
        let kind = decision.standing
        let kept = line.kept
        let name = kept?.name ?? line.name
        let typed = (decision.answer?.takes ?? decision.takes).map { MedicineText($0, wording) }
        // "20 mg once a day" gives the medicine another strength; "half a tablet" does not.
        let isOtherStrength = kind == .change && !(typed?.strength.isEmpty ?? true)
        let title =
            (isOtherStrength
                ? [kept?.text.name ?? name, typed?.strength.map(\.words).joined(separator: " / ") ?? ""]
                    .joined(separator: " ") : Self.plain(kept) ?? name) + Self.called(line, beside: name)
        var dosage = kept.flatMap { MedicineDosage.json($0.text, wording) }
        if dosage == nil, let says = kept?.takes { dosage = ["text": .string(says)] }
        if kind == .change, let typed { dosage = MedicineDosage.json(typed, wording) }
        let isHeld = kind == .ask && decision.isHeld
        var why: [JSON] = [
            ["system": .string(MedicineDecision.Kind.system), "code": .string(kind.rawValue)],
            ["system": .string(MedicineOutcome.system), "code": .string(Self.news(line).rawValue)],
        ]
        if let reason = decision.answer == nil ? decision.reason : "prescriber-says" {
            why.append(["system": .string(MedicineDecision.reasonSystem), "code": .string(reason)])
        }
        if isHeld {
            why.append([
                "system": .string(MedicineDecision.meanwhileSystem), "code": .string(MedicineDecision.held),
            ])
        }
        let reason = line.entries.lazy.compactMap(\.reason).first
        let coded = isOtherStrength ? nil : kept?.concept?["coding"]
        return .compact([
            "resourceType": "MedicationStatement",
            "meta": line.labels.map { ["security": $0] },
            "identifier": [
                ["system": .string(SignedMedicines.issueSystem), "value": .string(decision.issue.id)]
            ],
            "status": kind == .stop ? "stopped" : isHeld ? "on-hold" : "active",
            "statusReason": [
                .compact([
                    "coding": .array(why), "text": (decision.answer?.words ?? decision.words).map(JSON.string),
                ])
            ],
            "category": CareCode.concept(MedicineSource.system, MedicineSource.signed.rawValue, "Signed list"),
            "medicationCodeableConcept": .compact(["coding": coded, "text": .string(title)]),
            "subject": .reference("Patient/\(person)"),
            "effectiveDateTime": .string(FHIRDate.instant(change.now)),
            "dateAsserted": .string(FHIRDate.instant(change.now)),
            "informationSource": change.caller.practitioner.map { .reference($0) },
            "derivedFrom": .array(line.references.map { .reference($0) }),
            "reasonCode": reason.map { [["text": .string($0)]] },
            "dosage": dosage.map { [$0] },
        ])
    }

    /// Name and strength of what an export writes at length: "metoprolol succinate 100 mg".
    private static func plain(_ entry: MedicineEntry?) -> String? {
        guard let entry, !entry.rxnorm.isEmpty, !entry.text.name.isEmpty, !entry.text.strength.isEmpty else {
            return nil
        }
        return entry.text.title
    }

    /// What is news to the person: of two of a kind, the one that only the list above has.
    private static func news(_ line: MedicineLine) -> MedicineOutcome {
        line.outcome == .substituted
            ? line.entries.allSatisfy { $0.source == line.authority } ? .new : .unchanged : line.outcome
    }

    /// The name by which the person knows it, where it is another: " (Lasix)".
    private static func called(_ line: MedicineLine, beside name: String) -> String {
        guard let home = line.entry(of: .home)?.text.name, !home.isEmpty,
            let first = home.plainWords.split(separator: " ").first,
            !name.plainWords.split(separator: " ").contains(first)
        else {
            return ""
        }
        return " (\(home))"
    }

    private func list(_ entries: [JSON], _ signer: Signer, _ version: Int, in change: Change) -> JSON {
        [
            "resourceType": "List",
            "identifier": [
                ["system": .string(SignedMedicines.system), "value": .string("\(person)/\(version)")]
            ],
            "status": "current",
            "mode": "snapshot",
            "title": .string("Medicines, version \(version)"),
            "code": [
                "coding": [["system": "http://loinc.org", "code": "10160-0"]], "text": "Medicines, reconciled",
            ],
            "subject": .reference("Patient/\(person)"),
            "date": .string(FHIRDate.instant(change.now)),
            "source": ["reference": .string(signer.practitioner), "display": .string(signer.name)],
            "entry": .array(entries),
        ]
    }

    /// The signature: who, when, of which version.
    private func seal(_ list: Resource, _ signer: Signer, in change: Change) throws {
        let who: JSON = ["reference": .string(signer.practitioner), "display": .string(signer.name)]
        try change.create(
            .compact([
                "resourceType": "Provenance",
                "meta": list.root["meta"]?["security"].map { ["security": $0.value] },
                "target": [.reference(list.reference), .reference("Patient/\(person)")],
                "recorded": .string(FHIRDate.instant(change.now)),
                "activity": CareCode.concept(SignedMedicines.system, "signed"),
                "agent": [["who": who]],
                "signature": [
                    [
                        "type": [["system": "urn:iso-astm:E1762-95:2013", "code": "1.2.840.10065.1.12.1.1"]],
                        "when": .string(FHIRDate.instant(change.now)),
                        "who": who,
                    ]
                ],
            ]))
    }

    /// The step of a transition that asks for it is done; without one it is recorded by itself.
    private func close(_ signer: Signer, in change: Change) throws {
        let day = zone.day(of: Int(change.now / 1000)).text
        let tasks = try change.reader.person(person, ["Task"]).all("Task").map(CareTask.init).filter {
            $0.code == .medicationReconciliation && $0.isOpen
        }
        var isRecorded = false
        for task in tasks {
            let episode = task.resource.root.list("basedOn").lazy.compactMap { $0.text("reference") }
                .first { $0.hasPrefix("EpisodeOfCare/") }
            if let episode {
                try RecordReconciled(
                    episode: String(episode.dropFirst("EpisodeOfCare/".count)), version: nil, day: day, note: nil,
                    performer: signer.practitioner, zone: zone
                ).perform(in: change)
                isRecorded = true
            } else {
                _ = try task.store("Done: the list of medicines was signed.", in: change) { json in
                    json["status"] = "completed"
                    json.end(at: change.now)
                }
            }
        }
        if !isRecorded {
            try change.create(
                RecordReconciled.procedure(
                    person: person, day: day, performer: signer.practitioner, note: nil))
        }
    }
}
