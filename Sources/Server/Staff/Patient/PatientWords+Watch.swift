import Care

/// What to watch: the measures that matter for the main condition, each with its last two values and its aim.
extension PatientWords {
    /// The plan packs that name a condition to watch, the most pressing first, with their measures.
    private static let lists: [(pack: String, kinds: [Reading.Kind])] = [
        ("heart-failure", [.weight, .dryWeight, .bloodPressure, .kidneyFiltration]),
        ("copd", [.oxygen, .weight]),
        ("diabetes", [.hemoglobinA1c, .bloodSugar, .bloodPressure, .kidneyFiltration]),
        ("hypertension", [.bloodPressure, .kidneyFiltration, .weight]),
        ("depression", [.depression]),
    ]

    /// nil when no condition on record has a list.
    func watch(_ plans: PlanLibrary) -> PatientModel.Watch? {
        for list in Self.lists {
            guard let pack = plans[list.pack],
                let problem = summary.problems.first(where: { isFor(pack, $0) })
            else {
                continue
            }
            let lines = list.kinds.map { kind in
                let all = summary.readings[kind] ?? []
                return PatientModel.Row(cells: [kind.title, said(all.last), said(all.dropLast().last), aim(of: kind)])
            }
            return PatientModel.Watch(
                title: "\(pack.title): what to watch", source: source(problem.source, problem.since),
                heads: ["Measure", "Last", "Before", "Aim"], lines: lines)
        }
        return nil
    }

    private func isFor(_ pack: PlanPack, _ problem: Problem) -> Bool {
        pack.suggestedBy.contains { suggestion in
            switch suggestion.system {
            case .icd10: problem.icd10.contains { suggestion.fits($0) }
            case .snomed: problem.snomed.contains { suggestion.fits($0) }
            case .need: false
            }
        }
    }

    private func said(_ reading: Reading?) -> String {
        reading.map { "\(latest($0)), \(source($0.source, $0.date))" } ?? "none"
    }

    private func aim(of kind: Reading.Kind) -> String {
        let goal = summary.goals.first { !kind.codes.isDisjoint(with: $0.measureCodes) }
        return goal?.aimWords ?? "not agreed"
    }
}
