/// What is asked of the audit. Everything that is given has to be true of a line.
package struct AuditAsk: Sendable {
    /// What was done, as FHIR and people tell it apart. In a row a search is a look with what was searched for.
    package enum Deed: String, Sendable, CaseIterable {
        case look, search, create, update, delete
        case signIn = "sign-in"
        case refusal
        case importing = "import"
        case export
    }

    /// What lines are sorted by; lines that are alike in it, by time.
    package enum Column: String, Sendable, CaseIterable {
        case time, account, deed, person, purpose, address, outcome
    }

    package struct Order: Sendable, Equatable {
        package var column: Column
        package var isDescending: Bool

        package init(_ column: Column, isDescending: Bool = false) {
            self.column = column
            self.isDescending = isDescending
        }

        package static let newest = Order(.time, isDescending: true)
        package static let oldest = Order(.time)
    }

    /// A line's place, for the page behind it.
    package struct Place: Sendable, Equatable {
        package let lane: Int64
        package let sequence: Int64

        package init(lane: Int64, sequence: Int64) {
            self.lane = lane
            self.sequence = sequence
        }

        /// `0-17`, as the id of an AuditEvent has it.
        package var text: String { "\(lane)-\(sequence)" }

        package init?(_ text: String) {
            let parts = text.split(separator: "-", omittingEmptySubsequences: false)
            guard parts.count == 2, let lane = Int64(parts[0]), let sequence = Int64(parts[1]), lane >= 0, sequence > 0,
                text == "\(lane)-\(sequence)"
            else {
                return nil
            }
            self.init(lane: lane, sequence: sequence)
        }
    }

    package var places: [Place]?
    /// The id of a Patient.
    package var person: String?
    /// The account, or `client/NAME` for a program.
    package var account: String?
    /// The FHIR reference of whoever did it, for example `Practitioner/ruth`.
    package var agent: String?
    /// A resource, as its type and id.
    package var resource: (type: String, id: String)?
    package var deeds: Set<Deed>?
    /// An interaction of the API by its name, for example `vread`.
    package var interaction: String?
    package var succeeded: Bool?
    /// A code of v3-ActReason.
    package var purpose: String?
    /// The network address that it was done from.
    package var address: String?
    /// Stands somewhere in the detail, for example `token` or `plan page`.
    package var detail: String?
    /// From when on, and before when; milliseconds since 1970.
    package var from: Int64?
    package var until: Int64?
    package var order = Order.newest
    /// Behind this line.
    package var after: Place?
    package var limit = 50

    package init() {}
}

/// One line of the audit with its names.
package struct AuditLine: Sendable {
    package let place: AuditAsk.Place
    /// Milliseconds since 1970.
    package let at: Int64
    package let account: String
    /// What the account is called; nil when it is none of this site.
    package var name: String?
    package var practitioner: String?
    package var roles: [String] = []
    package let deed: AuditAsk.Deed
    /// The id of the Patient concerned.
    package var person: String?
    /// The resource concerned, for example `Observation/17`.
    package var resource: String?
    package let version: Int64
    package let succeeded: Bool
    package let detail: String
    /// A code of v3-ActReason; empty in lines of older versions.
    package let purpose: String
    package var query: String
    /// The network address that it was done from; empty where nobody knows.
    package var address: String

    /// The interaction of the API, for example `search-type`; nil for pages.
    package var interaction: String? {
        let words = detail.split(separator: " ")
        return words.first == "api" && words.count > 1 ? String(words[1]) : nil
    }

    /// The resource type that an interaction was about.
    package var type: String? {
        let words = detail.split(separator: " ")
        return words.first == "api" && words.count > 2 ? String(words[2]) : nil
    }
}
