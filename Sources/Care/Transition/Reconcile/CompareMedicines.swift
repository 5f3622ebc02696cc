/// Compares the lists of a person's medicines, line by line.
///
/// - The same RxNorm code; else the same clinical drug (ingredients, strength, form, release); else the same ingredients by
///   the same route; else the same ingredients in another strength, form or by another route: the nearest pair comes first.
/// - One that only the list above has, and one that only the others have, of one class (statin, ACE inhibitor …) or with a
///   common ingredient, stand in two lines that speak of each other: each is decided on.
/// - Of one source a line holds one entry. What a source says twice in the same words is one entry; what it says twice in
///   other words is a line of its own, and a duplicate.
/// - The hospital's list stands over the others; without one the signed list, to which the rest only adds; without that the
///   clinic's, then the pharmacy's.
///
/// Pure: the same entries in any order give the same lines, and every entry stands in exactly one of them.
package struct CompareMedicines: Sendable {
    package let lines: [MedicineLine]
    /// The list that stands over the others.
    package let authority: MedicineSource?

    /// - Parameters:
    ///   - entries: of all sources.
    ///   - checks: which classes are one too many when they are there twice.
    package init(_ entries: [MedicineEntry], checks: MedicineChecks) {
        let folded = Self.folded(entries)
        authority = MedicineSource.allCases.filter { $0 != .home }.min { left, right in
            (folded.contains { $0.source == left } ? 0 : 1, Self.rank(left))
                < (folded.contains { $0.source == right } ? 0 : 1, Self.rank(right))
        }.flatMap { source in folded.contains { $0.source == source } ? source : nil }
        var groups: [[MedicineEntry]] = []
        for source in MedicineSource.allCases {
            Self.add(folded.filter { $0.source == source }, to: &groups)
        }
        let partners = Self.partners(groups, authority: authority, kinds: checks.singleKinds)
        let judge = MedicineJudgement(groups: groups, authority: authority, checks: checks)
        lines = groups.indices.map { judge.line(groups[$0], partner: partners[$0].map { groups[$0] }) }.sorted {
            (Self.rank($0.outcome), $0.name.plainWords, $0.key) < (Self.rank($1.outcome), $1.name.plainWords, $1.key)
        }
    }

    private static func rank(_ source: MedicineSource) -> Int {
        [.hospital, .signed, .clinic, .pharmacy].firstIndex(of: source) ?? 9
    }

    private static func rank(_ outcome: MedicineOutcome) -> Int {
        MedicineOutcome.allCases.firstIndex(of: outcome) ?? 9
    }

    /// In one order whatever the order was, and what one source says twice in the same words as one.
    private static func folded(_ entries: [MedicineEntry]) -> [MedicineEntry] {
        var folded: [MedicineEntry] = []
        let sorted = entries.sorted {
            ($0.source.place, $0.fingerprint, $0.references.joined()) < (
                $1.source.place, $1.fingerprint, $1.references.joined()
            )
        }
        for entry in sorted {
            if let last = folded.last, last.source == entry.source, last.fingerprint == entry.fingerprint {
                folded[folded.count - 1].references += entry.references
            } else {
                folded.append(entry)
            }
        }
        return folded
    }

    /// Puts the entries of one source to those that are there, the nearest pair first.
    private static func add(_ entries: [MedicineEntry], to groups: inout [[MedicineEntry]]) {
        var pairs: [(score: Int, entry: Int, group: Int)] = []
        for (number, entry) in entries.enumerated() {
            for (place, group) in groups.enumerated() {
                let score = group.map { nearness($0, entry) }.max() ?? 0
                if score > 0 { pairs.append((score, number, place)) }
            }
        }
        pairs.sort { ($1.score, $0.entry, $0.group) < ($0.score, $1.entry, $1.group) }
        var placed: Set<Int> = []
        var taken: Set<Int> = []
        for pair in pairs where !placed.contains(pair.entry) && !taken.contains(pair.group) {
            placed.insert(pair.entry)
            taken.insert(pair.group)
            groups[pair.group].append(entries[pair.entry])
        }
        for (number, entry) in entries.enumerated() where !placed.contains(number) {
            groups.append([entry])
        }
    }

    /// How near two entries are; 0 when they are not the same medicine.
    static func nearness(_ one: MedicineEntry, _ other: MedicineEntry) -> Int {
        if !Set(one.rxnorm).isDisjoint(with: other.rxnorm) {
            return 9
        }
        guard !one.makeup.ingredients.isEmpty, one.makeup.ingredients == other.makeup.ingredients else {
            let isSameName = !one.name.isEmpty && one.text.name.plainWords == other.text.name.plainWords
            return one.makeup.ingredients.isEmpty && other.makeup.ingredients.isEmpty && isSameName ? 6 : 0
        }
        let (left, right) = (one.text, other.text)
        func agree<Value: Equatable>(_ one: Value?, _ other: Value?) -> Bool {
            one == nil || other == nil || one == other
        }
        guard agree(left.route, right.route) else {
            return 1
        }
        let isSameStrength = !left.strength.isEmpty && left.strength.map(\.value) == right.strength.map(\.value)
        let isSameKind = agree(left.form, right.form) && agree(left.release, right.release)
        if isSameStrength, isSameKind {
            return 8
        }
        return left.amounts?.map(\.value) == right.amounts?.map(\.value) && isSameKind ? 7 : isSameKind ? 5 : 4
    }

    /// A medicine that only the list above has, and one that only the others have: of one kind or with a common ingredient.
    private static func partners(
        _ groups: [[MedicineEntry]], authority: MedicineSource?, kinds: Set<String>
    ) -> [Int: Int] {
        guard let authority, authority != .signed else {
            return [:]
        }
        var partners: [Int: Int] = [:]
        let fresh = groups.indices.filter { groups[$0].allSatisfy { $0.source == authority && !$0.isStopped } }
        let left = groups.indices.filter { !groups[$0].contains { $0.source == authority } }
        for place in fresh {
            let partner = left.first { partners[$0] == nil && isReplaced(groups[place], by: groups[$0], kinds) }
            if let partner {
                partners[partner] = place
                partners[place] = partner
            }
        }
        return partners
    }

    private static func isReplaced(_ one: [MedicineEntry], by other: [MedicineEntry], _ kinds: Set<String>) -> Bool {
        one.contains { left in
            other.contains { right in
                !Set(left.makeup.ingredients).isDisjoint(with: right.makeup.ingredients)
                    || !left.makeup.kinds.intersection(right.makeup.kinds).isDisjoint(with: kinds)
            }
        }
    }
}
