import FHIR
import Records

/// A contact of the care team with a person, or an attempt that reached nobody.
package struct PersonContact: Sendable {
    /// The system of contact types, `Encounter.type`.
    package static let system = "urn:almoner:contact"

    package let id: String
    /// Milliseconds since 1970.
    package let at: Int64
    /// "Phone", "Home visit", "Not reached: no answer".
    package let words: String
    package let wasReached: Bool
    package var who: String?
    let whoReference: JSONNode?

    /// The latest first.
    static func latest(in record: PersonRecord, _ count: Int) -> [PersonContact] {
        let met = record.all("Encounter").compactMap { PersonContact(encounter: $0) }
        let missed = record.all("Communication").compactMap { PersonContact(missed: $0) }
        return Array((met + missed).sorted { ($0.at, $0.id) > ($1.at, $1.id) }.prefix(count))
    }

    private init?(encounter: Resource) {
        let root = encounter.root
        guard let type = root.list("type").first(where: { $0.code(of: Self.system) != nil }),
            root["status"]?.string != "entered-in-error", let at = root.moment("period", "start")
        else {
            return nil
        }
        id = encounter.id
        self.at = at
        wasReached = true
        words = (type.words ?? "Contact") + (root["status"]?.string == "in-progress" ? ", still open" : "")
        whoReference = root.list("participant").lazy.compactMap { $0["individual"] }
            .first { $0["reference"]?.string?.hasPrefix("Practitioner/") ?? false }
    }

    private init?(missed: Resource) {
        let root = missed.root
        guard root["status"]?.string == "not-done" else {
            return nil
        }
        id = missed.id
        at = root.moment("sent") ?? missed.updated
        wasReached = false
        words = "Not reached" + (root["statusReason"]?.words.map { ": \($0.lowercased())" } ?? "")
        whoReference = root["sender"]
    }
}

/// Time that was spent for a person in a span.
package struct TimeSpent: Sendable {
    /// Whole minutes of contacts and tasks.
    package let minutes: Int
    /// Those of contacts.
    package let inContact: Int

    /// From the ``ContactTime`` of Encounters and Tasks; a correction stands for all stretches of its contact.
    init(_ record: PersonRecord, in span: Range<Int64>) {
        let contacts = record.all("Encounter").reduce(0) { $0 + Self.minutes($1.root, in: span) }
        inContact = contacts
        minutes = record.all("Task").reduce(contacts) { $0 + Self.minutes($1.root, in: span) }
    }

    private static func minutes(_ node: JSONNode, in span: Range<Int64>) -> Int {
        guard node["status"]?.string != "entered-in-error" else {
            return 0
        }
        let time = ContactTime(node)
        let lengths = time.stretches.compactMap { stretch in
            span.contains(stretch.start) ? stretch.end.map { min(max(0, $0 - stretch.start), 86_400_000) } : nil
        }
        guard !lengths.isEmpty else {
            return 0
        }
        return time.corrections.last.map { min(max(0, $0.minutes), 1440) } ?? Int(lengths.reduce(0, +) / 60_000)
    }
}
