import Care
import FHIR
import Foundation
import Records

/// A person's record in words for that person.
struct PortalHomeWords {
    let summary: PersonSummary
    let now: Int64
    let zone: TimeZone

    var name: String { summary.record.patient.map { Words.spokenName($0.root) } ?? "you" }

    var plan: PortalHome.Model.Plan {
        let picture = PlanPicture(summary.record)
        let goals = picture.openGoals.map { goal in
            PortalHome.Model.Goal(
                words: goal.words, by: Words.date(goal.target?.due, now: now, zone: zone).map { "by \($0)" },
                steps: PlanPrint.unique(goal.steps.filter(\.isOpen).compactMap(PlanPrint.plain)))
        }
        let known = Set(goals.map(\.words))
        let others = summary.goals.filter { !known.contains($0.words) }.map {
            PortalHome.Model.Goal(
                words: $0.words, by: Words.date($0.due, now: now, zone: zone).map { "by \($0)" }, steps: [])
        }
        return PortalHome.Model.Plan(matters: summary.matters?.words, goals: goals + others)
    }

    var medicines: PortalHome.Model.Medicines {
        let allergies = Allergies(summary.record, now: now, zone: zone)
        var known: Set<String> = []
        let text =
            switch allergies.state {
            case .known: allergies.text
            case .none: "You told us that you have none."
            case .unasked: "We have not asked you yet. Please tell us."
            case .unavailable: "We could not see them. Please tell us."
            }
        return PortalHome.Model.Medicines(
            lines: summary.medicines.filter { known.insert($0.name.lowercased()).inserted }.map {
                PortalHome.Model.Medicine(name: $0.name, how: $0.takes ?? "Ask us how to take it", why: $0.reason)
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
            return (start, what ?? "A visit")
        }
        let calls = summary.record.all("Task").map(CareTask.init).compactMap { task -> (Int64, String)? in
            guard task.isOpen, let due = task.due, due >= now else {
                return nil
            }
            switch task.code {
            case .firstContact, .nextContact, .dischargeContact: return (due, "We plan to talk with you by then.")
            case .planReview: return (due, "We look at your plan together.")
            default: return nil
            }
        }
        return (visits + calls).sorted { $0.0 < $1.0 }.prefix(8).map { moment, what in
            PortalHome.Model.Next(when: Words.dayTime(moment, now: now, zone: zone), what: what)
        }
    }
}
