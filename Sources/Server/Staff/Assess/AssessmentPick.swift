import Access
import Care
import Content
import FHIR
import Foundation
import HTTPTypes
import Hummingbird
import Records

/// Which form to begin, and what was asked before.
extension AssessmentPage {
    struct Pick {
        struct Choice {
            let title: String
            let why: String
            let length: String
            let href: String
            let verb: String
            let main: Bool
        }

        struct Done {
            let title: String
            let when: String
            let result: String
            let tone: String
            let by: String
            let href: String
        }

        struct Group {
            let heading: String
            let choices: [Choice]
        }

        struct Slot {
            let title: String
            let why: String
        }

        let page: PageFrame
        let banner: PatientBanner
        let due: [Choice]
        let others: [Group]
        let otherAges: [Choice]
        let slots: [Slot]
        let done: [Done]
        let blocked: String?
    }

    @Sendable func pick(_ request: Request, _ context: StaffContext) async throws -> Response {
        let person = try context.part("id")
        let seen = try await look(person, PatientBanner.reads.union(AssessmentHistory.reads), context)
        let names = try await StaffNames.read(services, try context.caller())
        let now = services.now()
        let due = seen.history.due(library: services.care.instruments, now: now)
        let drafts = seen.history.drafts.map { entry in
            Pick.Choice(
                title: entry.instrument.title, why: "Draft of \(day(entry.at))",
                length: Self.length(entry.instrument),
                href: "/people/\(person)/assess/\(entry.instrument.name)?draft=\(entry.response.id)", verb: "Go on",
                main: true)
        }
        let begun = Set(seen.history.drafts.map(\.instrument.name))
        let dueNow = due.filter { !begun.contains($0.instrument.name) }.enumerated().map { place, item in
            choice(
                item.instrument, person, why: words(item.reason), from: item.reason, seen,
                main: place == 0 && drafts.isEmpty)
        }
        let today = SiteDay(zone: services.zone).today(now).text
        let others = services.care.instruments.effective(on: today).filter { form in
            !due.contains { $0.instrument.name == form.name }
        }
        let answered = WhoAnswers(seen.record)
        let done = seen.history.handedIn.prefix(50).map { entry in
            Pick.Done(
                title: entry.instrument.title, when: day(entry.at), result: AssessmentResult.short(entry),
                tone: AssessmentResult.tone(entry.screening),
                by: names.name(entry.author) ?? answered.words(entry.response.root) ?? "author not recorded",
                href: "/people/\(person)/assess/\(entry.instrument.name)?result=\(entry.response.id)")
        }
        return try services.pages.response(
            Pick(
                page: PageFrame("Assess", context), banner: banner(seen), due: drafts + dueNow,
                others: groups(others.filter { fits($0.asking, seen) }, person, seen),
                otherAges: others.filter { !fits($0.asking, seen) }.map { form in
                    choice(form, person, why: form.purpose, from: .never, seen, main: false)
                }, slots: slots(seen), done: Array(done),
                blocked: seen.onDuty == nil
                    ? "Nobody is on duty now. An answer that means danger will be yours to look after." : nil),
            "assessment-pick")
    }

    private func fits(_ asking: Asking, _ seen: Seen) -> Bool {
        asking.fits(age: seen.history.age, sex: seen.history.sex)
    }

    private func groups(_ forms: [Instrument], _ person: String, _ seen: Seen) -> [Pick.Group] {
        Asking.Group.allCases.compactMap { group in
            let choices = forms.filter { $0.asking.group == group }
                .map { choice($0, person, why: $0.purpose, from: .never, seen, main: false) }
            return choices.isEmpty ? nil : Pick.Group(heading: group.title, choices: choices)
        }
    }

    /// Forms of others for someone of this age, whose wording is not here.
    private func slots(_ seen: Seen) -> [Pick.Slot] {
        services.care.instruments.slots.filter { fits($0.asking, seen) }.map { slot in
            Pick.Slot(
                title: slot.scoring.title, why: "\(slot.scoring.origin.licence). File: instruments/\(slot.name).json")
        }
    }

    private func choice(
        _ instrument: Instrument, _ person: String, why: String, from: AssessmentHistory.Reason, _ seen: Seen,
        main: Bool
    ) -> Pick.Choice {
        var href = "/people/\(person)/assess/\(instrument.name)"
        if case .asked(let title, _) = from,
            let source = seen.history.handedIn.first(where: { $0.instrument.title == title })
        {
            href += "?from=\(source.response.id)"
        }
        return Pick.Choice(
            title: instrument.title, why: why, length: Self.length(instrument), href: href, verb: "Begin", main: main)
    }

    private func words(_ reason: AssessmentHistory.Reason) -> String {
        switch reason {
        case .never: "Not asked here yet"
        case .again(let last, 365): "Last asked on \(day(last)), more than a year ago"
        case .again(let last, let days): "Last asked on \(day(last)), to be asked again after \(days) days"
        case .asked(let by, let at): "Asked for by \(by.prefix { $0 != ":" }) of \(day(at))"
        }
    }

    /// "9 questions, about 3 minutes": a third of a minute a question.
    static func length(_ instrument: Instrument) -> String {
        let count = instrument.questions.count { $0.isQuestion && !$0.look.isHidden }
        return Words.count(count, "question") + ", about " + Words.count(max(1, (count + 2) / 3), "minute")
    }
}
