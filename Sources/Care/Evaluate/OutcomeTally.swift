import FHIR
import Records

/// Counts rows of ``OutcomeProjection`` as they stream by, sorted by person.
struct OutcomeTally {
    struct Key: Hashable {
        let figure: OutcomeFigure
        let period: OutcomePeriod
        let scope: String
    }

    struct Sum {
        var met = 0
        var counted = 0
        var excluded = 0
        var pending = 0
        var people = 0
        var lastPerson = ""
        var values: [Double] = []
        var labels: [String: (met: Int, counted: Int)] = [:]
        var months: [String: (met: Int, counted: Int)] = [:]
    }

    /// One row of the table.
    struct Row {
        let person: String
        let kind: String
        let scope: String
        let role: Int64
        let at: Int64
        let until: Int64
        let value: Double?
        let label: String

        init(_ row: FoundRow) {
            person = row.person
            kind = row.text("kind") ?? ""
            scope = row.text("scope") ?? ""
            role = row.integer("role") ?? 2
            at = row.integer("at") ?? 0
            until = row.integer("until") ?? 0
            value = row.real("value")
            label = row.text("label") ?? ""
        }
    }

    private let asOf: Int64
    private let ranges: [(period: OutcomePeriod, range: Range<Int64>, fifteenths: [(month: String, at: Int64)])]
    private var sums: [Key: Sum] = [:]

    init(asOf: Int64) {
        self.asOf = asOf
        ranges = OutcomePeriod.allCases.map {
            let range = $0.range(asOf: asOf)
            return ($0, range, OutcomePeriod.fifteenths(range))
        }
    }

    mutating func add(_ row: Row) {
        if row.kind == OutcomeProjection.member {
            addMonths(row)
            return
        }
        guard let figure = OutcomeFigure(rawValue: row.kind) else {
            return
        }
        for (period, range, _) in ranges where Self.belongs(row, to: range, figure) {
            let key = Key(figure: figure, period: period, scope: row.scope)
            sums[key, default: Sum()].add(row, figure, isPending: Self.isPending(row, figure, asOf))
        }
    }

    private static func belongs(_ row: Row, to range: Range<Int64>, _ figure: OutcomeFigure) -> Bool {
        figure == .enrolled ? row.at < range.upperBound && row.until >= range.lowerBound : range.contains(row.at)
    }

    /// Discharged too late to know whether the person comes back.
    private static func isPending(_ row: Row, _ figure: OutcomeFigure, _ asOf: Int64) -> Bool {
        figure == .readmission && row.role != 2 && row.at > matured(asOf)
    }

    /// Discharges up to this moment are at least 30 days old.
    static func matured(_ asOf: Int64) -> Int64 { asOf - 30 * 86_400_000 }

    private mutating func addMonths(_ row: Row) {
        for (period, _, fifteenths) in ranges {
            let inside = fifteenths.filter { $0.at >= row.at && $0.at < row.until }
            guard !inside.isEmpty else {
                continue
            }
            let key = Key(figure: .emergency, period: period, scope: row.scope)
            sums[key, default: Sum()].counted += inside.count
            for (month, _) in inside {
                sums[key, default: Sum()].months[month, default: (0, 0)].counted += 1
            }
        }
    }

    /// The counts of a figure in a period, by scope.
    func counts(_ figure: OutcomeFigure, _ period: OutcomePeriod) -> [OutcomeCount] {
        sums.filter { $0.key.figure == figure && $0.key.period == period }
            .map { $0.value.count(scope: $0.key.scope) }.sorted { $0.scope < $1.scope }
    }
}

extension OutcomeTally.Sum {
    mutating func add(_ row: OutcomeTally.Row, _ figure: OutcomeFigure, isPending: Bool) {
        guard row.role != OutcomeProjection.Role.excluded.rawValue else {
            excluded += 1
            labels[row.label, default: (0, 0)].counted += figure == .enrolled ? 1 : 0
            return
        }
        guard !isPending else {
            pending += 1
            return
        }
        let isMet = row.role == OutcomeProjection.Role.met.rawValue
        let month = OutcomePeriod.month(row.at)
        // What a rate is divided by are the months of people, which come from other rows.
        if !figure.isRate {
            counted += 1
            months[month, default: (0, 0)].counted += 1
        }
        if !row.label.isEmpty {
            labels[row.label, default: (0, 0)].counted += 1
            labels[row.label, default: (0, 0)].met += isMet ? 1 : 0
        }
        if isMet {
            met += 1
            months[month, default: (0, 0)].met += 1
            people += row.person == lastPerson ? 0 : 1
            lastPerson = row.person
        }
        if let value = row.value {
            values.append(value)
        }
    }

    func count(scope: String) -> OutcomeCount {
        func parts(_ all: [String: (met: Int, counted: Int)]) -> [OutcomeCount.Part] {
            all.sorted { $0.key < $1.key }
                .map { OutcomeCount.Part(name: $0.key, met: $0.value.met, counted: $0.value.counted) }
                .filter { $0.met > 0 || $0.counted > 0 }
        }
        var count = OutcomeCount(scope: scope)
        count.met = met
        count.counted = counted
        count.excluded = excluded
        count.pending = pending
        count.people = people
        count.quartiles = Quartiles(values)
        count.labels = parts(labels)
        count.months = parts(months)
        return count
    }
}
