package import FHIR
package import Records

/// Somebody says whom a message is about that may be about somebody on file. All messages that came under the same numbers
/// go on with it.
package struct DecideMatch: Sendable {
    package enum Answer: Sendable, Equatable {
        /// This one: the id of the Patient.
        case same(String)
        /// Nobody on file: a new person.
        case new
        /// Nothing is to follow from it.
        case drop
    }

    package let number: Int64
    package let answer: Answer
    package let reason: String?
    package let work: TakeInMessages

    package init(number: Int64, answer: Answer, reason: String?, work: TakeInMessages) {
        self.number = number
        self.answer = answer
        self.reason = reason
        self.work = work
    }

    /// - Returns: how many messages go on.
    /// - Throws: ``FormProblems`` on `reason`; ``NotNow`` when it is decided already; `RecordsFailure.forbidden` without
    ///   the office.
    @discardableResult
    package func perform(in change: Change) throws -> Int {
        let desk = try change.inbox()
        guard let message = try desk.message(number), message.state == .review,
            let reading = MessageReading(message, try work.translate(message)), let patient = reading.patient
        else {
            throw NotNow("This message is decided already.")
        }
        let why = try DuplicatePair.reason(reason)
        let numbers = patient["identifier"]?.array ?? []
        let keys = try desk.keys(of: number)
        let all = try desk.messages(naming: keys, in: .review)
        switch answer {
        case .same(let person):
            try give(numbers, to: person, change)
        case .new:
            let candidates = try MatchCandidates.read(reading, rules: work.rules, by: change.reader)
            let id = TakeInMessages.personID(reading)
            var fresh = patient
            fresh["id"] = .string(id)
            fresh["link"] = nil
            try change.update(fresh, ifVersion: nil)
            for candidate in candidates where candidate.id != id {
                // It was just asked and answered.
                let pair = try DuplicatePair.lay(id, candidate.id, isUrgent: false, in: change)
                if pair.state == .waiting || pair.state == .later {
                    try pair.decide("rejected", because: why, in: change)
                }
            }
        case .drop:
            for message in all {
                try desk.settle(message.number, .kept, because: why)
            }
            return 0
        }
        for message in all {
            try desk.settle(message.number, .waiting)
        }
        return all.count
    }

    private func give(_ numbers: [JSON], to person: String, _ change: Change) throws {
        let standing = try change.reader.get("Patient", person)
        var patient = standing.value
        let known = patient["identifier"]?.array ?? []
        func isKnown(_ number: JSON) -> Bool {
            known.contains { $0["system"] == number["system"] && $0["value"] == number["value"] }
        }
        // The number is taken over as decided: what else the message says of the person need not be like them.
        let fresh = numbers.filter { !isKnown($0) }.map { number in
            var number = number
            number["extension"] = .array([
                ["url": .string(ResolvePerson.decidedURL), "valueBoolean": true]
            ])
            return number
        }
        guard !fresh.isEmpty else {
            return
        }
        patient["identifier"] = .array(known + fresh)
        try change.update(patient, ifVersion: standing.version)
    }
}

/// Those on file who may be meant by a message.
package enum MatchCandidates {
    /// - Parameters:
    ///   - reading: the message.
    ///   - rules: how alike is alike.
    ///   - reader: of whoever decides.
    /// - Returns: the likeliest first, at most five; also those with a number of the message.
    /// - Throws: what reading the records throws.
    package static func read(
        _ reading: MessageReading, rules: MatchRules, by reader: Reader
    ) throws -> [FindMatches.Match] {
        guard let root = try reading.patient?.document().root else {
            return []
        }
        return try FindMatches.read(MatchFacts(root), rules: rules, by: reader, most: 5)
    }
}
