import Content

extension Instrument {
    /// Scores a form on the server from the codes chosen; totals sent by a browser are never looked at.
    ///
    /// Rules are those of Content/instruments/scoring.yaml. A missing scored question means no total. Safety questions
    /// are looked at in any case.
    /// - Parameters:
    ///   - answers: what was filled in, by link id.
    ///   - sex: for cut-offs that differ by it.
    ///   - age: in years; outside the ages a form was made for the result says so.
    ///   - closing: whether the form is handed in, or a draft.
    ///   - language: in which errors are said: Spanish or English.
    /// - Returns: the result, with what is wrong with the fields in `errors`.
    package func score(
        _ answers: Answers, sex: CutOffSex = .unknown, age: Int? = nil, closing: Bool = true,
        language: String? = nil
    ) -> Screening {
        let kept = kept(answers)
        var points = points(kept)
        let open = (scoring?.items ?? []).filter { points[$0] == nil }
        let blank = !points.isEmpty && open.count <= scoring?.mostBlank ?? 0 ? open : []
        for item in blank { points[item] = 0 }
        var result = Result(missing: open.filter { !blank.contains($0) })
        if !blank.isEmpty { result.notes.append("\(blank.count) left blank: blank counts 0 in this form.") }
        if let scoring {
            if scoring.total != nil { result.read(points, by: scoring, sex: sex, age: age) }
            if !result.missing.isEmpty, points.isEmpty == false || closing {
                result.notes.append("Not all questions were answered, so there is no total.")
            }
        }
        result.notes += asking.ageNote(age)
        return Screening(
            scoringVersion: scoring.map { "\(name) \($0.origin.version)" }, total: result.total,
            verdict: result.verdict, band: result.band,
            items: (scoring?.items ?? []).compactMap { id in
                points[id].map { Screening.ItemScore(linkId: id, points: $0) }
            },
            missing: result.missing, blank: blank, scales: result.scales,
            safety: safety(answers, total: result.total), opens: nextForm(points), notes: result.notes,
            screen: [.positive, .negative].contains(result.verdict)
                ? scoring?.screen.map { age ?? 18 < 18 ? $0.young : $0.adult } : nil,
            needs: needs(kept), errors: check(answers, closing: closing, language: language))
    }

    /// What the points come to, as far as it is known.
    private struct Result {
        var total: Int?
        var verdict: Screening.Verdict?
        var band: Scoring.Band?
        var scales: [Screening.ScaleScore] = []
        var missing: [String]
        var notes: [String] = []

        init(missing: [String]) { self.missing = missing }

        mutating func read(_ points: [String: Int], by scoring: Scoring, sex: CutOffSex, age: Int?) {
            if missing.isEmpty, !scoring.items.isEmpty { readTotal(points, by: scoring, sex: sex, age: age) }
            guard let key = scoring.keyQuestions, verdict != .positive else { return }
            if key.items.contains(where: { points[$0] ?? 0 > 0 }) {
                (verdict, band) = (.positive, key.positive)
                notes.append("Yes to a key question is enough.")
            } else if Set(missing) == Set(scoring.items).subtracting(key.items) {
                (verdict, band, missing) = (.negative, key.clear, [])
                notes.append("Only the key questions were asked.")
            }
        }

        private mutating func readTotal(_ points: [String: Int], by scoring: Scoring, sex: CutOffSex, age: Int?) {
            let all = scoring.items.compactMap { points[$0] }
            let total = scoring.total?.combine == .max ? all.max() ?? 0 : all.reduce(0, +)
            self.total = total
            let row = scoring.cutOffs?.row(age)
            if scoring.cutOffs != nil, row == nil {
                notes.append("No cut-off was published for this age, or the age is not known.")
                return
            }
            let positive = row.flatMap { row in scoring.cutOffs?.isPositive(total, at: row.value(sex)) }
            band = scoring.band(total, positive: positive ?? false)
            verdict = positive.map { $0 ? .positive : .negative }
            if positive == true, let review = scoring.review.first(where: { points[$0.allPointsFrom] == total }) {
                verdict = .review
                notes.append(review.note)
            }
            scales = scoring.scales.map { scale in
                Screening.ScaleScore(
                    scale: scale, points: scale.items.reduce(0) { $0 + (points[$1] ?? 0) })
            }
            for scale in scales {
                let mark = scale.isPositive ? ", at or above its cut-off of \(scale.scale.positive)" : ""
                notes.append("\(scale.scale.title): \(scale.points)\(mark).")
                // A total below its cut-off does not outweigh a part that is above its own.
                if scale.isPositive, verdict == .negative { verdict = .review }
            }
            if sex == .unknown, let row, row.female != row.male {
                let cut = scoring.cutOffs?.isLow == true ? row.unknown + 1 : row.unknown
                let which = scoring.cutOffs?.isLow == true ? "higher" : "lower"
                notes.append("Sex is not known, so the \(which) cut-off of \(cut) was used.")
            }
        }
    }

    /// Points by link id. A closed question counts 0 once the question that closed it is answered.
    private func points(_ kept: Answers) -> [String: Int] {
        var points: [String: Int] = [:]
        for linkId in scoring?.items ?? [] {
            guard let item = item(linkId) else { continue }
            if !isOpen(item, kept) {
                points[linkId] = 0
            } else if let given = kept[linkId], given.count == 1 {
                points[linkId] = item.points(given.first)
            }
        }
        return points
    }

    /// Looks at what was sent, not at what was kept: nothing else that is wrong with a form may hide a danger. Of
    /// several answers to one question the worst counts.
    private func safety(_ answers: Answers, total: Int?) -> [Screening.SafetyFlag] {
        (scoring?.safety ?? []).compactMap { rule in
            if rule.item == Scoring.SafetyRule.total {
                guard let total, total > rule.above, let words = scoring?.written(total) else { return nil }
                return flag(rule, question: title, answer: words, points: total)
            }
            guard let item = item(rule.item) else { return nil }
            let chosen = (answers[rule.item] ?? []).compactMap { answer -> Option? in
                if case .code(let code) = answer { item.option(code) } else { nil }
            }
            guard let worst = chosen.max(by: { $0.score ?? 0 < $1.score ?? 0 }), let points = worst.score,
                points > rule.above
            else { return nil }
            return flag(rule, question: item.text, answer: worst.coding.display, points: points)
        }
    }

    private func flag(
        _ rule: Scoring.SafetyRule, question: String, answer: String, points: Int
    ) -> Screening.SafetyFlag {
        Screening.SafetyFlag(linkId: rule.item, question: question, answer: answer, points: points, asks: rule.asks)
    }

    /// Points that are there can only grow, so enough of them open the next form even when a question is open.
    private func nextForm(_ points: [String: Int]) -> String? {
        guard let opens = scoring?.opens, points.values.reduce(0, +) >= opens.from else { return nil }
        return opens.instrument
    }

    private func needs(_ kept: Answers) -> [Screening.Need] {
        questions.flatMap { item in
            (kept[item.linkId] ?? []).compactMap { answer in
                guard case .code(let code) = answer, let option = item.option(code), let need = option.need
                else { return nil }
                return Screening.Need(
                    category: need, linkId: item.linkId, question: item.text, answer: option.coding.display)
            }
        }
    }
}

extension Instrument.Item {
    /// The points of an answer: those of the choice, or the number itself.
    fileprivate func points(_ answer: Answer?) -> Int? {
        switch (kind, answer) {
        case (.choice, .code(let code)?): option(code)?.score
        case (.integer, .integer(let number)?): number >= least ?? .min && number <= most ?? .max ? number : nil
        default: nil
        }
    }
}
