package import FHIR
package import Records

/// Works on the messages of other systems that wait: finds whom each is about and brings person and stay in line with
/// all that was said of them. The same messages in any order, twice or in pieces, come to the same.
package struct TakeInMessages: Sendable {
    /// Makes a FHIR message of the bytes of a message.
    package typealias Translate = @Sendable (StoredMessage) throws -> JSON

    package let rules: MatchRules
    package let translate: Translate
    /// Whether people whom nobody knows are put on file, by the id of the feed.
    package let createsPeople: @Sendable (String) -> Bool

    /// Events that have an effect; what else comes is kept and counted.
    package static let events: Set<String> = VisitFold.tells.union(["A28", "A31", "A40", "A60"])
    package static let unknownPerson = "Nobody on file is meant, and this feed makes no new people."
    package static let namesNobody = "The message names nobody."
    package static let isNew = "New on file."
    private static let visitKey = "stay of messages"
    private static let personKey = "person of messages"

    package init(
        rules: MatchRules, createsPeople: @escaping @Sendable (String) -> Bool, translate: @escaping Translate
    ) {
        self.rules = rules
        self.createsPeople = createsPeople
        self.translate = translate
    }

    /// Works on the next messages.
    /// - Parameters:
    ///   - limit: at most so many that wait; those about the same stay are taken with them.
    ///   - change: by somebody with the office `merge-people`.
    /// - Returns: how many were settled; 0 when none waits.
    /// - Throws: what the database reports, or why one of them could not be worked on.
    package func perform(_ limit: Int, in change: Change) throws -> Int {
        let desk = try change.inbox()
        let waiting = try desk.next(limit)
        var settled: Set<Int64> = []
        for message in waiting where !settled.contains(message.number) {
            settled.formUnion(try take(message, among: waiting, desk, change))
        }
        return settled.count
    }

    /// Works on one message and those of the batch about the same stay.
    /// - Returns: the numbers of those that are settled.
    private func take(
        _ message: StoredMessage, among batch: [StoredMessage], _ desk: InboxDesk, _ change: Change
    ) throws -> Set<Int64> {
        guard Self.events.contains(Self.trigger(message)), let reading = try reading(message) else {
            try desk.settle(message.number, .kept)
            return [message.number]
        }
        guard let (person, note) = try person(of: reading, desk, change) else {
            return [message.number]
        }
        if let wait = try join(reading, into: person, change) {
            try desk.settle(message.number, .review, person: person, because: wait)
            return [message.number]
        }
        // Others of the batch about the same stay, by the same numbers of the person, come along.
        let keys = try desk.keys(of: message.number)
        var group = [reading]
        for other in batch where other.number != message.number && other.visit == message.visit && message.visit != nil
        {
            if VisitFold.tells.contains(Self.trigger(other)), let also = try self.reading(other),
                VisitFold.tells.contains(also.event), also.merges.isEmpty,
                try desk.keys(of: other.number) == keys
            {
                group.append(also)
            }
        }
        let news = Set(group.map(\.stored.number))
        let known = try desk.messages(ofPerson: person).filter { !news.contains($0.number) }.compactMap(self.reading)
        let (before, after) = (PatientFold(known), PatientFold(known + group))
        try keep(before.patient, after.patient, id: person, change)
        let stays = try self.stays(of: after, change)
        try keepStay(person, group, desk, change)
        try keepOthers(before, stays, after, of: person, change)
        for reading in group {
            try desk.settle(reading.stored.number, .done, person: person, because: note ?? "")
        }
        return Set(group.map(\.stored.number))
    }

    private static func trigger(_ message: StoredMessage) -> String {
        String(message.event.split(separator: "^").dropFirst().first ?? "")
    }

    private func reading(_ message: StoredMessage) throws -> MessageReading? {
        MessageReading(message, try translate(message))
    }

    /// The id of the Patient, put on file where nobody has it yet; nil when the message is settled without one.
    private func person(
        of reading: MessageReading, _ desk: InboxDesk, _ change: Change
    ) throws -> (id: String, note: String?)? {
        let number = reading.stored.number
        switch try ResolvePerson.read(reading.patient, rules: rules, by: change.everybody) {
        case .person(let patient): return (patient.id, nil)
        case .review(let why): try desk.settle(number, .review, because: why)
        case .nobody: try desk.settle(number, .kept, because: Self.namesNobody)
        case .unknown:
            guard createsPeople(reading.stored.feed) else {
                try desk.settle(number, .kept, because: Self.unknownPerson)
                return nil
            }
            return (Self.personID(reading), Self.isNew)
        }
        return nil
    }

    /// Joins entries that the sender has joined.
    /// - Returns: why it waits.
    private func join(_ reading: MessageReading, into person: String, _ change: Change) throws -> String? {
        for merge in reading.merges {
            let old = (merge.goes["identifier"]?.array ?? [])
            let goes = try old.lazy.compactMap { try ResolvePerson.known($0, change.everybody) }.first
            let kept =
                try (merge.kept["identifier"]?.array ?? []).lazy
                .compactMap { try ResolvePerson.known($0, change.everybody) }.first?.id ?? person
            if let goes, goes.id != kept, try change.everybody.find("Patient", kept) != nil {
                if let wait = try JoinByMessage(kept: kept, goes: goes.id, rules: rules).perform(in: change) {
                    return wait
                }
            } else if goes == nil {
                try keepOldNumbers(old, of: kept, reading, change)
            }
        }
        return nil
    }

    /// What will still come under a number that is over finds the one who has it now.
    private func keepOldNumbers(
        _ numbers: [JSON], of kept: String, _ reading: MessageReading, _ change: Change
    ) throws {
        let old = numbers.map { number in
            var number = number
            number["use"] = "old"
            return number
        }
        if let standing = try change.everybody.find("Patient", kept) {
            var patient = standing.value
            let known = patient["identifier"]?.array ?? []
            patient["identifier"] = .array(known + old.filter { !known.contains($0) })
            try change.update(patient, ifVersion: standing.version)
        } else {
            try change.create(["resourceType": "Patient", "identifier": .array(old)], id: kept)
        }
    }

    /// Diagnoses, allergies, next of kin and the like.
    ///
    /// A diagnosis may be told before its stay is: then the stay comes to it later.
    private func keepOthers(
        _ before: PatientFold, _ staysBefore: [String: String], _ after: PatientFold, of person: String,
        _ change: Change
    ) throws {
        let staysAfter = try stays(of: after, change)
        for (id, said) in after.others.sorted(by: { $0.key < $1.key }) {
            func settled(_ said: PatientFold.Other, _ stays: [String: String]) -> JSON {
                let stay = said.reading.stored.visit.flatMap { stays[$0] }
                var resource = said.reading.settled(said.resource, person: person, stay: stay)
                if stay == nil {
                    resource["encounter"] = nil
                }
                return resource
            }
            try keep(
                before.others[id].map { settled($0, staysBefore) } ?? [:], settled(said, staysAfter), id: id, change)
        }
    }

    /// The stays on file that diagnoses and the like name, by the number of the stay.
    private func stays(of fold: PatientFold, _ change: Change) throws -> [String: String] {
        var found: [String: String] = [:]
        for visit in Set(fold.others.values.compactMap(\.reading.stored.visit)) {
            found[visit] = try change.everybody.find("Encounter", Self.stayID(visit, 0))?.id
        }
        return found
    }

    private func keepStay(_ person: String, _ group: [MessageReading], _ desk: InboxDesk, _ change: Change) throws {
        guard let visit = group.first?.stored.visit else {
            return
        }
        let news = Set(group.map(\.stored.number))
        let known = try desk.messages(ofVisit: visit)
            .filter { $0.state == .done && !news.contains($0.number) }.compactMap(reading)
        let before = VisitFold(known).encounters
        let after = VisitFold(known + group).encounters
        let reading = group[0]
        for (place, encounter) in after.enumerated() {
            let id = Self.stayID(visit, place)
            func settled(_ encounter: JSON) -> JSON {
                var encounter = reading.settled(encounter, person: person, stay: id)
                encounter["subject"] = ["reference": .string("Patient/\(person)")]
                encounter["meta"] = ["source": .string("urn:almoner:feed:\(reading.stored.feed)")]
                return encounter
            }
            try keep(place < before.count ? settled(before[place]) : [:], settled(encounter), id: id, change)
        }
        // A stay that was two for a while, until the message between them came.
        for place in after.count..<max(after.count, before.count) {
            let id = Self.stayID(visit, place)
            if let standing = try change.everybody.find("Encounter", id) {
                var wrong = standing.value
                wrong["status"] = "entered-in-error"
                try change.update(wrong, ifVersion: standing.version)
            }
        }
    }

    /// Whoever is new has the id that follows from the first number, so that the same messages make the same people.
    static func personID(_ reading: MessageReading) -> String {
        let number = reading.patient?["identifier"]?.array.first
        let key = number.map { "\($0["system"]?.string ?? "")|\($0["value"]?.string ?? "")" }
        return StableID.of("\(personKey)|\(key ?? "message \(reading.stored.number)")")
    }

    /// The id of the Encounter of a number of a stay, which a sender may use more than once.
    static func stayID(_ visit: String, _ place: Int) -> String {
        StableID.of(place == 0 ? "\(visitKey)|\(visit)" : "\(visitKey)|\(visit)#\(place + 1)")
    }

    private func keep(_ before: JSON, _ after: JSON, id: String, _ change: Change) throws {
        guard let type = after["resourceType"]?.string else {
            return
        }
        guard let standing = try change.everybody.find(type, id) else {
            var fresh = after
            fresh["id"] = .string(id)
            // Also where it was deleted: the sender says again that it is there.
            try change.update(fresh, ifVersion: nil)
            return
        }
        let merged = MergeMembers.merge(before, after, onto: standing.value)
        if merged != standing.value {
            try change.update(merged, ifVersion: standing.version)
        }
    }
}
