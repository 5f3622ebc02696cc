import Care

/// What the pages of programmes call things.
enum ProgramWords {
    /// The state of somebody, as it stands beside their name.
    static func state(_ state: ProgramPlace.State) -> (text: String, tone: String) {
        switch state {
        case .candidate: ("meets the criteria", "note")
        case .waits: ("waits", "soon")
        case .enrolled: ("enrolled", "good")
        case .leaves: ("ready to leave", "note")
        case .excluded: ("held back", "")
        case .declined: ("said no", "")
        }
    }

    /// The state as the name of a list.
    static func list(_ state: ProgramPlace.State) -> String {
        switch state {
        case .candidate: "Could enter"
        case .waits: "Waiting"
        case .enrolled: "Enrolled"
        case .leaves: "Ready to leave"
        case .excluded: "Held back by another programme"
        case .declined: "Said no lately"
        }
    }

    /// A count that stops at a limit.
    static func count(_ number: Int) -> String {
        number >= ProgramPeople.mostCounted ? "\(ProgramPeople.mostCounted) or more" : String(number)
    }

    /// "12 of 60 seats free"; nil where there is no limit.
    static func seats(_ program: Program, taken: Int) -> String? {
        program.seats.map { seats in
            taken >= seats ? "All \(seats) seats taken" : "\(seats - taken) of \(seats) seats free"
        }
    }

    /// How a line of a checklist stands.
    static func verdict(_ line: Readiness.Line) -> (text: String, tone: String) {
        switch line.verdict {
        case .met: ("met", "good")
        case .notMet: (line.oneOf == nil ? "not met" : "not met; one of these is enough", "soon")
        case .unknown: ("not known", "note")
        }
    }
}
