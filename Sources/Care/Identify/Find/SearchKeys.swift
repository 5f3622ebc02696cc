package import FHIR
package import Records

/// By what a person is found: one row a way to type the name, a telephone number, the birth date, an identifier. Every
/// row carries what a list of results shows, so that a search reads one small range of one index.
package struct SearchKeys: Projection {
    package init() {}

    package static let table = "search_key"
    static let shown = ["kind", "key", "whole", "name", "birth", "phone", "number", "listed"]

    // One index: a search always knows the kind and the beginning of the key.
    package let tables = [
        ProjectionTable(
            table,
            columns: [
                "kind": .text, "key": .text, "whole": .text, "name": .text, "birth": .text, "phone": .text,
                "number": .text, "listed": .integer,
            ],
            indexes: [["kind", "key"]])
    ]
    package let reads: Set<String> = ["Patient"]

    package func rows(of person: PersonRecord, asOf: Int64) -> [ProjectionRow] {
        guard let patient = person.patient?.root else {
            return []
        }
        let name = PersonName(patient)
        let phones = Self.phones(patient)
        let numbers = Self.identifiers(patient)
        let birth = patient.text("birthDate") ?? ""
        let tail: [SQLValue] = [
            .text(name.parts.joined(separator: " ")), .text(name.list), .text(birth), .text(phones.first?.shown ?? ""),
            .text(numbers.first?.shown ?? ""), .integer(PersonState.isListed(patient) ? 1 : 0),
        ]
        var keys: [(String, String)] = Self.orders(name.parts).map { ("name", $0) }
        for phone in phones {
            keys.append(("phone", phone.digits))
            if phone.digits.utf8.count > 7 {
                keys.append(("phone", String(phone.digits.suffix(7))))
            }
        }
        if !birth.isEmpty {
            keys.append(("birth", birth))
        }
        keys += numbers.map { ("id", $0.key) }
        var seen: Set<String> = []
        return keys.filter { seen.insert("\($0.0) \($0.1)").inserted }
            .map { ProjectionRow(Self.table, [.text($0.0), .text($0.1)] + tail) }
    }

    /// Each name part followed by each other one, then by the rest: so that what is typed in any order is the beginning
    /// of one of them.
    static func orders(_ parts: [String]) -> [String] {
        guard parts.count > 1 else {
            return parts
        }
        var orders: [String] = []
        for first in parts.indices {
            for second in parts.indices where second != first {
                let rest = parts.indices.filter { $0 != first && $0 != second }.map { parts[$0] }
                orders.append(([parts[first], parts[second]] + rest).joined(separator: " "))
            }
        }
        return orders
    }

    /// Telephone numbers that are in use, mobile first: as written, and their digits without the country code of North
    /// America.
    package static func phones(_ patient: JSONNode) -> [(shown: String, digits: String)] {
        let all = patient.list("telecom").filter {
            ["phone", "sms"].contains($0.text("system") ?? "") && $0.text("use") != "old"
        }
        let sorted = all.filter { $0.text("use") == "mobile" } + all.filter { $0.text("use") != "mobile" }
        return sorted.compactMap { node in
            guard let shown = node.text("value") else {
                return nil
            }
            let digits = digits(of: shown)
            return digits.utf8.count < 4 ? nil : (shown, digits)
        }
    }

    /// The digits of a telephone number, without a leading 1 before ten others.
    package static func digits(of text: String) -> String {
        let digits = String(decoding: text.utf8.filter { (48...57).contains($0) }.prefix(20), as: UTF8.self)
        return digits.utf8.count == 11 && digits.hasPrefix("1") ? String(digits.dropFirst()) : digits
    }

    /// Identifiers to search by, the medical record number first. Social security numbers are left out on purpose:
    /// nobody should have to type one to find somebody.
    static func identifiers(_ patient: JSONNode) -> [(shown: String, key: String)] {
        let all = patient.list("identifier").filter {
            $0.text("system") != "http://hl7.org/fhir/sid/us-ssn" && $0.text("type", "coding", "code") != "SS"
                && $0.text("use") != "old"
        }
        func isRecordNumber(_ node: JSONNode) -> Bool { node.text("type", "coding", "code") == "MR" }
        let sorted = all.filter(isRecordNumber) + all.filter { !isRecordNumber($0) }
        return sorted.prefix(8).compactMap { node in
            node.text("value").map { ($0, key(ofIdentifier: $0)) }
        }.filter { !$0.key.isEmpty }
    }

    /// As identifiers are compared: letters and digits alone, in small letters.
    static func key(ofIdentifier text: String) -> String {
        PersonName.parts(of: text).joined()
    }
}
