/// The figures of the outcomes page, each with how it is counted.
package enum OutcomeFigure: String, Sendable, CaseIterable {
    case enrolled
    case firstContact = "first-contact"
    case goals
    case readmission
    case emergency

    package var title: String {
        switch self {
        case .enrolled: "Enrolled now"
        case .firstContact: "Time to first contact"
        case .goals: "Goals reached"
        case .readmission: "Back in hospital within 30 days, all causes"
        case .emergency: "Emergency visits per 1,000 people a year"
        }
    }

    /// What one row behind the figure is.
    package var unit: (one: String, many: String) {
        switch self {
        case .enrolled, .firstContact: ("enrolment", "enrolments")
        case .goals: ("goal", "goals")
        case .readmission: ("discharge", "discharges")
        case .emergency: ("visit", "visits")
        }
    }

    package var method: String {
        switch self {
        case .enrolled:
            """
            Counted: enrolments that were open at some time in the period. On top: those that are active or on hold now. \
            A person in two programmes counts twice. Left out: planned, waiting and declined.
            """
        case .firstContact:
            """
            Counted: enrolments that began in the period. From the start to the first contact that happened; for a \
            transition from the discharge. Median and quartiles (linear interpolation) of those reached. Those not \
            reached yet are named, not averaged: when many are waiting, the median looks better than it is.
            """
        case .goals:
            """
            Counted: goals that were reached in the period or fell due in it. On top: those reached. Left out: cancelled \
            and rejected goals, and goals without a due date that are still open.
            """
        case .readmission:
            """
            Counted: hospital stays with discharge in the period, at least 30 days ago. Transfers are one stay. On top: \
            those followed by another hospital stay within 30 days, for any reason, planned or not. Left out: died in \
            hospital, left against advice, sent on to another hospital, discharged less than 30 days ago. Programme: the \
            person was in it on the day of discharge or the day after. Whether a return was planned is read from the \
            priority of the admission and from emergency visits only; the list of planned procedures of CMS needs codes \
            that are rarely on file, so this is not the CMS measure.
            """
        case .emergency:
            """
            Emergency visits that did not lead to admission within 24 hours, divided by member-months, times 12,000. A \
            member-month: the person was in the programme (for everyone: alive) on the 15th.
            """
        }
    }

    /// Nil where the figure does not look at people's months.
    package var isRate: Bool { self == .emergency }
}
