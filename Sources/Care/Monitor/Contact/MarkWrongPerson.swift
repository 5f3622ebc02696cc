import FHIR
package import Records

/// A contact was written to the wrong person: everything that it wrote is marked as entered in error and stays on file.
package struct MarkWrongPerson: Sendable {
    package let encounter: String
    package let reason: String
    package let by: Signer

    package init(encounter: String, reason: String, by: Signer) {
        self.encounter = encounter
        self.reason = reason
        self.by = by
    }

    @discardableResult
    package func perform(in change: Change) throws -> Resource {
        guard !reason.isEmpty else {
            throw FormProblems("wrong-reason", "Say what went wrong, and who it was about.")
        }
        guard reason.utf8.count <= TextLimit.note else {
            throw FormProblems("wrong-reason", "Keep this below \(TextLimit.note) characters.")
        }
        let (contact, stored) = try Contact.get(encounter, by: change.reader)
        guard contact.status != "entered-in-error" else {
            throw NotNow("This is marked already.")
        }
        var json = ContactTime.stop(stored.value, at: change.now)
        json["status"] = "entered-in-error"
        let written = try change.update(json, ifVersion: stored.version)
        let rest = try markRest(contact, in: change)
        try change.create([
            "resourceType": "Provenance",
            "target": .array(([written.reference] + rest).map { .reference($0) }),
            "recorded": .string(FHIRDate.instant(change.now)),
            "reason": [["text": .string("Wrong person: \(reason)")]],
            "agent": [["who": .reference(by.practitioner)]],
        ])
        return written
    }

    /// Notes, answers and tasks of the contact. Tasks that it closed are open again.
    private func markRest(_ contact: Contact, in change: Change) throws -> [String] {
        let mine = "Encounter/\(encounter)"
        let record = try change.reader.person(
            contact.person, ["DocumentReference", "QuestionnaireResponse", "Observation", "Task"])
        var marked: [String] = []
        func mark(_ resource: Resource) throws {
            var json = resource.value
            json["status"] = "entered-in-error"
            if resource.type == "DocumentReference" {
                json["docStatus"] = "entered-in-error"
            }
            try change.update(json, ifVersion: resource.version)
            marked.append(resource.reference)
        }
        for document in record.all("DocumentReference")
        where document.root.at("context")?.list("encounter").contains(where: { $0.text("reference") == mine }) == true {
            try mark(document)
        }
        for type in ["QuestionnaireResponse", "Observation"] {
            for resource in record.all(type) where resource.root.text("encounter", "reference") == mine {
                try mark(resource)
            }
        }
        let answers = Set(marked)
        for task in record.all("Task") {
            let basis = task.root.list("basedOn").compactMap { $0.text("reference") }
            if basis.contains(mine) || task.root.text("focus", "reference").map(answers.contains) == true {
                try mark(task)
            } else if task.root.text("encounter", "reference") == mine {
                var json = task.value
                json["status"] = "requested"
                json["encounter"] = nil
                json["executionPeriod"] = nil
                json["statusReason"] = nil
                try change.update(json, ifVersion: task.version)
            }
        }
        return marked
    }
}
