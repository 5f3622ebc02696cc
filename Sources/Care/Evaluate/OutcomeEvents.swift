import FHIR
import Records

/// One thing that a figure counts.
struct OutcomeEvent {
    var kind: String
    var role: OutcomeProjection.Role
    /// Milliseconds since 1970.
    var at: Int64
    /// The end of what lasts; for what does not, the same as `at`.
    var until: Int64
    var value: Double?
    var label = ""
    var scopes: [String]
}

/// Everything of one person that the figures count.
struct OutcomeEvents {
    private(set) var events: [OutcomeEvent] = []
    private let programs: [ProgramTime]
    private static let day: Int64 = 86_400_000

    init(_ person: PersonRecord, _ programs: [ProgramTime], _ patient: Resource) {
        self.programs = programs
        let encounters = person.all("Encounter")
        addMembership(patient)
        addEnrolments(encounters)
        for goal in person.all("Goal") {
            add(goal: goal)
        }
        let found = FindStays(encounters)
        addStays(found.stays)
        for at in found.emergencyVisits {
            events.append(
                OutcomeEvent(
                    kind: OutcomeFigure.emergency.rawValue, role: .met, at: at, until: at, scopes: scopes(at, at + 1)))
        }
    }

    /// The scopes of something that happened between two moments.
    private func scopes(_ from: Int64, _ until: Int64) -> [String] {
        let touched = Set(programs.filter { $0.counts && $0.start < until && $0.end >= from }.map(\.program))
        let any = touched.isEmpty ? [] : [OutcomeProjection.anyProgram]
        return [OutcomeProjection.everyone] + any + touched.sorted()
    }

    private mutating func addMembership(_ patient: Resource) {
        let born = patient.root.text("birthDate").flatMap { FHIRDate($0, as: .date)?.low } ?? FHIRDate.earliest
        let died = KeepTransitions.death(patient) ?? OutcomeProjection.never
        func member(_ scope: String, _ from: Int64, _ until: Int64) {
            let end = min(until, died)
            if end > from {
                events.append(
                    OutcomeEvent(kind: OutcomeProjection.member, role: .counted, at: from, until: end, scopes: [scope]))
            }
        }
        member(OutcomeProjection.everyone, born, died)
        let taken = programs.filter(\.counts)
        for (program, times) in Dictionary(grouping: taken, by: \.program).sorted(by: { $0.key < $1.key }) {
            for (from, until) in Self.merged(times) {
                member(program, from, until)
            }
        }
        for (from, until) in Self.merged(taken) {
            member(OutcomeProjection.anyProgram, from, until)
        }
    }

    /// Times that overlap or touch put together, so that nobody counts twice in a month.
    static func merged(_ times: [ProgramTime]) -> [(Int64, Int64)] {
        var merged: [(Int64, Int64)] = []
        for time in times.sorted(by: { $0.start < $1.start }) {
            if let last = merged.last, time.start <= last.1 {
                merged[merged.count - 1].1 = max(last.1, time.end)
            } else {
                merged.append((time.start, time.end))
            }
        }
        return merged
    }

    private mutating func addEnrolments(_ encounters: [Resource]) {
        let contacts = encounters.filter { $0.root.text("status") == "finished" && TransitionEvents.isContact($0.root) }
            .compactMap { $0.root.text("period", "start").flatMap { FHIRDate($0)?.low } }.sorted()
        for program in programs {
            let scopes = [OutcomeProjection.everyone, OutcomeProjection.anyProgram, program.program]
            let isRunning = ["active", "onhold"].contains(program.status)
            events.append(
                OutcomeEvent(
                    kind: OutcomeFigure.enrolled.rawValue,
                    role: !program.counts ? .excluded : isRunning ? .met : .counted, at: program.start,
                    until: program.end, label: program.status, scopes: scopes))
            guard program.counts else {
                continue
            }
            // A contact after the end of the enrolment is no answer to it.
            let reached = contacts.first { $0 >= program.start && $0 <= program.end }
            events.append(
                OutcomeEvent(
                    kind: OutcomeFigure.firstContact.rawValue, role: reached == nil ? .counted : .met,
                    at: program.start,
                    until: program.start, value: reached.map { Double($0 - program.start) / Double(Self.day) },
                    scopes: scopes))
        }
    }

    private mutating func add(goal: Resource) {
        let root = goal.root
        let life = root.text("lifecycleStatus") ?? ""
        guard !["proposed", "planned", "entered-in-error"].contains(life) else {
            return
        }
        let state = root.text("achievementStatus", "coding", "code") ?? ""
        let isReached = ["achieved", "sustaining"].contains(state)
        let due = root.list("target").compactMap { $0.text("dueDate").flatMap { FHIRDate($0, as: .date)?.low } }.max()
        let said = root.text("statusDate").flatMap { FHIRDate($0, as: .date)?.low }
        let begun = root.text("startDate").flatMap { FHIRDate($0, as: .date)?.low } ?? goal.updated
        let isLeftOut = ["cancelled", "rejected"].contains(life) || (!isReached && due == nil && life != "completed")
        let at =
            isLeftOut
            ? (said ?? due ?? begun) : isReached ? (said ?? due ?? goal.updated) : (due ?? said ?? goal.updated)
        events.append(
            OutcomeEvent(
                kind: OutcomeFigure.goals.rawValue, role: isLeftOut ? .excluded : isReached ? .met : .counted, at: at,
                until: at, label: isLeftOut ? life : state, scopes: scopes(at, at + Self.day)))
    }

    private mutating func addStays(_ stays: [Stay]) {
        let acute = stays.filter { $0.kind == .acute }
        for (place, stay) in acute.enumerated() {
            guard let discharged = stay.discharged else {
                continue
            }
            let isLeftOut = [.died, .againstAdvice, .acuteCare].contains(stay.disposition)
            let back = acute.dropFirst(place + 1).first { $0.admitted >= discharged }
            let days = back.flatMap { back in stay.dischargedDay.map { back.admittedDay - $0 } }
            let isBack = days.map { $0 <= 30 } ?? false
            events.append(
                OutcomeEvent(
                    kind: OutcomeFigure.readmission.rawValue, role: isLeftOut ? .excluded : isBack ? .met : .counted,
                    at: discharged, until: discharged, value: isBack ? days.map(Double.init) : nil,
                    label: isLeftOut ? stay.disposition.rawValue : isBack ? back?.urgency.rawValue ?? "" : "",
                    scopes: scopes(discharged, discharged + 2 * Self.day)))
        }
    }
}
