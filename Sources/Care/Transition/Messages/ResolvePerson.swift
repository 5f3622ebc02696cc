import FHIR
import Records

/// Whom a message is about: by a number that is on file, else by names, birth date and address (Content/matching).
enum ResolvePerson {
    enum Answer {
        case person(Resource)
        /// Somebody on file may be meant; a person has to say.
        case review(String)
        /// Nobody on file is meant.
        case unknown
        /// The message names nobody.
        case nobody
    }

    static let mayBe = "Somebody on file may be meant."
    static let otherwise = "The number is on file for somebody who is otherwise different."

    /// - Parameters:
    ///   - patient: the Patient of the message.
    ///   - rules: how alike is alike.
    ///   - reader: sees everybody.
    /// - Returns: whom it means, or that it cannot be told.
    /// - Throws: what reading the records throws.
    static func read(_ patient: JSON?, rules: MatchRules, by reader: Reader) throws -> Answer {
        guard let patient, let root = try? patient.document().root else {
            return .nobody
        }
        let wanted = MatchFacts(root)
        for identifier in patient["identifier"]?.array ?? [] {
            if let known = try bearer(of: identifier, reader) {
                return isMeant(wanted, known, identifier, rules) ? .person(known.current) : .review(otherwise)
            }
        }
        guard !wanted.names.isEmpty else {
            return .nobody
        }
        let matches = try FindMatches.read(wanted, rules: rules, by: reader, most: 3)
        let sure = matches.filter { $0.evidence.verdict == .sure }
        if let only = sure.first, sure.count == 1 {
            return .person(only.patient)
        }
        return matches.isEmpty ? .unknown : .review(mayBe)
    }

    /// The Patient in use who has a number.
    static func known(_ identifier: JSON, _ reader: Reader) throws -> Resource? {
        try bearer(of: identifier, reader)?.current
    }

    /// The entry that carries a number, and the one that is in use now where it was merged away.
    private typealias Bearer = (entry: Resource, current: Resource)

    private static func bearer(of identifier: JSON, _ reader: Reader) throws -> Bearer? {
        guard let system = identifier["system"]?.string, let value = identifier["value"]?.string else {
            return nil
        }
        let found = try reader.search(
            Query("Patient", [.token("identifier", system: system, code: value)], limit: 5)
        ).map { (entry: $0, current: try MergedAway.follow($0, by: reader)) }
        return found.first { $0.current.root["active"]?.bool != false } ?? found.first
    }

    /// On an identifier: somebody has said that the number is this person's.
    static let decidedURL = "urn:almoner:extension:decided"

    /// Whether a message with a number means who has it: the message says no more than the number, or the two are alike.
    /// An entry that was merged away, and a number that is over or that somebody has decided on, were
    /// of somebody who was written otherwise.
    private static func isMeant(
        _ wanted: MatchFacts, _ bearer: Bearer, _ identifier: JSON, _ rules: MatchRules
    ) -> Bool {
        let isBare = wanted.names.isEmpty || wanted.birth == nil
        let isSettled = bearer.current.root.list("identifier").contains {
            ($0.text("use") == "old" || $0.list("extension").contains { $0.text("url") == decidedURL })
                && $0.text("system") == identifier["system"]?.string
                && $0.text("value") == identifier["value"]?.string
        }
        return isBare || isSettled
            || [bearer.entry, bearer.current].contains {
                isAlike(MatchEvidence(wanted, MatchFacts($0.root), rules: rules))
            }
    }

    /// One thing may have changed since: a name by marriage, a birth date that was corrected.
    private static func isAlike(_ evidence: MatchEvidence) -> Bool {
        [.given, .family, .birth, .sex].count { evidence[$0] == .different } <= 1
    }
}
