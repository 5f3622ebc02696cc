import Care

/// What to watch: the measures that matter for the main condition, each with its last two values and its aim.
extension PatientWords {
    /// The packs whose conditions come first, the most pressing one in front; the others follow by title.
    private static let first = ["heart-failure", "copd", "diabetes", "hypertension", "depression"]

    /// nil when no condition on record has a pack with measures that are drawn.
    func watch(_ plans: PlanLibrary) -> PatientModel.Watch? {
        let others = plans.packs.filter { !Self.first.contains($0.id) }
        for pack in Self.first.compactMap({ plans[$0] }) + others {
            let kinds = pack.measures.compactMap { measure in
                Reading.Kind.allCases.first { $0.codes.contains(measure.loinc) }
            }
            guard !kinds.isEmpty, let problem = summary.problems.first(where: { isFor(pack, $0) })
            else {
                continue
            }
            let lines = kinds.map { kind in
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
