import FHIR
package import Records

/// When and by which way people were tried and reached: a row an attempt or an outgoing contact.
package struct ReachProjection: Projection {
    package init() {}

    static let table = "reach"
    /// The column `hour` counts the hours since 1970, so that attempts can be counted by the hour of any clock.
    static let hourLong: Int64 = 3_600_000
    package let tables = [
        ProjectionTable(
            table, columns: ["hour": .integer, "at": .integer, "reached": .integer, "channel": .text],
            indexes: [["hour", "channel", "reached"], ["person_id", "at"]])
    ]
    package let reads: Set<String> = ["Communication", "Encounter"]

    package func rows(of person: PersonRecord, asOf: Int64) -> [ProjectionRow] {
        let attempts = Attempt.all(person).compactMap { attempt in
            attempt.at.flatMap { at in
                attempt.channel.map { ReachTry(at: at, channel: $0, reached: attempt.reached) }
            }
        }
        let contacts = person.all("Encounter").compactMap(Contact.init).compactMap { contact -> ReachTry? in
            guard contact.direction == .outgoing, contact.mayHearHealth,
                ["finished", "in-progress"].contains(contact.status),
                let channel: RecordAttempt.Channel = contact.channel == .phone
                    ? .phone : contact.channel == .home ? .visit : nil
            else {
                return nil
            }
            return ReachTry(at: contact.start, channel: channel, reached: true)
        }
        return (attempts + contacts).map {
            ProjectionRow(
                Self.table,
                [
                    .integer($0.at / Self.hourLong), .integer($0.at), .integer($0.reached ? 1 : 0),
                    .text($0.channel.rawValue),
                ])
        }
    }
}

/// One try to reach somebody.
package struct ReachTry: Sendable, Equatable {
    /// Milliseconds since 1970.
    package let at: Int64
    package let channel: RecordAttempt.Channel
    package let reached: Bool

    package init(at: Int64, channel: RecordAttempt.Channel, reached: Bool) {
        self.at = at
        self.channel = channel
        self.reached = reached
    }

    init?(_ row: FoundRow) {
        guard let at = row.integer("at"), let channel = row.text("channel").flatMap(RecordAttempt.Channel.init) else {
            return nil
        }
        self.init(at: at, channel: channel, reached: row.integer("reached") == 1)
    }

    static let columns = ["at", "reached", "channel"]
}
