import FHIR
package import Records

/// The totals of one form over time: of forms that were handed in here, and of those that came from elsewhere.
package struct ScoreTrend: Sendable {
    package struct Point: Sendable {
        /// Milliseconds since 1970.
        package let at: Int64
        /// In points, as the rules of the form count them.
        package let total: Int
        package let band: Scoring.Band?
        /// The id of the QuestionnaireResponse; nil for a total from elsewhere.
        package let response: String?
    }

    /// What lies between two totals.
    package struct Step: Sendable, Equatable {
        package enum Way: Sendable, Equatable { case better, worse, same }

        package let way: Way
        /// How many points, at least 0.
        package let points: Int
        /// Whether it matters by the published rule; nil where none is known.
        package let matters: Bool?
    }

    package let instrument: Instrument
    package let scoring: Scoring
    /// Oldest first.
    package let points: [Point]

    package var latest: Point? { points.last }

    /// From the total before to the latest; nil for a single one.
    package var lastStep: Step? {
        guard let last = points.last, let before = points.dropLast().last else {
            return nil
        }
        return step(from: before, to: last)
    }

    /// How far someone has come since the first one; nil where no published rule says what counts.
    package var sinceFirst: Scoring.Change.Step? {
        guard let change = scoring.change, let first = points.first, let last = points.last, points.count > 1 else {
            return nil
        }
        return change.step(first: first.total, latest: last.total)
    }

    package func step(from: Point, to: Point) -> Step {
        let difference = to.total - from.total
        let way: Step.Way =
            difference == 0 ? .same : (difference < 0) == !scoring.isHighBetter ? .better : .worse
        return Step(
            way: way, points: abs(difference), matters: scoring.change?.matters(from: from.total, to: to.total))
    }

    /// The forms of a person that came to a total, in the order of their titles.
    /// - Parameters:
    ///   - history: what was asked here.
    ///   - person: the id of the Patient.
    ///   - reader: finds totals from elsewhere.
    ///   - library: the forms.
    /// - Returns: one a form.
    /// - Throws: what reading throws.
    package static func all(
        _ history: AssessmentHistory, person: String, by reader: Reader, library: InstrumentLibrary
    ) throws -> [ScoreTrend] {
        try library.all.compactMap { form in
            try of(form, history, person: person, by: reader)
        }
    }

    /// The totals of one form; nil when there is none, or it has no total.
    package static func of(
        _ form: Instrument, _ history: AssessmentHistory, person: String, by reader: Reader
    ) throws -> ScoreTrend? {
        guard let scoring = form.scoring, let total = scoring.total else {
            return nil
        }
        let mine = history.handedIn.filter { $0.instrument.name == form.name }
        var points = mine.compactMap { entry in
            entry.screening.total.map {
                Point(at: entry.at, total: $0, band: entry.screening.band, response: entry.response.id)
            }
        }
        let known = Set(history.entries.map { $0.response.reference })
        let others = try reader.person(person, "Observation", coded: [total.code], of: total.system, limit: 200)
        for other in others where !known.contains(other.root.list("derivedFrom").first?.text("reference") ?? "") {
            guard ["final", "amended", "corrected"].contains(other.root.text("status") ?? ""),
                let at = other.root.text("effectiveDateTime").flatMap({ FHIRDate($0)?.low }),
                let value = scoring.total(of: other.root)
            else {
                continue
            }
            let row = scoring.cutOffs?.row(history.age)
            let positive = row.flatMap { scoring.cutOffs?.isPositive(value, at: $0.value(history.sex)) } ?? false
            points.append(
                Point(at: at, total: value, band: scoring.band(value, positive: positive), response: nil))
        }
        guard !points.isEmpty else {
            return nil
        }
        points.sort { ($0.at, $0.response ?? "") < ($1.at, $1.response ?? "") }
        return ScoreTrend(instrument: form, scoring: scoring, points: points)
    }
}

extension Scoring {
    /// Whether more points mean that someone is better.
    package var isHighBetter: Bool { cutOffs?.isLow ?? (total?.isHighBetter == true) }

    /// The total of an Observation in points; nil when it holds none that the form could come to.
    fileprivate func total(of root: JSONNode) -> Int? {
        guard let total,
            let value = root.at(["valueQuantity", "value"])?.double ?? root["valueInteger"]?.double, value.isFinite
        else {
            return nil
        }
        let points = (total.combine == .mean ? value * Double(max(1, items.count)) : value).rounded()
        guard points >= Double(total.from), points <= Double(total.to) else {
            return nil
        }
        return Int(points)
    }
}
