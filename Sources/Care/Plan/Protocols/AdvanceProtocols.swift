import Access
import FHIR
package import Records

/// Moves on what a person has taken up: opens what waited and now has its time, and the next turn of what repeats. It may
/// run as often as it likes; what stands is found by its key.
package struct AdvanceProtocols: Sendable {
    package let person: String
    package let shelf: ProtocolShelf
    package let days: SiteDays

    package init(person: String, shelf: ProtocolShelf, days: SiteDays) {
        self.person = person
        self.shelf = shelf
        self.days = days
    }

    /// Whether a person has anything that may move on: those alone are looked at.
    package static func isNeeded(_ record: PersonRecord) -> Bool {
        record.all("RequestGroup").contains { ProtocolGroup($0)?.isOpen ?? false }
    }

    /// - Returns: what was opened.
    /// - Throws: `RecordsFailure`. A protocol that cannot be worked out any more is left as it is: nothing is lost by that.
    @discardableResult
    package func perform(in change: Change) throws -> [String] {
        let first = try change.reader.person(person, ["Patient", "RequestGroup", "CarePlan"])
        let groups = first.all("RequestGroup").compactMap { ProtocolGroup($0) }.filter(\.isOpen)
        guard !groups.isEmpty, !first.hasDied else {
            return []
        }
        var opened: [String] = []
        for group in groups {
            guard let plan = first.all("CarePlan").first(where: { $0.reference == group.plan }),
                plan.root.text("status") == "active"
            else { continue }
            do {
                guard
                    let careProtocol = try shelf.find(group.protocolID, version: group.version, by: change.reader)
                else { continue }
                opened += try advance(group, careProtocol, in: change)
            } catch is ProtocolRefusal { continue }
        }
        return opened
    }

    private func advance(_ group: ProtocolGroup, _ careProtocol: CareProtocol, in change: Change) throws -> [String] {
        // What no score may be made of opens no task on a list either.
        let record = try change.reader.forScores.person(person, careProtocol.reads)
        var opened = try repeatOn(careProtocol, record, in: change)
        let waiting = group.entries.filter { $0.reference == nil }
        guard !waiting.isEmpty else {
            return opened
        }
        let context = ProtocolContext(
            record: record, definitions: change.reader.definitions, now: change.now, days: days,
            practitioner: group.resource.root.text("author", "reference"), plan: group.plan)
        let proposal = try ApplyProtocol(
            careProtocol, context: context, trigger: group.plan, chosen: group.chosen
        ).perform()
        var outcome = TakeUpProtocol.Outcome()
        var entries: [ProtocolGroup.Entry] = []
        for item in proposal.items where waiting.contains(where: { $0.id == item.action.id }) {
            switch item.state {
            case .group: continue
            case .waits(let words), .left(let words):
                entries.append(.init(id: item.action.id, title: item.action.title, words: words))
            case .asked(let request, _):
                let made = try OpenItem(
                    careProtocol: careProtocol, record: record, days: days, about: group.resource.reference
                ).open(
                    item, request, in: change, &outcome)
                entries.append(.init(id: item.action.id, title: item.action.title, reference: made))
                try link(made, to: group.plan, in: change)
            }
        }
        try ProtocolGroup.store(entries, of: careProtocol, person: person, plan: group.plan, in: change)
        opened += outcome.made
        return opened
    }

    private func link(_ task: String, to plan: String, in change: Change) throws {
        guard let stored = try change.reader.find(reference: plan) else {
            return
        }
        var edit = PlanEdit(following: stored)
        edit.act(task)
        try edit.save(in: change)
    }

    /// The next turn of what was done by a program, or of what could not be done when its next time has come.
    private func repeatOn(_ careProtocol: CareProtocol, _ record: PersonRecord, in change: Change) throws -> [String] {
        var opened: [String] = []
        for (_, resources) in ApplyProtocol.standing(of: careProtocol, record) {
            let tasks = resources.filter { $0.type == "Task" }
            guard let last = tasks.last, let repeats = Repeating(last.root),
                tasks.allSatisfy({ !TakeUpProtocol.isOpen($0) })
            else { continue }
            let isDue =
                switch last.root.text("status") {
                case "completed": true
                case "failed", "rejected":
                    PlanStep(last).due.map {
                        repeats.next(after: CalendarDay(daysSinceEpoch: FHIRDate.days($0))) <= days.today
                    } ?? false
                // Somebody said that it is not wanted any more.
                default: false
                }
            if isDue, let next = try OpenNextStep(days: days).perform(after: last, in: change) {
                opened.append(next.reference)
            }
        }
        return opened
    }
}
