import Records

/// Where a running transition stands: which steps are done, what is next and by when, what is in the way.
struct TransitionSteps {
    let lane: StayLane
    /// The open step whose clock ends first.
    let next: String?
    let due: Int64?
    let closes: Int64
    let attempts: Int
    let owner: String?
    private let isReconciled: Bool
    private let isSeen: Bool
    private let hasSummary: Bool
    private let isContacted: Bool

    init(_ episode: TransitionEpisode, _ stay: Stay, _ person: PersonRecord) {
        let tasks = TransitionTasks.of(episode, in: person)
        let events = TransitionEvents(person, since: stay.discharged ?? stay.admitted)
        func isDone(_ codes: TaskCode...) -> Bool {
            tasks.contains { codes.contains($0.code) && $0.status == "completed" }
        }
        isContacted = events.contact != nil || isDone(.dischargeContact)
        isReconciled = events.reconciled != nil || isDone(.medicationReconciliation)
        isSeen = isDone(.dischargeVisit7, .dischargeVisit14)
        hasSummary = isDone(.dischargeSummary)
        attempts = events.attempts
        lane = isSeen ? .seen : isReconciled ? .reconciled : isContacted ? .contacted : .discharged
        let (contacted, reconciled) = (isContacted, isReconciled)
        let open = tasks.filter { task in
            switch task.code {
            case .dischargeContact: task.isOpen && !contacted
            case .medicationReconciliation: task.isOpen && !reconciled
            default: task.isOpen
            }
        }
        // What is paused or wanted at the same time as the call waits behind it.
        let first = open.min { left, right in
            (left.due ?? .max, Self.rank(left.code)) < (right.due ?? .max, Self.rank(right.code))
        }
        next = first.map { $0.code == .day30 ? "Close on day 30" : $0.code.title }
        due = first?.due
        closes = tasks.first { $0.code == .day30 }?.due ?? StayProjection.never
        owner = (first ?? tasks.first)?.owner
    }

    static func rank(_ code: TaskCode) -> Int {
        [
            .dischargeContact, .medicationReconciliation, .dischargeVisit7, .dischargeVisit14, .dischargeSummary,
            .dischargeTeachBack, .dischargeServices, .dischargeBooking, .dischargeResults, .dischargeSecondCall, .day30,
        ].firstIndex(of: code) ?? 11
    }

    /// The one thing that is most in the way, in plain words; nil when nothing is.
    func blocker(owner: String?, hasPhone: Bool) -> String? {
        if owner == nil { return "Nobody owns this" }
        if isSeen && !isReconciled { return "Seen, but medicines not reconciled" }
        if !isContacted && !hasPhone { return "No phone number on file" }
        if !isContacted && attempts > 0 { return "Not reached yet" }
        if isContacted && !hasSummary && !isReconciled { return "No discharge summary yet" }
        return nil
    }
}
