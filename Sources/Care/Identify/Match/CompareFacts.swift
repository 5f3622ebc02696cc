package import FHIR

/// How two entries compare, field by field, and what that comes to.
package struct MatchEvidence: Sendable, Equatable {
    package enum Agreement: String, Sendable {
        case same, near, different, missing
    }

    package enum Verdict: String, Sendable {
        /// One person, by all that is known.
        case sure
        /// Somebody has to look.
        case review
        /// Nobody is likely to be meant.
        case new
    }

    package struct Line: Sendable, Equatable {
        package let field: MatchField
        package let agreement: Agreement
        /// What it adds: a natural logarithm, negative where it speaks against.
        package let weight: Double
        /// What is near about it, in plain words.
        package let why: String?
    }

    package let lines: [Line]
    /// The sum of all weights.
    package let score: Double
    package let verdict: Verdict

    /// Compares two entries.
    /// - Parameters:
    ///   - one: an entry.
    ///   - other: another one; the order does not matter.
    ///   - rules: weights and thresholds.
    package init(_ one: MatchFacts, _ other: MatchFacts, rules: MatchRules) {
        let comparing = CompareFacts(one: one, other: other, rules: rules)
        var lines = [comparing.identifier()]
        lines += comparing.names()
        lines += [comparing.birth(), comparing.sex()]
        lines += comparing.home()
        lines.append(comparing.phone())
        self.lines = lines
        score = lines.reduce(0) { $0 + $1.weight }
        func agreement(_ field: MatchField) -> Agreement {
            lines.first { $0.field == field }?.agreement ?? .missing
        }
        let names = [agreement(.given), agreement(.family)]
        let isNamed = names.allSatisfy { $0 == .same || $0 == .near }
        let hasNumber = agreement(.identifier) == .same
        let isBorn = agreement(.birth) == .same || (hasNumber && agreement(.birth) == .near)
        if isNamed, isBorn, agreement(.sex) != .different, score >= rules.sure || hasNumber {
            verdict = .sure
        } else if score >= rules.review || hasNumber {
            verdict = .review
        } else {
            verdict = .new
        }
    }

    package subscript(field: MatchField) -> Agreement { lines.first { $0.field == field }?.agreement ?? .missing }
}

/// The comparisons of single fields.
struct CompareFacts {
    let one: MatchFacts
    let other: MatchFacts
    let rules: MatchRules

    private typealias Line = MatchEvidence.Line

    func identifier() -> MatchEvidence.Line {
        guard !one.identifiers.isEmpty, !other.identifiers.isEmpty else {
            return Line(field: .identifier, agreement: .missing, weight: 0, why: nil)
        }
        // Another number says little: one person has many.
        let isSame = !one.identifiers.isDisjoint(with: other.identifiers)
        return Line(
            field: .identifier, agreement: isSame ? .same : .missing, weight: 0,
            why: isSame ? "the same number of the same office" : nil)
    }

    /// Given and family name, by the pair of names that agrees best.
    func names() -> [MatchEvidence.Line] {
        var best: [MatchEvidence.Line] = []
        for left in one.names {
            for right in other.names {
                let straight = [
                    line(.given, given(left.given, right.given)), line(.family, family(left.family, right.family)),
                ]
                for lines in [straight, swapped(left, right)].compactMap({ $0 }) where sum(lines) > sum(best) {
                    best = lines
                }
            }
        }
        return best.isEmpty ? [line(.given, nil), line(.family, nil)] : best
    }

    private func sum(_ lines: [MatchEvidence.Line]) -> Double {
        lines.isEmpty ? -.infinity : lines.reduce(0) { $0 + $1.weight }
    }

    private typealias Near = (share: Double, why: String?)

    /// Family and given name were written into each other's place.
    private func swapped(_ left: MatchFacts.Name, _ right: MatchFacts.Name) -> [MatchEvidence.Line]? {
        guard let first = left.given.first, first == right.family, let second = right.given.first, second == left.family
        else {
            return nil
        }
        let why = "given and family name exchanged"
        return [line(.given, (rules.swappedShare, why)), line(.family, (rules.swappedShare, why))]
    }

    private func given(_ left: [String], _ right: [String]) -> Near? {
        guard let one = left.first, let other = right.first else {
            return nil
        }
        if one == other {
            return (1, nil)
        }
        if left.contains(other) || right.contains(one) {
            return (rules.likeness, "a middle name is used")
        }
        if rules.areKin(one, other) {
            return (rules.nicknameShare, "a short form of the other")
        }
        if one.unicodeScalars.count == 1 || other.unicodeScalars.count == 1, one.first == other.first {
            return (rules.initialShare, "only the initial is written")
        }
        return near(one, other)
    }

    private func family(_ left: String, _ right: String) -> Near? {
        guard !left.isEmpty, !right.isEmpty else {
            return nil
        }
        if left == right || left.filter({ $0 != " " }) == right.filter({ $0 != " " }) {
            return (1, nil)
        }
        let (ones, others) = (left.split(separator: " "), right.split(separator: " "))
        if ones.count != others.count, Set(ones).isSubset(of: others) || Set(others).isSubset(of: ones) {
            return (rules.likeness, "one of two family names")
        }
        return near(left, right)
    }

    private func near(_ left: String, _ right: String) -> Near {
        let likeness = NameLikeness.of(left, right)
        return likeness >= rules.likeness ? (likeness, "spelled nearly alike") : (0, nil)
    }

    func birth() -> MatchEvidence.Line {
        guard let left = one.birth, let right = other.birth else {
            return line(.birth, nil)
        }
        if left == right {
            return line(.birth, (1, nil))
        }
        return line(.birth, Self.nearBirth(left, right).map { (rules.birthShare, $0) } ?? (0, nil))
    }

    /// What may have gone wrong when one day was written for another; nil when they are simply different.
    static func nearBirth(_ left: CalendarDay, _ right: CalendarDay) -> String? {
        if left.year == right.year, left.month == right.day, left.day == right.month {
            return "day and month exchanged"
        }
        let (ones, others) = (Array(left.text.utf8), Array(right.text.utf8))
        let off = zip(ones, others).enumerated().filter { $0.element.0 != $0.element.1 }
        if off.count == 1 {
            return "one digit differs"
        }
        if off.count == 2, off[0].element.0 == off[1].element.1, off[0].element.1 == off[1].element.0 {
            return "two digits exchanged"
        }
        return nil
    }

    func sex() -> MatchEvidence.Line {
        guard let left = one.sex, let right = other.sex else {
            return line(.sex, nil)
        }
        return line(.sex, (left == right ? 1 : 0, nil))
    }

    /// The address, or the postcode where the address does not agree: one says what the other says.
    func home() -> [MatchEvidence.Line] {
        let address = shared(.address, one.addresses, other.addresses)
        let postcode = shared(.postcode, one.postcodes, other.postcodes)
        guard address.agreement == .same else {
            return postcode.agreement == .same
                ? [Line(field: .address, agreement: address.agreement, weight: 0, why: nil), postcode]
                : [address, Line(field: .postcode, agreement: postcode.agreement, weight: 0, why: nil)]
        }
        return [address, Line(field: .postcode, agreement: postcode.agreement, weight: 0, why: nil)]
    }

    func phone() -> MatchEvidence.Line { shared(.phone, one.phones, other.phones) }

    private func shared(_ field: MatchField, _ left: Set<String>, _ right: Set<String>) -> MatchEvidence.Line {
        left.isEmpty || right.isEmpty ? line(field, nil) : line(field, (left.isDisjoint(with: right) ? 0 : 1, nil))
    }

    private func line(_ field: MatchField, _ near: (share: Double, why: String?)?) -> MatchEvidence.Line {
        guard let near, let weight = rules.weights[field] else {
            return Line(field: field, agreement: .missing, weight: 0, why: nil)
        }
        if near.share >= 1 {
            return Line(field: field, agreement: .same, weight: weight.same, why: near.why)
        }
        return near.share > 0
            ? Line(field: field, agreement: .near, weight: weight.same * near.share, why: near.why)
            : Line(field: field, agreement: .different, weight: weight.different, why: nil)
    }
}
