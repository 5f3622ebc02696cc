import Access
import FHIR
package import Records

/// Writes down that a copy of the plan was given, and closes the loop of a copy that was out of date.
package struct GiveCopy: Sendable {
    package let person: String
    /// The version that was given, by its moment.
    package let version: Int64?
    /// ``PlanCopy/Way``, as it came with the form.
    package let way: String?
    /// The name of who got it; nil: the person.
    package let to: String?
    package let language: String?
    /// ``PlanCopy/TeachBack``, as it came with the form.
    package let teachBack: String?
    package let said: String?

    package init(
        person: String, version: Int64?, way: String?, to: String?, language: String?, teachBack: String?, said: String?
    ) {
        self.person = person
        self.version = version
        self.way = way
        self.to = to
        self.language = language
        self.teachBack = teachBack
        self.said = said
    }

    /// - Returns: the Communication.
    /// - Throws: ``FormProblems``; ``NotNow`` when the plan is another one by now.
    @discardableResult
    package func perform(in change: Change) throws -> Resource {
        var checks = PlanChecks()
        let to = checks.short("to", to, most: TextLimit.line)
        let said = checks.short("said", said, most: 2_000)
        let way = way.flatMap(PlanCopy.Way.init)
        if way == nil {
            checks.refuse("way", "Say how it was given.")
        }
        let teachBack = teachBack.flatMap(PlanCopy.TeachBack.init)
        if teachBack == nil {
            checks.refuse("teach-back", "Say whether they could say it back.")
        }
        if teachBack == .again, said == nil, checks.problems.isEmpty {
            checks.refuse("said", "Say what has to be gone through again.")
        }
        try checks.finish()
        let plan = try PlanStanding.check(person, version, in: change)
        var marks = [
            CareCode.mark("plan-version", "valueInstant", .string(FHIRDate.instant(plan.version))),
            CareCode.mark("teach-back", "valueCode", .string((teachBack ?? .notDone).rawValue)),
        ]
        if let language = language.flatMap(PlanLanguage.init(rawValue:)) {
            marks.append(CareCode.mark("copy-language", "valueCode", .string(language.rawValue)))
        }
        let copy = try change.create(
            .compact([
                "resourceType": "Communication",
                "meta": plan.resource.root["meta"]?["security"].map { ["security": $0.value] },
                "extension": .array(marks),
                "basedOn": [.reference(plan.resource.reference)],
                "status": "completed",
                "category": [CareCode.concept(PlanCopy.system, PlanCopy.code, "Copy of the plan")],
                "medium": [CareCode.concept(PlanCopy.system, (way ?? .paper).rawValue, way?.words)],
                "subject": .reference("Patient/\(person)"),
                "sent": .string(FHIRDate.instant(change.now)),
                "recipient": to.map { [["display": .string($0)]] } ?? [.reference("Patient/\(person)")],
                "sender": change.caller.practitioner.map { .reference($0) },
                "note": said.map { [["text": .string($0)]] },
            ]))
        try FinishTasks.end([.planCopy], of: person, as: "completed", why: "A new copy was given.", in: change)
        return copy
    }
}

/// When a medicine was changed after a copy was given: the copy at home is out of date, until another one is given.
package struct WatchCopy: Sendable {
    private static let reads: Set<String> = PlanHistory.reads.union(["EpisodeOfCare"])
    /// A week: what is written on the door is read every day.
    private static let milliseconds: Int64 = 7 * 86_400_000

    package let person: String

    package init(person: String) {
        self.person = person
    }

    /// - Returns: the task; nil when the copy still holds, or none was given.
    @discardableResult
    package func perform(in change: Change) throws -> Resource? {
        // Most people were never given one: a file of many medicines comes in without more than this look.
        guard let copy = PlanCopy.all(try change.reader.person(person, ["Communication"])).first else {
            return nil
        }
        let record = try change.reader.person(person, Self.reads)
        guard !record.hasDied, PlanMark.current(record) != nil else {
            return nil
        }
        let names = try Medicine.names(of: record, by: change.reader)
        let state = CopyState(
            [copy], try PlanHistory(of: person, by: change.reader), now: PlanPicture(record, names: names))
        guard state.isOutOfDate else {
            return nil
        }
        let manager = record.all("EpisodeOfCare").last { $0.root.text("status") == "active" }?
            .root.text("careManager", "reference")
        let titles = Set(state.medicines.map(\.title))
        let labels = record.all("MedicationRequest").filter { request in
            titles.contains(request.root["medicationCodeableConcept"]?.words ?? "")
        }
        return try OpenTask(
            .planCopy, person: person, title: "The copy of the plan at home is out of date",
            why: state.medicines.prefix(3).map { "\($0.title): \($0.kind.words)" }.joined(separator: "; "),
            owner: manager, due: change.now + Self.milliseconds, focus: copy.resource.reference,
            basedOn: PlanMark.current(record)?.reference, key: "\(person)/plan-copy/\(copy.resource.id)",
            labels: labels.lazy.compactMap { $0.root["meta"]?["security"]?.value }.first
        ).perform(in: change)
    }
}

extension PlanDifference.Kind {
    package var words: String {
        switch self {
        case .added: "new"
        case .removed: "no longer there"
        case .changed: "changed"
        }
    }
}
