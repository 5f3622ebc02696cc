import Access
import FHIR
package import Records

/// Looks whether a person is on file twice, and lays each pair that may be before somebody. A pair is laid before them
/// once: what was decided stands.
package struct FindDuplicates: Sendable {
    package let person: String
    package let rules: MatchRules

    package init(person: String, rules: MatchRules) {
        self.person = person
        self.rules = rules
    }

    /// - Returns: how many pairs are new.
    @discardableResult
    package func perform(in change: Change) throws -> Int {
        guard let patient = try change.reader.find("Patient", person), patient.root["active"]?.bool != false else {
            return 0
        }
        let matches = try FindMatches.read(
            MatchFacts(patient.root), rules: rules, by: change.reader, except: person, most: 5)
        return try matches.filter { try lay($0, in: change) }.count
    }

    private func lay(_ match: FindMatches.Match, in change: Change) throws -> Bool {
        guard try DuplicatePair.known(person, match.id, by: change.reader) == nil else {
            return false
        }
        try DuplicatePair.lay(person, match.id, isUrgent: match.evidence.verdict == .sure, in: change)
        return true
    }
}

/// The pairs that wait for a decision, the surest first, then those that were put off.
package struct DuplicateList: Sendable {
    package struct Row: Sendable {
        package let pair: DuplicatePair
        package let one: Resource
        package let other: Resource
        package let evidence: MatchEvidence
    }

    package let rows: [Row]
    /// Whether there are more than are given.
    package let isCut: Bool

    /// How many are given at most.
    package static let most = 50

    package static func read(_ rules: MatchRules, by reader: Reader) throws -> DuplicateList {
        var rows: [Row] = []
        var isCut = false
        for status in ["requested", "on-hold"] {
            let tasks = try reader.search(
                Query(
                    "Task",
                    [
                        .token("code", system: DuplicatePair.system, code: DuplicatePair.code),
                        .token("status", system: nil, code: status),
                    ], limit: most * 4))
            for pair in tasks.compactMap(DuplicatePair.init) {
                // Where one of them was merged with a third, the pair is no question any more.
                guard let one = try reader.find("Patient", pair.one),
                    let other = try reader.find("Patient", pair.other),
                    one.root["active"]?.bool != false, other.root["active"]?.bool != false
                else {
                    continue
                }
                let evidence = MatchEvidence(MatchFacts(one.root), MatchFacts(other.root), rules: rules)
                rows.append(Row(pair: pair, one: one, other: other, evidence: evidence))
            }
            isCut = isCut || tasks.count == most * 4
        }
        func rank(_ row: Row) -> Int { row.pair.state == .later ? 2 : row.evidence.verdict == .sure ? 0 : 1 }
        let sorted = rows.sorted {
            (rank($0), -$0.evidence.score, $0.pair.id) < (rank($1), -$1.evidence.score, $1.pair.id)
        }
        return DuplicateList(rows: Array(sorted.prefix(most)), isCut: isCut || sorted.count > most)
    }
}

/// Two people who only look alike, or a decision that waits.
package struct DecideDuplicate: Sendable {
    package enum Answer: String, Sendable, CaseIterable {
        case different, later
    }

    package let pair: String
    /// The version that was read.
    package let version: Int?
    package let answer: Answer
    package let reason: String?

    package init(pair: String, version: Int?, answer: Answer, reason: String?) {
        self.pair = pair
        self.version = version
        self.answer = answer
        self.reason = reason
    }

    /// - Throws: ``FormProblems`` on `reason`; ``NotNow`` when it is decided already.
    @discardableResult
    package func perform(in change: Change) throws -> Resource {
        guard change.permits(.mergePeople) else {
            throw RecordsFailure.forbidden(type: "Task")
        }
        let found = try DuplicatePair.get(pair, version: version, in: change)
        guard found.state == .waiting || found.state == .later else {
            throw NotNow("This pair is decided already.")
        }
        return try found.decide(
            answer == .different ? "rejected" : "on-hold", because: DuplicatePair.reason(reason), in: change)
    }
}
