/// One figure, counted for one period and one scope.
package struct OutcomeCount: Sendable, Equatable {
    /// A part of the count: a status, a month, a kind of return.
    package struct Part: Sendable, Equatable {
        package let name: String
        package let met: Int
        package let counted: Int
    }

    package var scope: String
    /// On top.
    package var met = 0
    /// Below, `met` among them. For a rate: member-months.
    package var counted = 0
    package var excluded = 0
    /// Too young to tell: discharged less than 30 days ago.
    package var pending = 0
    /// How many different people stand behind `met`.
    package var people = 0
    package var quartiles: Quartiles?
    package var labels: [Part] = []
    package var months: [Part] = []

    package init(scope: String) {
        self.scope = scope
    }

    /// Fewer than this many are chance more than anything: shown, and said to be few.
    package static let few = 11

    /// - Returns: the figure itself: a count, days, a share from 0 to 1, or a rate; nil when there is nothing to divide by.
    package func score(of figure: OutcomeFigure) -> Double? {
        switch figure {
        case .enrolled: Double(met)
        case .firstContact: quartiles?.median
        case .goals, .readmission: counted > 0 ? Double(met) / Double(counted) : nil
        case .emergency: counted > 0 ? Double(met) * 12_000 / Double(counted) : nil
        }
    }

    /// The number that says whether the figure rests on enough.
    package func isSmall(for figure: OutcomeFigure) -> Bool {
        switch figure {
        case .enrolled: false
        case .firstContact: met < Self.few
        case .goals, .readmission: counted < Self.few
        case .emergency: met < Self.few
        }
    }
}
