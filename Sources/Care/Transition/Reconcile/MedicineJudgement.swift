/// Says of each line what became of the medicine, and what differs.
struct MedicineJudgement {
    private let groups: [[MedicineEntry]]
    private let authority: MedicineSource?
    private let checks: MedicineChecks
    /// Lists other than the one that stands over them.
    private let hasOthers: Bool

    init(groups: [[MedicineEntry]], authority: MedicineSource?, checks: MedicineChecks) {
        self.groups = groups
        self.authority = authority
        self.checks = checks
        hasOthers = groups.contains { $0.contains { $0.source != authority } }
    }

    func line(_ group: [MedicineEntry], partner: [MedicineEntry]?) -> MedicineLine {
        let above = group.first { $0.source == authority }
        let others = group.filter { $0.source != authority }
        func line(_ outcome: MedicineOutcome, _ differences: [String]) -> MedicineLine {
            MedicineLine(group, outcome, differences, authority)
        }
        if let above, above.isStopped {
            return line(.stopped, ["\(above.source.title): to be stopped"])
        }
        if let idle = group.first(where: \.isNotTaken), group.count > 1 {
            return line(.unclear, ["\(idle.source.title): not taken; the other lists have it"])
        }
        if let other = partner?.first, let first = group.first {
            let list = authority?.title ?? ""
            return line(
                .substituted,
                above == nil
                    ? ["\(list): \(other.name) is there, in the place of \(first.name)"] + among(others)
                    : ["\(list): \(first.name), in the place of \(other.name) (\(other.source.title))"])
        }
        if let twin = twin(of: group) {
            return line(.duplicate, ["\(group[0].source.title) has it twice: also as \(twin.name)"])
        }
        if authority == .signed, above == nil || others.isEmpty {
            return above == nil
                ? line(.new, ["Come since the last signed list"] + among(others)) : line(.unchanged, [])
        }
        guard let above else {
            return authority == nil
                ? line(.unclear, ["Only the person says so: no other list is there"])
                : line(.omitted, ["\(authority?.title ?? ""): does not mention it"] + among(others))
        }
        guard !others.isEmpty else {
            if !hasOthers {
                return line(.unclear, ["Only one list is there: nothing to compare it with"])
            }
            return line(.new, ["Only on the list: \(above.source.title)"])
        }
        var compared = 0
        var differences: [String] = []
        for other in others {
            let found = MedicineDifference(above, other)
            compared += found.compared
            differences += found.words
        }
        if !differences.isEmpty {
            return line(.changed, differences)
        }
        return compared == 0
            ? line(.unclear, ["How much and how often is not said on both sides"]) : line(.unchanged, [])
    }

    /// Where a source that stands alone in a line has the same ingredients in another.
    private func twin(of group: [MedicineEntry]) -> MedicineEntry? {
        guard group.count == 1, let only = group.first, !only.makeup.ingredients.isEmpty,
            !only.makeup.ingredients.contains(where: checks.isSplit)
        else {
            return nil
        }
        return groups.lazy.flatMap(\.self).first {
            $0.source == only.source && $0.makeup.ingredients == only.makeup.ingredients
                && $0.references != only.references && !$0.isStopped
        }
    }

    /// Whether those that the list above leaves out differ among themselves.
    private func among(_ others: [MedicineEntry]) -> [String] {
        guard let first = others.first else {
            return []
        }
        return others.dropFirst().flatMap { MedicineDifference(first, $0).words }
    }
}

/// What two entries of one medicine say differently; what only one of them says is no difference.
struct MedicineDifference {
    private(set) var words: [String] = []
    /// How many things both sides say.
    private(set) var compared = 0

    init(_ one: MedicineEntry, _ other: MedicineEntry) {
        let (left, right) = (one.text, other.text)
        func differ(_ what: String, _ mine: String?, _ theirs: String?) {
            words.append(
                "\(what): \(one.source.title) \(mine ?? "not said"), \(other.source.title) \(theirs ?? "not said")")
        }
        if let mine = left.amounts, let theirs = right.amounts, mine.map(\.kind) == theirs.map(\.kind) {
            compared += 1
            let isSame = zip(mine, theirs).allSatisfy { abs($0.value - $1.value) <= 0.000_1 * max($0.value, $1.value) }
            if !isSame { differ("Dose", left.amountWords, right.amountWords) }
        } else if let mine = left.count, let theirs = right.count, left.amounts == nil || right.amounts == nil {
            compared += 1
            if mine != theirs { differ("Dose", left.amountWords, right.amountWords) }
        }
        if left.perDay != nil || left.asNeeded, right.perDay != nil || right.asNeeded {
            compared += 1
            let isOther = left.perDay.map { mine in right.perDay.map { abs(mine - $0) > 0.001 } ?? false } ?? false
            let isOtherTime = !left.times.isEmpty && !right.times.isEmpty && left.times != right.times
            if isOther || isOtherTime || left.asNeeded != right.asNeeded {
                differ("How often", Self.often(left), Self.often(right))
            }
        }
        if let mine = left.route, let theirs = right.route, mine != theirs {
            differ("Route", mine, theirs)
        }
        if let mine = left.form, let theirs = right.form, mine != theirs, left.route == right.route {
            differ("Form", mine, theirs)
        }
        if let mine = left.release, let theirs = right.release, mine != theirs {
            differ("Release", mine, theirs)
        }
    }

    private static func often(_ text: MedicineText) -> String {
        let times = text.times.map(\.rawValue).joined(separator: " and ")
        return [text.frequency?.words.en, times.isEmpty ? nil : times, text.asNeeded ? "as needed" : nil]
            .compactMap(\.self).joined(separator: ", ")
    }
}
