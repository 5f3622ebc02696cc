import Access
package import FHIR
package import Records

/// Takes what was ticked in the packs into the plan: goals with their problem, and steps as tasks.
package struct AddFromLibrary: Sendable {
    package let person: String
    /// Of the plan that was read, 0 when there was none.
    package let version: Int
    /// As ``item(_:_:_:)`` names them.
    package let items: [String]
    package let library: PlanLibrary
    package let today: CalendarDay
    /// The last millisecond of a day at the site.
    package let endOfDay: @Sendable (CalendarDay) -> Int64

    package init(
        person: String, version: Int, items: [String], library: PlanLibrary, today: CalendarDay,
        endOfDay: @escaping @Sendable (CalendarDay) -> Int64
    ) {
        self.person = person
        self.version = version
        self.items = items
        self.library = library
        self.today = today
        self.endOfDay = endOfDay
    }

    package enum Kind: String, Sendable {
        case goal
        case step
    }

    /// How a goal or a step of a pack is named in a form: `heart-failure.goal.weigh-daily`.
    package static func item(_ pack: PlanPack, _ kind: Kind, _ id: String) -> String {
        "\(pack.id).\(kind.rawValue).\(id)"
    }

    /// - Returns: how many goals and steps were added.
    /// - Throws: ``FormProblems``, ``RecordsFailure``
    @discardableResult
    package func perform(in change: Change) throws -> Int {
        guard !items.isEmpty else {
            throw FormProblems("library", "Tick at least one goal or step.")
        }
        let known = Set(library.packs.flatMap { pack in Self.names(of: pack) })
        guard items.allSatisfy(known.contains) else {
            throw FormProblems("library", "One of these is no longer in the library. Please tick again.")
        }
        var edit = try PlanEdit(person: person, version: version, in: change)
        var count = 0
        for pack in library.packs where Self.names(of: pack).contains(where: items.contains) {
            count += try take(pack, into: &edit, change)
        }
        guard count > 0 else {
            throw FormProblems("library", "What you ticked is on the plan already.")
        }
        try edit.save(in: change)
        return count
    }

    private static func names(of pack: PlanPack) -> [String] {
        pack.goals.map { item(pack, .goal, $0.id) } + pack.interventions.map { item(pack, .step, $0.id) }
    }

    private func take(_ pack: PlanPack, into edit: inout PlanEdit, _ change: Change) throws -> Int {
        let record = try change.reader.person(person, ["Condition", "Goal", "Task"])
        let standing = Self.goals(of: pack, edit.reference, record) { edit.holds("goal", $0) }
        let goals = pack.goals.filter { items.contains(Self.item(pack, .goal, $0.id)) && standing[$0.id] == nil }
        let steps = pack.interventions.filter {
            items.contains(Self.item(pack, .step, $0.id)) && !isOpen($0, of: pack, edit.reference, record)
        }
        guard !goals.isEmpty || !steps.isEmpty else {
            return 0
        }
        let careProtocol = try ProtocolShelf(library).read(pack, by: change.reader)
        let outcome = try TakeUpProtocol(
            person: person, careProtocol: careProtocol,
            chosen: Set(goals.map { ProtocolKey.goal($0.id) } + steps.map(\.id)),
            days: SiteDays(today: today, end: endOfDay), isWhole: false
        ).perform(into: &edit, problem: goals.isEmpty ? nil : try problem(of: pack, record, change), in: change)
        guard outcome.left.isEmpty else {
            throw FormProblems("library", outcome.left.joined(separator: " "))
        }
        return outcome.made.count + outcome.waits.count
    }

    /// The goals of the pack that the plan has and that are worked on, by their id in the pack.
    private static func goals(
        of pack: PlanPack, _ plan: String, _ record: PersonRecord, isHeld: (String) -> Bool
    ) -> [String: String] {
        var found: [String: String] = [:]
        for goal in record.all("Goal") where isHeld(goal.reference) && PlanGoal(goal).isOpen {
            for identifier in goal.root.list("identifier") {
                if let match = pack.goals.first(where: { item(pack, .goal, $0.id) == identifier.text("value") }) {
                    found[match.id] = goal.reference
                }
            }
        }
        return found
    }

    private func isOpen(
        _ step: PlanPack.Intervention, of pack: PlanPack, _ plan: String, _ record: PersonRecord
    ) -> Bool {
        record.all("Task").contains { task in
            task.root.list("basedOn").contains { $0.text("reference") == plan } && PlanStep(task).isOpen
                && PlanStep(task).title == step.title
        }
    }

    /// The condition on record that suggests the pack, or a new one in the pack's words.
    private func problem(of pack: PlanPack, _ record: PersonRecord, _ change: Change) throws -> String {
        let active = record.all("Condition").filter { $0.root.codes("clinicalStatus").contains("active") }
        let fitting =
            active.first { PackFit.fits($0, pack) } ?? active.first { $0.root["code"]?.conceptText == pack.problem }
        let isNeed = pack.suggestedBy.contains { $0.need != nil }
        return try fitting?.reference
            ?? AddProblem.create(pack.problem, isNeed ? .barrier : .problem, person, in: change).reference
    }
}

/// Which packs fit what is on record.
package enum PackFit {
    static func fits(_ condition: Resource, _ pack: PlanPack) -> Bool {
        let codings = condition.root["code"]?.list("coding") ?? []
        return codings.contains { coding in
            pack.suggestedBy.contains { suggestion in
                guard let code = coding.text("code") else {
                    return false
                }
                return switch suggestion.system {
                case .icd10: coding.text("system") == "http://hl7.org/fhir/sid/icd-10-cm" && suggestion.fits(code)
                case .snomed: coding.text("system") == "http://snomed.info/sct" && suggestion.fits(code)
                case .need: false
                }
            }
        }
            || condition.root.list("identifier").contains { identifier in
                identifier.text("system") == RecordNeeds.system
                    && pack.suggestedBy.contains { $0.system == .need && $0.code == identifier.text("value") }
            }
    }

    /// The active conditions that suggest a pack, by what they are called; the record has the type Condition.
    package static func reasons(for pack: PlanPack, _ record: PersonRecord) -> [String] {
        var names: [String] = []
        for condition in record.all("Condition")
        where condition.root.codes("clinicalStatus").contains("active") && fits(condition, pack) {
            if let name = condition.root["code"]?.conceptText, !names.contains(name) {
                names.append(name)
            }
        }
        return names
    }

    /// The packs that a plan is made of: those that fit its problems, for people of that age, and those whose goals are
    /// worked on. A goal whose problem is not to be seen says nothing of it. The age is in whole years, nil when it is not
    /// known.
    package static func onPlan(_ picture: PlanPicture, _ packs: [PlanPack], age: Int?) -> [PlanPack] {
        let problems = picture.problems.filter { $0.condition != nil }
        let taken = problems.flatMap(\.goals).filter(\.isOpen).flatMap { goal in
            goal.resource.root.list("identifier").compactMap { $0.text("value") }
        }
        return packs.filter { pack in
            taken.contains { $0.hasPrefix("\(pack.id).\(AddFromLibrary.Kind.goal.rawValue).") }
                || pack.ages.fit(age) && problems.compactMap(\.condition).contains { fits($0, pack) }
        }
    }
}
