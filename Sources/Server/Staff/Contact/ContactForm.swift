import Care
import Foundation

/// The one form of a contact: its questions, and what was typed read into the verb.
struct ContactForm {
    let work: ContactWork
    let typed: Form
    let problems: FormProblems?

    /// What this kind of call does when it happens.
    private static let callTasks: Set<TaskCode> = [.firstContact, .nextContact, .outreach, .dischargeContact]
    static let followUps = 2

    func due() -> [Field] {
        work.due.filter(\.isShort).flatMap { due in
            due.instrument.questions.filter { $0.kind == .choice }.map { question in
                let name = "\(due.instrument.name).\(question.linkId)"
                return Field.radios(
                    name, question.text, question.options.map { ($0.coding.code, $0.coding.display) },
                    chosen: typed[name]
                ).with {
                    $0.optional = true
                    $0.hint = due.instrument.title
                }
            }
        }.faulted(problems)
    }

    func note() -> [Field] {
        var fields = [
            Field.area("note", "What was talked about", value: typed["note"], rows: 8).with { $0.required = true },
            Field.area("teach-back", "Said back in their own words", value: typed["teach-back"], rows: 2).with {
                $0.optional = true
                $0.hint = "“So that I know I was clear: how will you do it?”"
            },
        ]
        // The title of a task tells of health.
        let doable = work.contact.mayHearHealth ? work.openTasks.filter { !$0.hasOwnEnd } : []
        if !doable.isEmpty {
            let chosen =
                typed.fields.isEmpty
                ? doable.filter { $0.code.map(Self.callTasks.contains) ?? false }.map(\.id) : typed.all("done-tasks")
            fields.append(
                Field.checks("done-tasks", "Done with this contact", doable.map { ($0.id, $0.title) }, chosen: chosen)
                    .with { $0.optional = true })
        }
        fields += [
            Field.line("next", "Next contact on", value: typed["next"], type: "date").with { $0.short = true },
            Field.line("next-time", "at", value: typed["next-time"], type: "time").with {
                $0.short = true
                $0.optional = true
            },
            Field.line("no-next", "Or: no next contact, because", value: typed["no-next"]).with { $0.optional = true },
        ]
        for place in 1...Self.followUps {
            fields += [
                Field.line("task-\(place)", "To do \(place)", value: typed["task-\(place)"]).with {
                    $0.optional = true
                },
                Field.line("task-\(place)-due", "To do \(place): by", value: typed["task-\(place)-due"], type: "date")
                    .with {
                        $0.optional = true
                        $0.short = true
                    },
            ]
        }
        fields += [
            Field.line("minutes", "Minutes, only if the clock is wrong", value: typed["minutes"]).with {
                $0.optional = true
                $0.short = true
                $0.inputmode = "numeric"
                $0.unit = "min"
            },
            Field.line("minutes-reason", "Why the minutes change", value: typed["minutes-reason"]).with {
                $0.optional = true
            },
        ]
        return fields.faulted(problems)
    }

    var confirmError: String? {
        problems?.all.first { $0.field == "confirm" }?.message
    }

    /// The verb of the one save, from what was typed.
    static func verb(_ form: Form, encounter: String, signer: Signer, services: Services) throws -> SaveContact {
        var verb = SaveContact(
            encounter: encounter, note: form["note"] ?? "", version: form["version"].flatMap { Int($0) } ?? 0,
            confirmed: form["confirm"] != nil, by: signer, instruments: services.care.instruments,
            days: SiteDay(zone: services.zone).days(services.now()))
        verb.teachBack = form["teach-back"]
        verb.noNextBecause = form["no-next"]
        verb.nextContact = try FormMoment.read(form, "next", time: "next-time", zone: services.zone)
        verb.followUps = try (1...followUps).compactMap { place in
            try form["task-\(place)"].map {
                SaveContact.FollowUp(
                    title: $0, due: try FormMoment.read(form, "task-\(place)-due", zone: services.zone))
            }
        }
        verb.doneTasks = form.all("done-tasks")
        if let minutes = form["minutes"] {
            guard let number = Int(minutes) else {
                throw FormProblems("minutes", "Give whole minutes, for example 12.")
            }
            verb.minutes = number
        }
        verb.minutesReason = form["minutes-reason"]
        verb.answers = answers(form, services)
        return verb
    }

    /// Fields named `phq-2.44250-9`, by form.
    static func answers(_ form: Form, _ services: Services) -> [String: Answers] {
        var answers: [String: Answers] = [:]
        for instrument in services.care.instruments.all {
            let prefix = instrument.name + "."
            let fields = form.fields.filter { $0.name.hasPrefix(prefix) && !$0.value.isEmpty }
                .map { (name: String($0.name.dropFirst(prefix.count)), value: $0.value) }
            if !fields.isEmpty {
                answers[instrument.name] = instrument.answers(fromForm: fields)
            }
        }
        return answers
    }
}
