import Access
import FHIR
package import Records

/// Makes one person of two entries: all that is about the one who goes moves to the one who is kept, in one transaction.
/// The entry that goes stays readable, out of use, with a link to the other (FHIR R4 §8.1.3, Patient.link). What was
/// moved is kept, so that ``UnmergePeople`` puts back exactly that.
package struct MergePeople: Sendable {
    package let pair: String
    /// The version of the pair that was read.
    package let version: Int?
    /// The id of the Patient who is kept; one of the pair.
    package let keep: String
    package let reason: String?

    package init(pair: String, version: Int?, keep: String, reason: String?) {
        self.pair = pair
        self.version = version
        self.keep = keep
        self.reason = reason
    }

    /// - Returns: what was moved.
    /// - Throws: ``FormProblems`` on `keep` or `reason`; ``NotNow`` with all that stands against it;
    ///   `RecordsFailure.forbidden` without the office.
    @discardableResult
    package func perform(in change: Change) throws -> Change.Moved {
        guard change.permits(.mergePeople) else {
            throw RecordsFailure.forbidden(type: "Patient")
        }
        let found = try DuplicatePair.get(pair, version: version, in: change)
        guard found.state == .waiting || found.state == .later else {
            throw NotNow("This pair is decided already.")
        }
        guard keep == found.one || keep == found.other else {
            throw FormProblems("keep", "Choose which entry is kept.")
        }
        let why = try DuplicatePair.reason(reason)
        let other = found.goes(when: keep)
        let blocks = try MergeBlocks.read(keeping: keep, over: other, by: change.reader, at: change.now)
        guard blocks.isEmpty else {
            throw NotNow(blocks.joined(separator: " "))
        }
        let moved = try change.moveRecords(of: other, to: keep) { Self.speaksOfPairs($0) }
        try link(try change.reader.get("Patient", other), "replaced-by", keep, isActive: false, in: change)
        try link(try change.reader.get("Patient", keep), "replaces", other, isActive: nil, in: change)
        try found.decide("completed", because: why, output: [("moved", moved.ledger), ("kept", keep)], in: change)
        return moved
    }

    /// A question about two entries stays with the entries that it names.
    private static func speaksOfPairs(_ root: JSONNode) -> Bool {
        root["resourceType"]?.string == "Task"
            && root["code"]?.list("coding").contains { $0.text("system") == DuplicatePair.system } ?? false
    }

    private func link(
        _ patient: Resource, _ type: String, _ other: String, isActive: Bool?, in change: Change
    ) throws {
        var json = patient.value
        if let isActive {
            json["active"] = .bool(isActive)
        }
        json["link"] = .array(
            (json["link"]?.array ?? []) + [["other": .reference("Patient/\(other)"), "type": .string(type)]])
        try change.update(json, ifVersion: patient.version)
    }
}

/// Why two entries cannot become one as they stand, each in plain words with what to do about it.
package enum MergeBlocks {
    static let reads: Set<String> = ["EpisodeOfCare", "Consent", "CarePlan"]

    /// - Parameters:
    ///   - keep: the id of the Patient who is kept.
    ///   - other: the id of the Patient who goes.
    ///   - reader: of somebody with the office `merge-people`.
    ///   - now: milliseconds since 1970.
    /// - Returns: nothing when nothing stands against it.
    /// - Throws: what reading the records throws.
    package static func read(keeping keep: String, over other: String, by reader: Reader, at now: Int64) throws
        -> [String]
    {
        let records = (try reader.person(keep, reads), try reader.person(other, reads))
        guard let one = records.0.patient?.root, let two = records.1.patient?.root else {
            return []
        }
        var blocks: [String] = []
        if one["active"]?.bool == false || two["active"]?.bool == false {
            blocks.append("One of the two is out of use already.")
        }
        if PersonState.isDeceased(one) != PersonState.isDeceased(two) {
            blocks.append("One of the two is recorded as dead and the other is not. Correct that first.")
        }
        blocks += episodes(records.0, records.1)
        if [records.0, records.1].contains(where: { isShared($0, at: now) }) {
            blocks.append(
                "Somebody sees one of the records in the portal as a caregiver or a parent, and would see both. End that first; the person can share the joined record anew."
            )
        }
        for hazard in try reader.mergeHazards(keeping: keep, over: other, at: now).sorted(by: { "\($0)" < "\($1)" }) {
            blocks.append(words(hazard, reader))
        }
        return blocks
    }

    private static func episodes(_ one: PersonRecord, _ other: PersonRecord) -> [String] {
        func open(_ record: PersonRecord) -> Set<String> {
            Set(
                Enrollment.all(record).filter { $0.isOpen || $0.status == .waitlist || $0.status == .planned }
                    .map(\.program))
        }
        return open(one).intersection(open(other)).sorted().map {
            "Both are enrolled in, or wait for, the programme \($0). Close one of the two first."
        }
    }

    /// Whether a consent lets somebody else look at the record now.
    private static func isShared(_ record: PersonRecord, at now: Int64) -> Bool {
        record.all("Consent").contains { consent in
            let kinds = consent.root.list("category").compactMap { CareCode.code($0, in: CareCode.consent) }
            let ends = consent.root.text("provision", "period", "end").flatMap { FHIRDate($0) }?.high
            return kinds.contains { ConsentKind(rawValue: $0).map(ConsentKind.elsewhere.contains) ?? false }
                && consent.root.text("status") == "active" && (ends ?? .max) > now
        }
    }

    private static func words(_ hazard: MergeHazard, _ reader: Reader) -> String {
        switch hazard {
        case .account:
            "The entry that would go has an account in the portal. End the account first and invite the person anew."
        case .handOver: "One of the records is handed over by a link that still works. Let the person end it first."
        case .consent(let label):
            "A consent of one of them would open what is closed for the other: \(reader.label(label)?.title ?? label). Settle the consents of both first."
        }
    }
}
