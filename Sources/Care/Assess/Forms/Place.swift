extension Instrument {
    /// Where an answer stands: the question, and the rows of the repeating parts around it, from outside. The first row
    /// everywhere is called by the link id alone, so that a form without repeating parts knows link ids only.
    package struct Place: Hashable, Sendable {
        package var linkId: String
        package var rows: [Int]

        package init(linkId: String, rows: [Int]) {
            self.linkId = linkId
            self.rows = rows
        }

        /// Reads `medicine~2-1`; what is no place is a link id.
        package init(key: String) {
            let parts = key.split(separator: "~", omittingEmptySubsequences: false)
            let numbers = parts.count == 2 ? parts[1].split(separator: "-").map { Int($0) } : []
            guard !numbers.isEmpty, numbers.allSatisfy({ $0 ?? 0 > 0 }) else {
                self.init(linkId: key, rows: [])
                return
            }
            self.init(linkId: String(parts[0]), rows: numbers.compactMap(\.self))
        }

        /// As fields and answers are named.
        package var key: String {
            rows.allSatisfy { $0 == 1 } ? linkId : linkId + "~" + rows.map(String.init).joined(separator: "-")
        }

        /// The row at a depth; the first where nothing else is said.
        func row(_ depth: Int) -> Int { rows.indices.contains(depth) ? rows[depth] : 1 }

        /// A key as part of a FHIR id (letters, digits, `-` and `.`, short); what is changed gets a number of its own, so
        /// that no two keys meet.
        static func plain(_ key: String) -> String {
            var changed = key.utf8.count > 30
            var hash: UInt32 = 2_166_136_261
            var out = ""
            for byte in key.utf8 {
                hash = (hash ^ UInt32(byte)) &* 16_777_619
                switch byte {
                case 48...57, 65...90, 97...122, 45, 46: out.unicodeScalars.append(Unicode.Scalar(byte))
                default:
                    out += "-"
                    changed = true
                }
            }
            return changed ? "\(out.prefix(20))-\(String(hash, radix: 16))" : out
        }
    }

    /// The most rows that a part can have.
    package static let mostRows = 50

    /// The repeating parts, each with those around it, from outside, itself last.
    var repeatedGroups: [String: [String]] {
        guard hasRepeatedGroups else { return [:] }
        var found: [String: [String]] = [:]
        func walk(_ items: [Item], _ around: [String]) {
            for item in items {
                let isRow = item.kind == .group && item.repeats
                let inner = isRow ? around + [item.asked] : around
                if isRow { found[item.asked] = inner }
                walk(item.items, inner)
            }
        }
        walk(items, [])
        return found
    }

    /// The form with a part for each row that there is, so that every question stands once and has a name of its own.
    /// - Parameters:
    ///   - answers: they say how many rows there are.
    ///   - rows: how many rows a part has that may still be empty, by the key of its first row.
    /// - Returns: the form itself when nothing repeats, or when it has its rows already.
    package func unrolled(by answers: Answers, rows: [String: Int] = [:]) -> Instrument {
        guard hasRepeatedGroups else { return self }
        var form = self
        let unrolling = Unrolling(form: self, answers: answers, rows: rows)
        form.items = items.flatMap { unrolling.unrolled($0, [], depth: 0) }
        form.hasRepeatedGroups = false
        return form
    }

    /// The answers without those of one row; the rows after it move up.
    /// - Parameters:
    ///   - row: the key of the row, `medicine~2`.
    ///   - answers: of all rows.
    /// - Returns: the answers that are left, under the names that they have then.
    package func removing(row: String, from answers: Answers) -> Answers {
        let gone = Place(key: row)
        guard let around = repeatedGroups[gone.linkId], let part = item(gone.linkId) else { return answers }
        let depth = around.count - 1
        let inside = Set(Self.all([part]).map(\.asked))
        var left: Answers = [:]
        for (key, given) in answers {
            var place = Place(key: key)
            let isBeside = (0..<depth).allSatisfy { place.row($0) == gone.row($0) }
            guard inside.contains(place.linkId), isBeside else {
                left[key] = given
                continue
            }
            let here = place.row(depth)
            guard here != gone.row(depth) else { continue }
            if here > gone.row(depth) { place.rows[depth] = here - 1 }
            left[place.key] = given
        }
        return left
    }

    /// Groups and questions, each before what stands beneath it.
    package static func all(_ items: [Item]) -> [Item] { items.flatMap { [$0] + all($0.items) } }
}

/// Makes the rows of a form.
private struct Unrolling {
    let form: Instrument
    let rows: [String: Int]
    /// The parts around each item.
    private let around: [String: [String]]
    private let places: [Instrument.Place]

    init(form: Instrument, answers: Answers, rows: [String: Int]) {
        self.form = form
        self.rows = rows
        places = answers.keys.map { Instrument.Place(key: $0) }
        var found: [String: [String]] = [:]
        func walk(_ items: [Instrument.Item], _ outer: [String]) {
            for item in items {
                found[item.asked] = outer
                walk(item.items, item.kind == .group && item.repeats ? outer + [item.asked] : outer)
            }
        }
        walk(form.items, [])
        around = found
    }

    func unrolled(_ item: Instrument.Item, _ rows: [Int], depth: Int) -> [Instrument.Item] {
        guard item.kind == .group, item.repeats else { return [made(item, rows)] }
        let inside = Set(Instrument.all([item]).map(\.asked))
        let first = Instrument.Place(linkId: item.asked, rows: rows + [1]).key
        let known =
            places.filter { place in
                inside.contains(place.linkId) && rows.indices.allSatisfy { place.row($0) == rows[$0] }
            }.map { $0.row(rows.count) }.max() ?? 1
        let most = min(item.limits.mostAnswers ?? Instrument.mostRows, Instrument.mostRows)
        let count = min(max(known, self.rows[first] ?? 1, item.limits.fewest ?? 1, 1), max(most, 1))
        return (1...count).map { made(item, rows + [$0]) }
    }

    private func made(_ item: Instrument.Item, _ rows: [Int]) -> Instrument.Item {
        var copy = item
        copy.definition = item.asked
        copy.linkId = Instrument.Place(linkId: item.asked, rows: rows).key
        copy.gates = item.gates.map { gate in
            .init(conditions: gate.conditions.map { named($0, from: item, rows) }, any: gate.any)
        }
        copy.enabledWhen = item.enabledWhen.map { named($0, from: item, rows) }
        copy.items = item.items.flatMap { unrolled($0, rows, depth: rows.count) }
        return copy
    }

    /// A condition names the question of its own row; one of another repeating part is asked in all of its rows.
    private func named(
        _ condition: Instrument.Condition, from item: Instrument.Item, _ rows: [Int]
    ) -> Instrument.Condition {
        let theirs = around[condition.question] ?? []
        var mine = around[item.asked] ?? []
        if item.kind == .group, item.repeats { mine.append(item.asked) }
        var shared = 0
        while shared < min(theirs.count, mine.count, rows.count), theirs[shared] == mine[shared] { shared += 1 }
        var named = condition
        let common = Array(rows.prefix(shared))
        named.question =
            Instrument.Place(
                linkId: condition.question, rows: common + Array(repeating: 1, count: theirs.count - shared)
            ).key
        if shared < theirs.count {
            named.others = places.filter { place in
                place.linkId == condition.question && common.indices.allSatisfy { place.row($0) == common[$0] }
            }.map(\.key).filter { $0 != named.question }.sorted()
        }
        return named
    }
}
