import FHIR
package import Records

/// Asks a person to fill in a form in the portal. It stands as an open task of theirs until it is handed in.
package struct SendForm: Sendable {
    /// The id of the Patient.
    package let person: String
    package let instrument: Instrument
    /// Until when, milliseconds since 1970.
    package let due: Int64

    package init(person: String, instrument: Instrument, due: Int64) {
        self.person = person
        self.instrument = instrument
        self.due = due
    }

    /// - Returns: the task; the one that is open already, when the form was sent before.
    /// - Throws: ``NotNow`` with the reason why it may not be sent; ``RecordsFailure``.
    @discardableResult
    package func perform(in change: Change) throws -> Resource {
        let isCovered = try MayAsk.isCovered(instrument, by: change.reader, at: change.now)
        if let why = MayAsk.refusal(of: instrument, by: .portal, hasDuty: isCovered) {
            throw NotNow(why)
        }
        let tasks = try change.reader.person(person, ["Task"]).all("Task")
        if let open = SentForm.all(tasks).first(where: { $0.form == instrument.url }) {
            return open.task
        }
        return try OpenTask(
            .assessment, person: person, title: "To fill in by the person: \(instrument.short)",
            why: "Sent to the portal. \(instrument.title)", owner: "Patient/\(person)", due: due, form: instrument.url
        ).perform(in: change)
    }
}

/// A form that waits for a person in the portal.
package struct SentForm: Sendable {
    package let task: Resource
    /// The address of its Questionnaire.
    package let form: String

    /// The id of the response to it: one for the person, and one for each who answers for them, on whatever device.
    /// - Parameter helper: who answers for the person, `RelatedPerson/5`; nil for the person.
    /// - Returns: the same for the same task and the same one who answers.
    package func response(by helper: String?) -> String {
        guard let helper else { return String(task.id.lowercased().prefix(40)) }
        var hash: UInt64 = 14_695_981_039_346_656_037
        for byte in helper.utf8 { hash = (hash ^ UInt64(byte)) &* 1_099_511_628_211 }
        return String(task.id.lowercased().prefix(20)) + "-" + String(hash, radix: 16)
    }

    /// Those that are open, of the tasks of one person, in their order.
    package static func all(_ tasks: [Resource]) -> [SentForm] {
        tasks.compactMap { task in
            let root = task.root
            guard ["requested", "accepted", "in-progress"].contains(root.text("status")),
                root.text("owner", "reference")?.hasPrefix("Patient/") == true,
                let canonical = root.list("input").lazy.compactMap({ $0.text("valueCanonical") }).first
            else { return nil }
            return SentForm(task: task, form: String(canonical.prefix { $0 != "|" }))
        }
    }
}
