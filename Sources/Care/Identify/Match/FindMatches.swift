package import FHIR
package import Records

/// Who of those on file may be somebody, the likeliest first. Few are compared: those who share a number, a telephone,
/// a birth date or one that is easily written for it, or a name, each found by one short range of an index.
package struct FindMatches: Sendable {
    package struct Match: Sendable {
        /// The Patient that is in use: where an entry was merged away, the one that took its place.
        package let patient: Resource
        package let evidence: MatchEvidence
        /// The entry that was merged away and that agreed.
        package let by: String?

        package var id: String { patient.id }
    }

    /// How many rows of the index one range gives at most, and how many entries are compared.
    private static let bound = 60
    private static let compared = 120

    /// - Parameters:
    ///   - wanted: who is looked for.
    ///   - rules: how alike is alike.
    ///   - reader: sees those alone whom its caller sees.
    ///   - own: the id of the Patient who is looked for, when on file; left out.
    ///   - most: how many are given at most.
    /// - Returns: those who are surely or possibly meant.
    /// - Throws: what reading the records throws.
    package static func read(
        _ wanted: MatchFacts, rules: MatchRules, by reader: Reader, except own: String? = nil, most: Int = 10
    ) throws -> [Match] {
        var found: [String: Match] = [:]
        for id in try candidates(wanted, rules, reader).prefix(compared) where id != own {
            guard let patient = try reader.find("Patient", id) else {
                continue
            }
            let evidence = MatchEvidence(wanted, MatchFacts(patient.root), rules: rules)
            guard evidence.verdict != .new else {
                continue
            }
            let now = try MergedAway.follow(patient, by: reader)
            guard now.id != own, PersonState.isDeceased(now.root) || PersonState.isListed(now.root) else {
                continue
            }
            if let known = found[now.id], known.evidence.score >= evidence.score {
                continue
            }
            found[now.id] = Match(patient: now, evidence: evidence, by: now.id == patient.id ? nil : patient.id)
        }
        let sorted = found.values.sorted {
            ($0.evidence.verdict == .sure ? 0 : 1, -$0.evidence.score, $0.id)
                < ($1.evidence.verdict == .sure ? 0 : 1, -$1.evidence.score, $1.id)
        }
        return Array(sorted.prefix(most))
    }

    /// Ids of Patients, what tells most first.
    private static func candidates(_ wanted: MatchFacts, _ rules: MatchRules, _ reader: Reader) throws -> [String] {
        var ids: [String] = []
        var seen: Set<String> = []
        func add(_ rows: [FoundRow]) {
            ids += rows.map(\.person).filter { seen.insert($0).inserted }
        }
        for identifier in wanted.identifiers.sorted() {
            add(try rows("id", .equal, identifier.split(separator: "|").last.map(String.init) ?? "", reader))
        }
        if let birth = wanted.birth {
            add(try rows("birth", .equal, birth.text, reader))
        }
        for phone in wanted.phones.sorted().prefix(4) {
            add(try rows("phone", .equal, phone, reader))
        }
        for name in wanted.names.prefix(3) {
            guard let given = name.given.first, !name.family.isEmpty else {
                continue
            }
            let family = name.family.split(separator: " ").first.map(String.init) ?? name.family
            for key in [given] + rules.kin(of: given).prefix(12) {
                add(try rows("name", .prefix, "\(family) \(key)", reader))
            }
            add(try rows("name", .prefix, "\(given) \(family)", reader))
        }
        // Days that are easily written for the birth date: of them only those with a name that is near.
        for day in wanted.birth.map(nearDays) ?? [] {
            add(
                try rows("birth", .equal, day.text, reader).filter { row in
                    let parts = (row.text("whole") ?? "").split(separator: " ").map(String.init)
                    return wanted.names.contains { name in
                        parts.contains { NameLikeness.of($0, name.family) >= rules.likeness }
                    }
                })
        }
        return ids
    }

    /// Day and month exchanged; the last digits of year, month and day one up or down, a decade up or down.
    private static func nearDays(_ day: CalendarDay) -> [CalendarDay] {
        let all = [
            CalendarDay(year: day.year, month: day.day, day: day.month),
            CalendarDay(year: day.year, month: day.month, day: day.day - 1),
            CalendarDay(year: day.year, month: day.month, day: day.day + 1),
            CalendarDay(year: day.year, month: day.month, day: day.day - 10),
            CalendarDay(year: day.year, month: day.month, day: day.day + 10),
            CalendarDay(year: day.year, month: day.month - 1, day: day.day),
            CalendarDay(year: day.year, month: day.month + 1, day: day.day),
            CalendarDay(year: day.year - 1, month: day.month, day: day.day),
            CalendarDay(year: day.year + 1, month: day.month, day: day.day),
            CalendarDay(year: day.year - 10, month: day.month, day: day.day),
            CalendarDay(year: day.year + 10, month: day.month, day: day.day),
            CalendarDay(
                year: day.year - day.year % 100 + day.year % 10 * 10 + day.year / 10 % 10, month: day.month,
                day: day.day),
            CalendarDay(year: day.year, month: day.month, day: day.day % 10 * 10 + day.day / 10),
        ]
        return all.compactMap { $0 }.filter { $0 != day }
    }

    private static func rows(
        _ kind: String, _ comparison: RowQuery.Comparison, _ key: String, _ reader: Reader
    ) throws -> [FoundRow] {
        guard !key.isEmpty else {
            return []
        }
        var query = RowQuery(SearchKeys.table)
        query.conditions = [.init("kind", .equal, .text(kind)), .init("key", comparison, .text(key))]
        query.order = [("key", false)]
        query.limit = bound
        return try reader.rows(query, ["whole"])
    }
}

/// An entry that another one has taken the place of.
package enum MergedAway {
    /// The id of the Patient that took the place of this one; nil when none did.
    package static func successor(_ patient: JSONNode) -> String? {
        patient.list("link").first { $0.text("type") == "replaced-by" }?.text("other", "reference").flatMap {
            $0.hasPrefix("Patient/") ? String($0.dropFirst("Patient/".count)) : nil
        }
    }

    /// The Patient that is in use now, however often entries were merged.
    static func follow(_ patient: Resource, by reader: Reader) throws -> Resource {
        var patient = patient
        for _ in 0..<8 {
            guard let next = try successor(patient.root).flatMap({ try reader.find("Patient", $0) }) else {
                return patient
            }
            patient = next
        }
        return patient
    }
}
