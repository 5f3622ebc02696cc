/// One condition of a search with everything looked up that can be: codes' systems, words, places.
///
/// It can be asked of a candidate (``probe``), and mostly also give the candidates (``source``).
struct Clause {
    /// A stretch of an index table whose rows stand in the order of `rid`, each resource once.
    struct Posting {
        let table: String
        /// Conditions with `@` for the alias of the row.
        let key: SQLText
    }

    /// Who is asked: the SQL of its `rid`, and the alias of its row of `resource` when it is joined.
    struct Candidate {
        let rid: String
        let row: String?
        /// How many references lead here; keeps the aliases of nested questions apart.
        var depth = 0
    }

    /// A condition of SQL.
    var probe: (Candidate) -> SQLText
    /// Whether the probe reads the candidate's row of `resource`.
    var needsRow = false
    /// Whether what it finds may be of another type than is asked for.
    var mayStray = false
    /// `SELECT … AS rid`, repeats allowed; nil when it cannot give candidates.
    var source: SQLText?
    /// When all that it finds is in a few postings.
    var postings: [Posting] = []
    var isNever = false
    /// Whether giving its candidates costs as much as many of them: it is counted only where nothing else is rare.
    var isDear = false
    /// How many it finds, as far as that was looked at.
    var estimate = Estimate.unknown

    struct Estimate {
        /// Counted up to the limit.
        var count: Int
        /// What the whole is likely to be.
        var likely: Double

        static let unknown = Estimate(count: .max, likely: .infinity)
    }

    static var never: Clause {
        Clause(probe: { _ in "1 = 0" }, source: "SELECT rid FROM resource WHERE 1 = 0", isNever: true)
    }

    static func always() -> Clause { Clause(probe: { _ in "1 = 1" }, mayStray: true) }
}

extension SQLText {
    /// Conditions on index rows are written with `@` for the alias of the row.
    func of(_ alias: String) -> SQLText { SQLText(replacing: "@", with: alias, in: self) }
}
