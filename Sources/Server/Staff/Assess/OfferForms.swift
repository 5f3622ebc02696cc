import Care
import FHIR
import Foundation
import Records

/// What a result asks for, as the page shows it: the part `offers` of `assessment.mustache`.
struct OfferForms {
    struct Line {
        let title: String
        /// What it is, why, and until when.
        let about: String
        /// What was decided when an earlier result asked for the same.
        let before: String?
        /// What was decided now; the forms are not shown then.
        let decided: Decided?
        let accept: FormModel?
        let change: Fold?
        let decline: Fold?
    }

    struct Decided {
        let words: String
        let tone: String
        let detail: String
        let href: String?
    }

    /// A form that is opened first; shown open when something is the matter with it.
    struct Fold {
        let open: Bool
        let form: FormModel
    }

    let offers: [OpenOffer]
    /// Where they post.
    let action: String
    /// The id of the QuestionnaireResponse.
    let response: String
    let reasons: [OfferLibrary.Reason]
    /// What was typed, when something was the matter with it.
    let typed: Form?
    let problems: FormProblems?
    let person: String
    let now: Int64
    let zone: TimeZone
    let names: StaffNames

    var lines: [Line] { offers.enumerated().map { line($0.element, $0.offset) } }

    /// What is the matter, with the fields where they stand on the page.
    var faults: FormProblems? {
        guard let problems, let place = offers.firstIndex(where: { $0.offer.id == typed?["offer"] }) else {
            return problems
        }
        return FormProblems(problems.all.map { .init("\($0.field)-\(place)", $0.message) })
    }

    private func day(_ moment: Int64) -> String { Words.day(moment, now: now, zone: zone) }

    private func line(_ open: OpenOffer, _ place: Int) -> Line {
        let due = open.due.map { "by \(Words.day($0, today: Words.calendarDay(now, zone: zone)))" }
        let about = [open.offer.what.word, open.because, due].compactMap(\.self).joined(separator: " · ")
        let decided = open.decision.map(decided)
        let mine = typed?["offer"] == open.offer.id
        return Line(
            title: open.title, about: about, before: open.decision == nil ? open.before.map(before) : nil,
            decided: decided, accept: decided == nil ? accept(open) : nil,
            change: decided == nil && open.offer.what.canChange ? change(open, place, mine) : nil,
            decline: decided == nil ? decline(open, place, mine) : nil)
    }

    private func hidden(_ open: OpenOffer, _ what: String) -> [(String, String)] {
        [("id", response), ("offer", open.offer.id), ("do", what)]
    }

    private func accept(_ open: OpenOffer) -> FormModel {
        let submit =
            switch open.offer.what {
            case .instrument: "Accept and begin"
            case .programme: "Accept and open Engage"
            default: "Accept"
            }
        return FormModel(action, submit: submit, hidden: hidden(open, "accept"))
    }

    private func change(_ open: OpenOffer, _ place: Int, _ mine: Bool) -> Fold {
        let isTyped = mine && typed?["do"] == "change"
        let isGoal = if case .goal = open.offer.what { true } else { false }
        let fields = [
            Field.line(
                "title", isGoal ? "The goal, in the person's words" : "What is to be done",
                value: isTyped ? typed?["title"] : open.title
            ).with { $0.id = "title-\(place)" },
            Field.line("due", "Until", value: isTyped ? typed?["due"] : open.due?.text, type: "date")
                .with { $0.id = "due-\(place)" },
        ]
        return Fold(
            open: isTyped,
            form: FormModel(
                action, submit: "Accept as changed", hidden: hidden(open, "change"),
                fields: isTyped ? fields.with(problems?.all.map { ($0.field, $0.message) } ?? []) : fields))
    }

    private func decline(_ open: OpenOffer, _ place: Int, _ mine: Bool) -> Fold {
        let isTyped = mine && typed?["do"] == "decline"
        let choices = [("", "Choose")] + reasons.map { ($0.code, $0.words) }
        let fields = [
            Field.select("reason", "Why not", choices, chosen: isTyped ? typed?["reason"] : nil)
                .with { $0.id = "reason-\(place)" },
            Field.line("note", "Note", value: isTyped ? typed?["note"] : nil).with {
                $0.id = "note-\(place)"
                $0.optional = true
            },
        ]
        return Fold(
            open: isTyped,
            form: FormModel(
                action, submit: "Decline", hidden: hidden(open, "decline"),
                fields: isTyped ? fields.with(problems?.all.map { ($0.field, $0.message) } ?? []) : fields))
    }

    private func decided(_ decision: OfferDecision) -> Decided {
        let who = [names.name(decision.by), decision.at.map(day)].compactMap(\.self).joined(separator: ", ")
        switch decision.answer {
        case .declined:
            return Decided(
                words: "Declined", tone: "",
                detail: [decision.reason, who].compactMap(\.self).joined(separator: " · "),
                href: nil)
        case .accepted, .changed:
            let words = decision.answer == .changed ? "Changed: \(decision.title)" : nil
            let there = decision.made == nil ? "it was there already" : nil
            return Decided(
                words: decision.answer == .changed ? "Accepted, changed" : "Accepted", tone: "good",
                detail: [words, there, who].compactMap(\.self).joined(separator: " · "), href: decision.made.map(href))
        }
    }

    private func href(_ made: String) -> String {
        made.hasPrefix("Task/") ? "/tasks/\(made.dropFirst("Task/".count))" : "/people/\(person)/plan"
    }

    private func before(_ decision: OfferDecision) -> String {
        let when = decision.at.map(day) ?? "before"
        switch decision.answer {
        case .declined: return "Declined the last time, on \(when): \(decision.reason ?? "no reason on record")"
        case .accepted, .changed: return "Accepted the last time, on \(when)"
        }
    }
}
