import Care
import FHIR
import Foundation
import Records

/// A person's record in words for that person.
struct PortalHomeWords {
    let summary: PersonSummary
    let plans: PlanLibrary
    let days: PersonDays

    private var language: PlanLanguage { days.language }
    private var now: Int64 { days.now }

    var name: String { summary.record.patient.map { Words.spokenName($0.root) } ?? language.say("you", "usted") }

    var plan: PortalHome.Model.Plan {
        let picture = PlanPicture(summary.record)
        let goals = picture.openGoals.map { goal in
            PortalHome.Model.Goal(
                words: plans.said(goal.words, in: language) ?? goal.words, by: by(goal.target?.due),
                steps: PlanPrint.plain(goal.steps, plans, language))
        }
        let known = Set(picture.openGoals.map(\.words))
        let others = summary.goals.filter { !known.contains($0.words) }.map {
            PortalHome.Model.Goal(
                words: plans.said($0.words, in: language) ?? $0.words, by: by($0.due), steps: [])
        }
        return PortalHome.Model.Plan(matters: summary.matters?.words, goals: goals + others)
    }

    private func by(_ due: String?) -> String? { days.date(due).map { language.say("by \($0)", "para el \($0)") } }

    var medicines: PortalHome.Model.Medicines {
        let allergies = Allergies(summary.record, now: now, zone: days.zone)
        var known: Set<String> = []
        let text =
            switch allergies.state {
            case .known:
                language.say(allergies.text, allergies.text.replacing("Known allergies:", with: "Alergias conocidas:"))
            case .none: language.say("You told us that you have none.", "Nos dijo que no tiene ninguna.")
            case .unasked:
                language.say(
                    "We have not asked you yet. Please tell us.", "Todavía no le preguntamos. Por favor díganos.")
            case .unavailable:
                language.say("We could not see them. Please tell us.", "No las pudimos ver. Por favor díganos.")
            }
        return PortalHome.Model.Medicines(
            lines: summary.medicines.filter { known.insert($0.name.lowercased()).inserted }.map {
                PortalHome.Model.Medicine(
                    name: $0.name, how: $0.takes ?? language.say("Ask us how to take it", "Pregúntenos cómo tomarla"),
                    why: $0.reason)
            }, allergies: text, intolerances: allergies.intolerances)
    }

    var conditions: [String] { PlanPrint.unique(summary.problems.filter { !$0.isBarrier }.map(\.words)) }

    /// Visits to come, and when the team means to call, soonest first.
    var next: [PortalHome.Model.Next] {
        let visits = summary.record.all("Appointment").compactMap { visit -> (Int64, String)? in
            let root = visit.root
            guard ["proposed", "pending", "booked", "arrived", "waitlist"].contains(root["status"]?.string ?? ""),
                let start = CareMoment.of(root["start"]?.string), start >= now
            else {
                return nil
            }
            let what = root["description"]?.string ?? Words.concept(root.list("serviceType").first)
            return (start, what ?? language.say("A visit", "Una cita"))
        }
        let calls = summary.record.all("Task").map(CareTask.init).compactMap { task -> (Int64, String)? in
            guard task.isOpen, let due = task.due, due >= now else {
                return nil
            }
            switch task.code {
            case .firstContact, .nextContact, .dischargeContact:
                return (
                    due,
                    language.say("We plan to talk with you by then.", "Pensamos hablar con usted antes de ese día.")
                )
            case .planReview: return (due, language.say("We look at your plan together.", "Vemos su plan juntos."))
            default: return nil
            }
        }
        return (visits + calls).sorted { $0.0 < $1.0 }.prefix(8).map { moment, what in
            PortalHome.Model.Next(when: days.dayTime(moment), what: what)
        }
    }
}
