package import Access
import FHIR
import Foundation
package import Records

/// What would become of everybody if other programmes were in force: who would enter, who would leave, who stays. Nothing
/// is stored.
package struct DryRun: Sendable {
    /// What would change for one programme. People are named by the ids of their Patients, in the order of the ids.
    package struct Effect: Sendable, Equatable {
        package let program: String
        package let title: String
        /// Would become candidates.
        package var enter: [String] = []
        /// Candidates who would be none any more.
        package var drop: [String] = []
        /// Enrolled, and would meet the exit criteria now.
        package var leave: [String] = []
        /// Enrolled, and would not meet the exit criteria any more.
        package var keep: [String] = []
        /// Candidates that stay candidates.
        package var stay = 0
        /// Enrolled, and nothing changes for them.
        package var enrolled = 0

        package var changesNothing: Bool { enter.isEmpty && drop.isEmpty && leave.isEmpty && keep.isEmpty }

        fileprivate mutating func add(_ other: Effect) {
            enter += other.enter
            drop += other.drop
            leave += other.leave
            keep += other.keep
            stay += other.stay
            enrolled += other.enrolled
        }

        fileprivate mutating func note(_ person: String, _ before: ProgramPlace.State?, _ after: ProgramPlace.State?) {
            switch (before == .candidate, after == .candidate) {
            case (false, true): enter.append(person)
            case (true, false): drop.append(person)
            case (true, true): stay += 1
            case (false, false): break
            }
            switch (before, after) {
            case (.enrolled, .leaves): leave.append(person)
            case (.leaves, .enrolled): keep.append(person)
            case (.enrolled, _), (.leaves, _): enrolled += 1
            default: break
            }
        }
    }

    package struct Report: Sendable, Equatable {
        package var people = 0
        /// The day whose programmes are tried out.
        package let day: String
        /// By the titles of the programmes.
        package var effects: [Effect] = []
    }

    private let records: Records
    private let care: CareContent
    private let before: [Program]
    private let after: [Program]
    private let reads: Set<String>
    private let proposed: ProgramLibrary
    private let day: String
    private static let chunk = 250

    /// - Parameters:
    ///   - records: whose people.
    ///   - care: the content as it is.
    ///   - proposed: the programmes as they would be.
    ///   - day: the day whose programmes are tried out; people's facts are those of now.
    ///   - now: milliseconds since 1970.
    package init(records: Records, care: CareContent, proposed: ProgramLibrary, day: String, at now: Int64) {
        self.records = records
        self.care = care
        self.proposed = proposed
        self.day = day
        before = care.programs.effective(on: FHIRDate.day(now))
        after = proposed.effective(on: day)
        reads = KnownFacts.reads(care).union(proposed.reads)
    }

    /// Goes through everybody.
    /// - Parameters:
    ///   - hidden: what whoever asks does not see; it counts as if it were not there.
    ///   - now: milliseconds since 1970.
    ///   - progress: told how many people are done.
    /// - Returns: what would change, of every programme that is or would be in force.
    /// - Throws: what reading throws, and when the task is cancelled.
    package func run(
        hiding hidden: LabelMask = .none, at now: Int64, progress: @escaping @Sendable (Int) -> Void = { _ in }
    ) async throws -> Report {
        var caller = Caller.system("dry run")
        caller.hidden = hidden
        let reader = caller
        var parts: [(place: Int, effects: [Effect])] = []
        var report = Report(day: day)
        try await withThrowingTaskGroup(of: (Int, Int, [Effect]).self) { group in
            var (last, busy, place) = (String?.none, 0, 0)
            func note(_ part: (Int, Int, [Effect])?) {
                guard let part else {
                    return
                }
                busy -= 1
                parts.append((part.0, part.2))
                report.people += part.1
                progress(report.people)
            }
            while true {
                try Task.checkCancellation()
                let after = last
                let ids = try await records.read(as: reader, at: now, for: "dry run") {
                    try $0.personIDs(after: after, limit: Self.chunk)
                }
                guard let end = ids.last else {
                    break
                }
                last = end
                if busy > ProcessInfo.processInfo.activeProcessorCount {
                    note(try await group.next())
                }
                let here = place
                group.addTask {
                    (
                        here, ids.count,
                        try await records.read(as: reader, at: now, for: "dry run") { try effects(on: ids, $0, now) }
                    )
                }
                busy += 1
                place += 1
            }
            while let part = try await group.next() {
                note(part)
            }
        }
        report.effects = none
        for part in parts.sorted(by: { $0.place < $1.place }) {
            for (index, effect) in part.effects.enumerated() where report.effects.indices.contains(index) {
                report.effects[index].add(effect)
            }
        }
        return report
    }

    /// Every programme that is or would be in force, with nothing counted.
    private var none: [Effect] {
        let titles = Dictionary((before + after).map { ($0.id, $0.title) }) { $1 }
        return titles.sorted { ($0.value, $0.key) < ($1.value, $1.key) }.map {
            Effect(program: $0.key, title: $0.value)
        }
    }

    private func effects(on ids: [String], _ reader: Reader, _ now: Int64) throws -> [Effect] {
        var effects = none
        for id in ids {
            let record = try reader.forScores.person(id, reads) { type, body in
                care.programs.concerns(type, body) || proposed.concerns(type, body)
            }
            let facts = KnownFacts(record, care: care, at: now)
            let (old, new) = (states(facts, before), states(facts, after))
            for place in effects.indices {
                let program = effects[place].program
                effects[place].note(id, old[program], new[program])
            }
        }
        return effects
    }

    private func states(_ facts: KnownFacts, _ programs: [Program]) -> [String: ProgramPlace.State] {
        Dictionary(PlacePerson(facts, programs: programs).places().map { ($0.program, $0.state) }) { $1 }
    }
}
