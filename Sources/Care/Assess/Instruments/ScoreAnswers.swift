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
    /// - Returns: the result, with what is wrong with the fields in `errors`.
    package func score(
        _ answers: Answers, sex: CutOffSex = .unknown, age: Int? = nil, closing: Bool = true
    ) -> Screening {
        let kept = kept(answers)
        let points = points(kept)
        let missing = (scoring?.items ?? []).filter { points[$0] == nil }
        let total = scoring != nil && missing.isEmpty ? points.values.reduce(0, +) : nil
        var verdict: Screening.Verdict?
        var band: Scoring.Band?
        var notes: [String] = []
        var stillMissing = missing
        if let scoring {
            if let total {
                let positive = total >= scoring.cutOffs.value(sex)
                verdict = positive ? .positive : .negative
                band = scoring.band(total, positive: positive)
                if positive, let review = scoring.review.first(where: { points[$0.allPointsFrom] == total }) {
                    verdict = .review
                    notes.append(review.note)
                }
                if sex == .unknown, scoring.cutOffs.female != scoring.cutOffs.male {
                    notes.append("Sex is not known, so the lower cut-off of \(scoring.cutOffs.unknown) was used.")
                }
            }
            if let key = scoring.keyQuestions, verdict != .positive {
                if key.items.contains(where: { points[$0] ?? 0 > 0 }) {
                    (verdict, band) = (.positive, key.positive)
                    notes.append("Yes to a key question is enough.")
                } else if Set(missing) == Set(scoring.items).subtracting(key.items) {
                    (verdict, band, stillMissing) = (.negative, key.clear, [])
                    notes.append("Only the key questions were asked.")
                }
            }
            if !stillMissing.isEmpty, points.isEmpty == false || closing {
                notes.append("Not all questions were answered, so there is no total.")
            }
            notes += ageNote(scoring, age)
        }
        return Screening(
            scoringVersion: scoring.map { "\(name) \($0.origin.version)" }, total: total, verdict: verdict, band: band,
            items: (scoring?.items ?? []).compactMap { id in
                points[id].map { Screening.ItemScore(linkId: id, points: $0) }
            },
            missing: stillMissing, safety: safety(answers), opens: nextForm(points), notes: notes, needs: needs(kept),
            errors: check(answers, closing: closing))
    }

    /// Points by link id. A closed question counts 0 once the question that closed it is answered.
    private func points(_ kept: Answers) -> [String: Int] {
        var points: [String: Int] = [:]
        for linkId in scoring?.items ?? [] {
            guard let item = item(linkId) else { continue }
            if !isOpen(item, kept) {
                points[linkId] = 0
            } else if let given = kept[linkId], given.count == 1, case .code(let code)? = given.first {
                points[linkId] = item.option(code)?.score
            }
        }
        return points
    }

    /// Looks at what was sent, not at what was kept: nothing else that is wrong with a form may hide a danger. Of
    /// several answers to one question the worst counts.
    private func safety(_ answers: Answers) -> [Screening.SafetyFlag] {
        (scoring?.safety ?? []).compactMap { rule in
            guard let item = item(rule.item) else { return nil }
            let chosen = (answers[rule.item] ?? []).compactMap { answer -> Option? in
                if case .code(let code) = answer { item.option(code) } else { nil }
            }
            guard let worst = chosen.max(by: { $0.score ?? 0 < $1.score ?? 0 }), let points = worst.score,
                points > rule.above
            else { return nil }
            return Screening.SafetyFlag(
                kind: rule.kind, linkId: rule.item, question: item.text, answer: worst.coding.display, points: points,
                within: rule.within, action: rule.action, tellPerson: rule.tellPerson,
                crisisLine: rule.crisisLine, emergencyLine: rule.emergencyLine)
        }
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

    private func ageNote(_ scoring: Scoring, _ age: Int?) -> [String] {
        guard let age else { return [] }
        if let from = scoring.fromAge, age < from { return ["This form was made for people from \(from) years on."] }
        if let to = scoring.toAge, age > to { return ["This form was made for people up to \(to) years."] }
        return []
    }
}
