import Access
import Care
import FHIR
import Foundation
import HTTPTypes
import Hummingbird
import Records

/// The workspace of an open contact: one clock, one form, one save.
struct ContactWorkPage: Sendable {
    let services: Services

    func add(to routes: StaffRoutes) {
        routes.get("people/:id/contact/:encounter", use: show)
        routes.post("people/:id/contact/:encounter", use: save)
        routes.post("people/:id/contact/:encounter/park", use: park)
        routes.post("people/:id/contact/:encounter/resume", use: resume)
    }

    struct Model {
        struct Banner {
            let name: String
            let href: String
            let born: String
            let allergyState: String
            let allergyText: String
            let intolerances: String?
        }

        struct Line {
            let text: String
        }

        struct Park {
            let action: String
            let version: String
            let submit: String
        }

        struct Offer {
            let text: String
            let action: String
            let href: String
        }

        let page: PageFrame
        let banner: Banner
        let speaking: String
        let running: Bool
        let started: String
        let now: String
        let minutes: String
        let parkForm: Park
        let script: [Line]
        let due: [Field]
        let offers: [Offer]
        let noteFields: [Field]
        let action: String
        let version: String
        let notesHref: String?
        let sign: String
        let confirm: String
        let confirmed: Bool
        let confirmError: String?
        let healthShown: Bool
        let goals: [ContactWork.Goal]
        let loops: [ContactWork.Loop]
        let medicines: [ContactWork.Medicine]
        let reconciled: Bool
        let contacts: [ContactWork.Before]
    }

    private static let notices = [
        "draft": "Kept as a draft. The contact is still open.", "resumed": "The clock runs again.",
    ]

    @Sendable func show(_ request: Request, _ context: StaffContext) async throws -> Response {
        let done = Form.query(of: request)["done"].flatMap { Self.notices[$0] }
        return try await page(context, typed: nil, notice: done.map { .good($0) })
    }

    @Sendable func park(_ request: Request, _ context: StaffContext) async throws -> Response {
        try SameOrigin.check(try await Form.read(request), context)
        let person = try context.part("id")
        let verb = ParkContact(encounter: try context.part("encounter"))
        try await services.records.write(as: try context.caller(), at: services.now()) { change in
            _ = try Contact.get(verb.encounter, of: person, by: change.reader)
            try verb.perform(in: change)
        }
        return .seeOther("/people/\(person)/contact?done=parked")
    }

    @Sendable func resume(_ request: Request, _ context: StaffContext) async throws -> Response {
        try SameOrigin.check(try await Form.read(request), context)
        let person = try context.part("id")
        let caller = try context.caller()
        let verb = ResumeContact(encounter: try context.part("encounter"), by: try Signer(caller))
        try await services.records.write(as: caller, at: services.now()) { change in
            _ = try Contact.get(verb.encounter, of: person, by: change.reader)
            try verb.perform(in: change)
        }
        return .seeOther("/people/\(person)/contact/\(verb.encounter)?done=resumed")
    }

    @Sendable func save(_ request: Request, _ context: StaffContext) async throws -> Response {
        let form = try await Form.read(request)
        try SameOrigin.check(form, context)
        let person = try context.part("id")
        let encounter = try context.part("encounter")
        let caller = try context.caller()
        let signer = try Signer(caller)
        let isDraft = form["do"] == "draft"
        do {
            if isDraft {
                let verb = KeepDraft(
                    encounter: encounter, note: form["note"] ?? "", typed: Self.kept(form).encoded,
                    version: form["version"].flatMap { Int($0) } ?? 0, by: signer)
                try await services.records.write(as: caller, at: services.now()) { change in
                    _ = try Contact.get(encounter, of: person, by: change.reader)
                    try verb.perform(in: change)
                }
                return .seeOther("/people/\(person)/contact/\(encounter)?done=draft")
            }
            let verb = try ContactForm.verb(form, encounter: encounter, signer: signer, services: services)
            try await services.records.write(as: caller, at: services.now()) { change in
                _ = try Contact.get(encounter, of: person, by: change.reader)
                try verb.perform(in: change)
            }
            return .seeOther("/people/\(person)/contact/\(encounter)?done=signed")
        } catch let problems as FormProblems {
            return try await page(context, typed: form, problems: problems, status: .unprocessableContent)
        } catch let refusal as NotNow {
            return try await page(context, typed: form, notice: .wrong(refusal.reason), status: .conflict)
        } catch RecordsFailure.stale(let current) {
            return try await conflict(form, current, isDraft: isDraft, context)
        }
    }

    /// What of the form is kept: all but what belongs to this one sending.
    private static func kept(_ form: Form) -> Form {
        let passing: Set<String> = ["csrf", "version", "do", "confirm"]
        return Form(form.fields.filter { !passing.contains($0.name) })
    }

    private func conflict(
        _ form: Form, _ current: Resource, isDraft: Bool, _ context: StaffContext
    ) async throws -> Response {
        let theirs = ContactNote(current)
        let path = "/people/\(try context.part("id"))/contact/\(try context.part("encounter"))"
        let mine = form["note"] ?? ""
        let model: FormModel
        if theirs.isSigned {
            model = FormModel(
                path + "/addendum", submit: "Add mine as an addendum",
                intro: "The note is signed by now. What you typed can be added to it.",
                fields: [.area("addendum", "Addendum", value: mine, rows: 8)], cancel: path)
        } else {
            // The box that compares name and birth date was ticked by whoever typed this.
            let rest = form.fields.filter { !["csrf", "version", "note"].contains($0.name) && !$0.value.isEmpty }
            model = FormModel(
                path, submit: isDraft ? "Keep mine as the draft" : "Sign mine and close", version: current.version,
                hidden: rest.map { ($0.name, $0.value) },
                fields: [.area("note", "What was talked about", value: mine, rows: 8)], cancel: path)
        }
        return try await ConflictPage.response(
            services, context, what: "Note of this contact", current: current,
            lines: [(label: "Note", theirs: theirs.text, mine: mine)], form: model, theirsHref: path)
    }

    // MARK: The page

    private func page(
        _ context: StaffContext, typed: Form?, problems: FormProblems? = nil, notice: PageFrame.Notice? = nil,
        status: HTTPResponse.Status = .ok
    ) async throws -> Response {
        let person = try context.part("id")
        let encounter = try context.part("encounter")
        let caller = try context.caller()
        let work = try await services.records.read(as: caller, at: services.now(), for: "contact page") { reader in
            try ContactWork.read(person, encounter, services: services, by: reader)
        }
        guard work.contact.isOpen else {
            return try await ClosedContactPage(services: services).show(context, justSigned: typed == nil)
        }
        let draft = work.note?.typed.map { Form(encoded: $0) }
        let form = ContactForm(work: work, typed: typed ?? draft ?? Form([]), problems: problems)
        return try services.pages.response(
            model(work, form, PageFrame("Contact", context, notice: notice, problems: problems), caller),
            "contact", status: status)
    }

    private func model(_ work: ContactWork, _ form: ContactForm, _ frame: PageFrame, _ caller: Caller) -> Model {
        let now = services.now()
        let path = "/people/\(work.contact.person)/contact/\(work.contact.id)"
        let measured = work.contact.time.measured(at: now)
        let running = work.contact.time.isRunning
        let open = work.contact.mayHearHealth
        let typedVersion = form.typed["version"]
        return Model(
            page: frame,
            banner: Model.Banner(
                name: work.spokenName, href: work.banner.href, born: work.born,
                allergyState: open ? work.banner.allergyState : "unavailable",
                allergyText: open ? work.banner.allergyText : "Health is not shown: someone else is speaking",
                intolerances: open ? work.banner.intolerances : nil),
            speaking: speaking(work), running: running, started: FHIRDate.instant(now - measured),
            now: FHIRDate.instant(now),
            minutes: "\(work.contact.time.minutes(at: now)) min" + (running ? "" : ", parked"),
            parkForm: Model.Park(
                action: path + (running ? "/park" : "/resume"), version: String(work.contact.version),
                submit: running ? "Park" : "Take up again"),
            script: script(work), due: open ? form.due() : [], offers: open ? offers(work, form) : [],
            noteFields: form.note(), action: path, version: typedVersion ?? String(work.note?.version ?? 0),
            notesHref: open ? NotesApartPage.href(work.contact.person, services, caller) : nil,
            sign: "Sign as \(caller.name)", confirm: "For \(work.spokenName), born \(work.born)",
            confirmed: form.typed["confirm"] != nil, confirmError: form.confirmError,
            healthShown: open,
            goals: open ? work.goals : [], loops: open ? work.loops : [], medicines: open ? work.medicines : [],
            reconciled: !open || work.isReconciled, contacts: open ? work.before : [])
    }

    private func speaking(_ work: ContactWork) -> String {
        let compared = work.contact.identifiedBy.map { $0.words.lowercased() }.joined(separator: " and ")
        let matched = compared.isEmpty ? "" : ", \(compared) matched"
        let kept = work.contact.isConfidential ? ". Kept from parents" : ""
        return switch work.contact.speaker {
        case .person: "The person\(matched)\(kept)"
        case .caregiver: "\(work.speakerName ?? "Caregiver"), caregiver with consent\(matched)\(kept)"
        case .other: "Someone else: say nothing about health"
        }
    }

    private func script(_ work: ContactWork) -> [Model.Line] {
        guard work.contact.mayHearHealth else {
            return [
                Model.Line(text: "“Please ask \(work.spokenName) to call us back.” Give no reason."),
                Model.Line(text: "When \(work.spokenName) comes to the phone, close this and begin a new contact."),
            ]
        }
        let codes = Set(work.openTasks.compactMap(\.code))
        var lines: [String] = []
        if codes.contains(.dischargeContact) {
            lines.append("“How has it been since you came home? Do you have your medicines, and who helps you?”")
        }
        if codes.contains(.firstContact) {
            lines.append("“What matters most to you right now? What would you like to be able to do again?”")
        }
        lines.append("“What has changed since we last spoke? What worries you most today?”")
        return lines.map(Model.Line.init)
    }

    private func offers(_ work: ContactWork, _ form: ContactForm) -> [Model.Offer] {
        let person = "/people/\(work.contact.person)"
        var offers: [Model.Offer] = []
        for (name, given) in ContactForm.answers(form.typed, services).sorted(by: { $0.key < $1.key }) {
            guard let instrument = services.care.instruments[name] else {
                continue
            }
            let screening = instrument.score(given)
            if screening.verdict == .positive || screening.verdict == .review {
                if let opens = screening.opens, let next = services.care.instruments[opens] {
                    offers.append(
                        Model.Offer(
                            text: "\(instrument.title): ask more", action: next.title, href: "\(person)/assess/\(opens)"
                        ))
                }
                offers.append(
                    Model.Offer(text: "\(instrument.title): set a goal", action: "Plan", href: "\(person)/plan"))
            }
        }
        for due in work.due where !due.isShort {
            let last = due.last.map { "last asked \(Words.day($0, now: services.now(), zone: services.zone))" }
            offers.append(
                Model.Offer(
                    text: "Due: \(due.instrument.title), \(last ?? "never asked")", action: "Ask",
                    href: "\(person)/assess/\(due.instrument.name)"))
        }
        return offers
    }
}
