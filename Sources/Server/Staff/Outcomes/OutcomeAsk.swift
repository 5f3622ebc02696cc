import Care

/// What was asked of the outcomes: for whom and for when. Unknown words fall back to the first choice.
struct OutcomeAsk: Sendable {
    let scope: String
    let period: OutcomePeriod
    /// Value and words.
    let scopes: [(String, String)]

    init(_ query: Form, _ programs: ProgramLibrary) {
        scopes =
            [
                (OutcomeProjection.everyone, "Everyone on file"),
                (OutcomeProjection.anyProgram, "People in any programme"),
            ] + programs.programs.map { ($0.id, $0.title) }
        let asked = query["programme"] ?? ""
        scope = scopes.contains { $0.0 == asked } ? asked : OutcomeProjection.everyone
        period = query["period"].flatMap(OutcomePeriod.init) ?? .year
    }

    var scopeWords: String { scopes.first { $0.0 == scope }?.1 ?? "" }

    var fields: [Field] {
        [
            .select("programme", "Programme", scopes, chosen: scope),
            .select(
                "period", "Period", OutcomePeriod.allCases.map { ($0.rawValue, $0.words) }, chosen: period.rawValue),
        ]
    }

    /// The address of the people behind a figure.
    func people(_ figure: OutcomeFigure, scope: String? = nil, part: OutcomePeople.Part = .met) -> String {
        "/outcomes/\(figure.rawValue)?programme=\((scope ?? self.scope).formEncoded)&period=\(period.rawValue)"
            + (part == .met ? "" : "&part=\(part.rawValue)")
    }
}
