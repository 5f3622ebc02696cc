import Care
import FHIR
import Foundation
import Records

/// How a person's summary is said: from plain data to the fields of the page.
struct PatientWords {
    let summary: PersonSummary
    let now: Int64
    let zone: TimeZone

    var path: String { "/people/\(summary.record.id)" }

    func date(_ text: String?) -> String? { Words.date(text, now: now, zone: zone) }

    /// "St. Anne's, 20 Nov"; what the record does not say is said to be missing.
    func source(_ who: String?, _ when: String?) -> String {
        "\(who ?? "source not named"), \(date(when) ?? "day not recorded")"
    }

    var matters: PatientModel.Matters? {
        summary.matters.map {
            PatientModel.Matters(words: $0.words, source: "in their words, \(Words.day($0.at, now: now, zone: zone))")
        }
    }

    /// The one next thing: the first open task that nobody has paused.
    var next: PatientModel.Next? {
        guard !summary.hasDied || summary.loops.contains(where: { $0.code == .safety }),
            let loop = summary.loops.first(where: { $0.task != nil && !$0.isPaused }), let task = loop.task
        else {
            return nil
        }
        let (action, href) =
            switch loop.code {
            case .firstContact, .nextContact, .outreach, .dischargeContact:
                ("Start contact", "\(path)/contact?task=\(task)")
            case .assessment: ("Assess", "\(path)/assess?task=\(task)")
            case .planReview: ("Review the plan", "\(path)/plan?task=\(task)")
            case .planCopy: ("Give a new copy", "\(path)/plan/copies")
            case .planProposal: ("Answer it", "\(path)/plan/proposals")
            case .protocolChange: ("Decide", "\(path)/plan/protocols")
            case .medicationReconciliation: ("Compare the lists", "\(path)/medicines")
            default: ("Open the task", "/tasks/\(task)")
            }
        let text = [loop.title, loop.why].compactMap { $0 }.joined(separator: ". ")
        return PatientModel.Next(
            text: text, clock: loop.due.map { Words.left(until: $0, now: now) },
            clockTone: loop.code == .safety || loop.isUrgent
                ? "now" : loop.due.map { Words.tone(ofDue: $0, now: now) } ?? "note",
            action: action, href: href)
    }

    var loops: [PatientModel.Loop] {
        summary.loops.map { loop in
            var details: [String] = []
            if let why = loop.why {
                details.append(why)
            }
            details.append("asked \(date(loop.asked) ?? "on a day not recorded")")
            details.append(loop.owner.map { "with \($0)" } ?? "nobody owns it")
            let clock = loop.isPaused ? "paused" : loop.due.map { Words.left(until: $0, now: now) }
            let tone =
                loop.code == .safety ? "now" : loop.isPaused ? "" : loop.due.map { Words.tone(ofDue: $0, now: now) }
            return PatientModel.Loop(
                text: loop.title, detail: details.joined(separator: " · "), state: clock ?? "no date", tone: tone ?? "",
                href: loop.task.map { "/tasks/\($0)" } ?? "\(path)/plan")
        }
    }

    var problems: [PatientModel.Problem] {
        summary.problems.filter { !$0.isBarrier }.map {
            PatientModel.Problem(text: $0.words, detail: source($0.source, $0.since))
        }
    }

    var barriers: String? {
        let all = summary.problems.filter(\.isBarrier)
        return all.isEmpty
            ? nil : "Barriers: " + all.map { "\($0.words) (\(source($0.source, $0.since)))" }.joined(separator: " · ")
    }

    var medicines: PatientModel.Medicines {
        let review = summary.review
        let discharge = review.discharged.map { Words.day($0, now: now, zone: zone) }
        let note: String
        if let compared = review.compared.map({ Words.day($0, now: now, zone: zone) }) {
            note =
                review.isReconciled
                ? "Compared on \(compared)" : "Not compared since discharge on \(discharge ?? "") (last on \(compared))"
        } else {
            note =
                discharge.map { "Not compared since discharge on \($0)" } ?? "Never compared with what is taken at home"
        }
        return PatientModel.Medicines(
            reconciled: review.isReconciled, note: note, href: "\(path)/medicines",
            lines: summary.medicines.map { medicine in
                PatientModel.Medicines.Line(
                    name: medicine.name, takes: medicine.takes ?? "how is not recorded",
                    reason: medicine.reason ?? "not recorded",
                    source:
                        "\(medicine.isOrder ? "ordered" : "said to be taken"): \(source(medicine.source, medicine.date))",
                    flag: medicine.issue, flagTone: "now")
            })
    }

    var team: [PatientModel.Member] {
        summary.team.map { member in
            PatientModel.Member(
                name: member.name, role: member.role, when: date(member.since).map { "since \($0)" } ?? "")
        }
    }

    var contacts: [PatientModel.Contact] {
        summary.contacts.map { contact in
            PatientModel.Contact(
                when: Words.dayTime(contact.at, now: now, zone: zone), text: contact.words, detail: contact.who,
                href: contact.wasReached ? "\(path)/contact/\(contact.id)" : "\(path)/contact")
        }
    }

    /// "34 minutes this month, of which 20 in contact".
    var minutes: String {
        let time = summary.time
        guard time.minutes > 0 else {
            return "No minutes this month."
        }
        return "\(Words.count(time.minutes, "minute")) this month, of which \(time.inContact) in contact."
    }

    var enrolment: PatientModel.Enrolment {
        typealias Action = PatientModel.Enrolment.Action
        guard let first = summary.programs.first else {
            return PatientModel.Enrolment(
                state: "not enrolled", tone: "",
                detail: summary.hasDied ? "Died without a programme." : "In no programme.",
                actions: summary.hasDied
                    ? []
                    : [
                        Action(text: "Offer a programme", href: "\(path)/engage", main: true),
                        Action(text: "Which one fits, and why", href: "\(path)/programs", main: false),
                    ])
        }
        let open = summary.programs.filter { ["active", "onhold"].contains($0.status) }
        let shown = open.isEmpty ? [first] : open
        let details = shown.map { program in
            var words = program.title
            words += date(program.since).map { " since \($0)" } ?? ""
            words += date(program.until).map { " until \($0)" } ?? ""
            return words + (program.careManager.map { ", with \($0)" } ?? "")
        }
        let (state, tone) =
            switch first.status {
            case "active": ("enrolled", "good")
            case "onhold": ("paused", "soon")
            case "waitlist": ("waiting", "soon")
            case "planned": ("offered", "note")
            case "finished": ("ended", "")
            default: ("not started", "")
            }
        var actions: [Action] = []
        if summary.hasDied {
            actions = open.isEmpty ? [] : [Action(text: "Close the programme", href: "\(path)/graduate", main: true)]
        } else if first.status == "active" {
            actions = [
                Action(text: "Start a contact", href: "\(path)/contact", main: next == nil),
                Action(text: "Assess", href: "\(path)/assess", main: false),
                Action(text: "Plan", href: "\(path)/plan", main: false),
                Action(text: "Close or graduate", href: "\(path)/graduate", main: false),
            ]
        } else {
            actions = [
                Action(
                    text: first.status == "onhold" ? "Resume or end" : "Programme and consent", href: "\(path)/engage",
                    main: true),
                Action(text: "Start a contact", href: "\(path)/contact", main: false),
            ]
        }
        if !summary.hasDied {
            actions.append(Action(text: "Why this programme, or another", href: "\(path)/programs", main: false))
        }
        return PatientModel.Enrolment(
            state: state, tone: tone, detail: details.joined(separator: "; ") + ".", actions: actions)
    }
}
