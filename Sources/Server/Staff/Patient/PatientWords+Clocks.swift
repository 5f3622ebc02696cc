import Care
import FHIR

extension PatientWords {
    /// The open loops, with what the clocks of assessment ask for behind what is a matter of safety.
    func loops(with care: CareContent) -> [PatientModel.Loop] {
        let safety = summary.loops.prefix { $0.code == .safety }.count
        return Array(loops.prefix(safety)) + clocks(care) + loops.dropFirst(safety)
    }

    /// One a programme whose assessment is not complete.
    private func clocks(_ care: CareContent) -> [PatientModel.Loop] {
        guard !summary.hasDied else {
            return []
        }
        return AssessmentClock.all(summary.record, clocks: care.clocks, now: now).compactMap { clock in
            guard let due = clock.due else {
                return nil
            }
            let program = care.programs[clock.program]?.title ?? clock.program
            let text: String
            var details = [program]
            switch clock.state {
            case .notBegun: text = "Begin the assessment"
            case .begun(let at):
                text = "Complete the assessment"
                details.append("begun \(Words.day(at, now: now, zone: zone))")
            case .complete: return nil
            }
            let rule = care.clocks.unreachable
            if clock.tried.isEnough {
                details.append(
                    "tried \(clock.tried.attempts) times by \(clock.tried.means) means in "
                        + "\(rule.overDays) days without an answer: may be called unreachable")
            } else if clock.tried.attempts > 0 {
                details.append(
                    "tried \(clock.tried.attempts) of \(rule.attempts) times, by \(clock.tried.means) of "
                        + "\(rule.means) means")
            }
            return PatientModel.Loop(
                text: text, detail: details.joined(separator: " · "), state: Words.left(until: due, now: now),
                tone: Words.tone(ofDue: due, now: now), href: "\(path)/assess")
        }
    }
}
