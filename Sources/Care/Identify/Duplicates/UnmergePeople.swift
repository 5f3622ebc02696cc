import Access
import FHIR
package import Records

/// Undoes a merge: what was moved goes back as it was; what was changed since goes back as it is now; what was recorded
/// since stays with the one who was kept, for nobody knows whose it is but who reads it.
package struct UnmergePeople: Sendable {
    package let pair: String
    /// The version of the pair that was read.
    package let version: Int?
    package let reason: String?

    package init(pair: String, version: Int?, reason: String?) {
        self.pair = pair
        self.version = version
        self.reason = reason
    }

    /// - Returns: what came of it.
    /// - Throws: ``FormProblems`` on `reason`; ``NotNow`` when there is nothing to undo or a later merge stands in the way.
    @discardableResult
    package func perform(in change: Change) throws -> Change.MovedBack {
        guard change.permits(.mergePeople) else {
            throw RecordsFailure.forbidden(type: "Patient")
        }
        let found = try DuplicatePair.get(pair, version: version, in: change)
        guard found.state == .same, let merge = found.merge else {
            throw NotNow("This pair was not merged.")
        }
        let why = try DuplicatePair.reason(reason)
        let other = found.goes(when: merge.kept)
        let kept = try change.reader.get("Patient", merge.kept)
        guard MergedAway.successor(kept.root) == nil else {
            throw NotNow("The entry that was kept was itself merged with another one later. Undo that first.")
        }
        let back = try change.moveBack(merge.ledger, from: merge.kept, to: other)
        try unlink(kept, "replaces", other, in: change)
        let gone = try change.reader.get("Patient", other)
        let before = try change.reader.history("Patient", other).first { MergedAway.successor($0.root) != merge.kept }
        try unlink(gone, "replaced-by", merge.kept, as: before?.root["active"]?.bool, in: change)
        try found.decide("cancelled", because: why, output: [("kept", merge.kept)], in: change)
        return back
    }

    /// Takes the link away; `active` as it was before, absent where it was.
    private func unlink(
        _ patient: Resource, _ type: String, _ other: String, as active: Bool?? = nil, in change: Change
    ) throws {
        var json = patient.value
        let left = (json["link"]?.array ?? []).filter {
            $0["type"]?.string != type || $0["other"]?["reference"]?.string != "Patient/\(other)"
        }
        json["link"] = left.isEmpty ? nil : .array(left)
        if let active {
            json["active"] = active.map { .bool($0) }
        }
        try change.update(json, ifVersion: patient.version)
    }
}
