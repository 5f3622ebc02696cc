import FHIR
package import Records

/// People who were looked for by name (its parts in any order, each may be cut short), birth date in several written
/// forms, telephone number, record number, or name and birth date together.
package struct FindPeople: Sendable {
    package struct Person: Sendable {
        /// The id of the Patient.
        package let id: String
        package let name: String
        /// As FHIR writes it; empty when it is not recorded.
        package let birth: String
        package let phone: String
        /// The medical record number, or another identifier.
        package let number: String
        /// Alive and not taken out of use.
        package let isListed: Bool
        let parts: [String]
        let kind: String
    }

    package let people: [Person]
    /// Whether there are more than are given.
    package let isCut: Bool
    /// What to look out for before opening one of them, in plain words.
    package let warning: String?

    /// How many are given at most.
    package static let most = 20
    /// How many rows of the index one search looks at, at most.
    private static let bound = 500

    /// Looks for what was typed, cut at 100 characters: as a birth date, then as a number, then as a name. The first
    /// that finds someone counts.
    /// - Parameters:
    ///   - text: what was typed.
    ///   - reader: the view of the records.
    ///   - most: how many are given at most.
    /// - Returns: the people found; none when nothing fits.
    /// - Throws: what reading the records throws.
    package static func read(_ text: String, by reader: Reader, most: Int = FindPeople.most) throws -> FindPeople {
        let typed = text.prefixed(100)
        var found = try byBirth(typed, reader)
        if found.isEmpty {
            found = try byNumber(typed, reader)
        }
        if found.isEmpty {
            found = try byName(PersonName.parts(of: typed), reader)
        }
        return FindPeople(found, most)
    }

    private init(_ found: [Person], _ most: Int) {
        var seen: Set<String> = []
        let all = found.filter { seen.insert($0.id).inserted }
        let sorted = all.filter(\.isListed) + all.filter { !$0.isListed }
        people = Array(sorted.prefix(most))
        isCut = sorted.count > most
        warning = Self.warning(people)
    }

    private static func byBirth(_ typed: String, _ reader: Reader) throws -> [Person] {
        // The whole text is a date, or a date and a name stand beside each other.
        var days = TypedDate.days(typed)
        var name: [String] = []
        if days.isEmpty {
            let words = typed.split(separator: " ").map(String.init)
            for length in [1, 3] where words.count > length && days.isEmpty {
                for start in [0, words.count - length] where days.isEmpty {
                    let range = start..<start + length
                    days = TypedDate.days(words[range].joined(separator: " "))
                    name = PersonName.parts(of: (words[..<start] + words[range.upperBound...]).joined(separator: " "))
                }
            }
        }
        var found: [Person] = []
        for day in days {
            found += try rows("birth", .equal, day.text, reader)
        }
        return found.filter { person in name.allSatisfy { part in person.parts.contains { $0.hasPrefix(part) } } }
    }

    private static func byNumber(_ typed: String, _ reader: Reader) throws -> [Person] {
        let allowed = typed.utf8.allSatisfy { (48...57).contains($0) || [32, 40, 41, 43, 45, 46, 47].contains($0) }
        let digits = SearchKeys.digits(of: typed)
        var found: [Person] = []
        if allowed, digits.utf8.count >= 4 {
            found = try rows("phone", .prefix, digits, reader)
        }
        let key = SearchKeys.key(ofIdentifier: typed)
        if key.utf8.count >= 3, key.utf8.contains(where: { (48...57).contains($0) }) {
            found += try rows("id", .prefix, key, reader)
        }
        return found
    }

    private static func byName(_ parts: [String], _ reader: Reader) throws -> [Person] {
        guard let longest = parts.max(by: { $0.count < $1.count }), longest.count > 1 || parts.count > 1 else {
            return []
        }
        let found = try rows("name", .prefix, parts.joined(separator: " "), reader)
        guard found.isEmpty || (found.count < most && parts.count > 1) else {
            return found
        }
        // Several parts cut short: by the longest of them, the others compared in the rows.
        let wider = try rows("name", .prefix, longest, reader)
        return found
            + wider.filter { person in parts.allSatisfy { part in person.parts.contains { $0.hasPrefix(part) } } }
    }

    private static func rows(
        _ kind: String, _ comparison: RowQuery.Comparison, _ key: String, _ reader: Reader
    ) throws -> [Person] {
        var query = RowQuery(SearchKeys.table)
        query.conditions = [.init("kind", .equal, .text(kind)), .init("key", comparison, .text(key))]
        query.order = [("key", false)]
        query.limit = bound
        return try reader.rows(query, SearchKeys.shown).map { row in
            Person(
                id: row.person, name: row.text("name") ?? "", birth: row.text("birth") ?? "",
                phone: row.text("phone") ?? "", number: row.text("number") ?? "", isListed: row.integer("listed") == 1,
                parts: (row.text("whole") ?? "").split(separator: " ").map(String.init), kind: kind)
        }
    }

    /// The same number, the same or nearly the same name: the wrong record is opened most easily then.
    private static func warning(_ people: [Person]) -> String? {
        let byPhone = people.filter { $0.kind == "phone" }.count
        if byPhone > 1 {
            return "\(byPhone) people have this number. Ask for the name and the birth date."
        }
        for (place, one) in people.enumerated() {
            for other in people.dropFirst(place + 1) where isLike(one, other) {
                return "\(one.name) and \(other.name) are easily taken for each other. Check the birth date."
            }
        }
        return nil
    }

    private static func isLike(_ one: Person, _ other: Person) -> Bool {
        let (left, right) = (one.parts.sorted(), other.parts.sorted())
        guard left != right else {
            return true
        }
        guard let family = one.parts.first, let otherFamily = other.parts.first, one.parts.count > 1,
            other.parts.count > 1
        else {
            return false
        }
        let given = one.parts[1]
        let otherGiven = other.parts[1]
        let sameDay = !one.birth.isEmpty && one.birth == other.birth
        return (family == otherFamily && given.prefix(3) == otherGiven.prefix(3))
            || (sameDay && family.prefix(3) == otherFamily.prefix(3))
    }
}

extension String {
    fileprivate func prefixed(_ count: Int) -> String { String(prefix(count)) }
}
