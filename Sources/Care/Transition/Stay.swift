/// One stay in a hospital or other facility by night: what many encounters and messages say of it, put together.
package struct Stay: Sendable, Equatable {
    /// What kind of place it was.
    package enum Kind: String, Sendable {
        case acute
        case nursing
        case rehabilitation
        case psychiatric
        case hospice

        package var words: String {
            switch self {
            case .acute: "Hospital"
            case .nursing: "Nursing facility"
            case .rehabilitation: "Rehabilitation"
            case .psychiatric: "Psychiatric hospital"
            case .hospice: "Hospice"
            }
        }
    }

    /// Where the person went.
    package enum Disposition: String, Sendable {
        case home
        case againstAdvice = "against-advice"
        case died
        case acuteCare = "acute-care"
        case nursing
        case rehabilitation
        case psychiatric
        case hospice
        case other
        case unknown

        /// The person lives where a care manager can reach them: CMS Transitional Care Management counts discharge to
        /// home, domiciliary, rest home and assisted living. What is not recorded counts as home, so that nobody is lost.
        package var goesHome: Bool {
            switch self {
            case .home, .againstAdvice, .other, .unknown: true
            case .died, .acuteCare, .nursing, .rehabilitation, .psychiatric, .hospice: false
            }
        }

        package var words: String {
            switch self {
            case .home: "home"
            case .againstAdvice: "left against advice"
            case .died: "died"
            case .acuteCare: "to another hospital"
            case .nursing: "to a nursing facility"
            case .rehabilitation: "to rehabilitation"
            case .psychiatric: "to a psychiatric hospital"
            case .hospice: "to hospice"
            case .other: "to another place"
            case .unknown: "not recorded where to"
            }
        }
    }

    /// How the stay began.
    package enum Urgency: String, Sendable {
        case planned
        case unplanned
        case unknown
    }

    /// The ids of its encounters, oldest first, the emergency visit that led to it apart.
    package var encounters: [String]
    /// The emergency visit that led to it.
    package var emergency: String?
    package var kind: Kind
    /// Milliseconds since 1970.
    package var admitted: Int64
    /// Nil while it lasts, and when the end of a finished stay was not recorded.
    package var discharged: Int64?
    /// Days since 1970 in the zone in which the hospital wrote them.
    package var admittedDay: Int
    package var dischargedDay: Int?
    package var isOver: Bool
    /// The name of the last facility, or `Organization/5` where the encounter writes no name; nil when it is not recorded.
    package var facility: String?
    package var reason: String?
    package var disposition: Disposition
    package var urgency: Urgency

    /// What stands for this stay: its first encounter.
    package var id: String { encounters.first ?? "" }
    /// What stands for this discharge: the last encounter, so that a stay that went on after a transfer has a new one.
    package var last: String { encounters.last ?? "" }

    /// Whole days between the dates of admission and discharge; the same day is 0.
    package var days: Int? { dischargedDay.map { max(0, $0 - admittedDay) } }

    /// Whether a discharge starts the clocks of a transition: alive, and to a place where the person is reached.
    package var startsTransition: Bool { discharged != nil && kind != .hospice && disposition.goesHome }
}
