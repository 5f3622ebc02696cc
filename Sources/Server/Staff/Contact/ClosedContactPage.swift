import Access
import Care
import FHIR
import HTTPTypes
import Hummingbird
import Records

/// A contact that is closed: its signed note, and what may still be done with it.
struct ClosedContactPage: Sendable {
    let services: Services

    func add(to routes: StaffRoutes) {
        routes.post("people/:id/contact/:encounter/addendum", use: addendum)
        routes.post("people/:id/contact/:encounter/minutes", use: minutes)
        routes.post("people/:id/contact/:encounter/wrong", use: wrong)
        routes.post("people/:id/contact/:encounter/refile", use: refile)
    }

    struct Model {
        struct Note {
            let text: String
            let signed: String
        }

        struct Line {
            let text: String
        }

        struct Titled {
            let id: String
            let title: String
            let open: Bool
            let form: FormModel
        }

        let page: PageFrame
        let banner: PatientBanner
        let about: String
        let isError: Bool
        let notes: [Note]
        let minutes: String
        let changes: [Line]
        let forms: [Titled]
    }

    private struct Closed: Sendable {
        let contact: Contact
        let banner: PatientBanner
        let notes: [(text: String, signed: String)]
        let changes: [String]
        let owner: String
    }

    /// Shows the contact as it was signed, with empty forms. `justSigned` says that it comes from the one save; the
    /// page is the same either way.
    func show(_ context: StaffContext, justSigned: Bool = false) async throws -> Response {
        try await page(context, typed: Form([]))
    }

    @Sendable func addendum(_ request: Request, _ context: StaffContext) async throws -> Response {
        try await act(request, context) { form, encounter, signer in
            let verb = AddAddendum(encounter: encounter, text: form["addendum"] ?? "", by: signer)
            return { _ = try verb.perform(in: $0) }
        }
    }

    @Sendable func minutes(_ request: Request, _ context: StaffContext) async throws -> Response {
        try await act(request, context) { form, encounter, signer in
            guard let minutes = form["minutes"].flatMap({ Int($0) }) else {
                throw FormProblems("minutes", "Give whole minutes, for example 12.")
            }
            let verb = CorrectMinutes(
                encounter: encounter, minutes: minutes, reason: form["minutes-reason"] ?? "", by: signer)
            return { _ = try verb.perform(in: $0) }
        }
    }

    @Sendable func wrong(_ request: Request, _ context: StaffContext) async throws -> Response {
        try await act(request, context) { form, encounter, signer in
            let verb = MarkWrongPerson(encounter: encounter, reason: form["wrong-reason"] ?? "", by: signer)
            return { _ = try verb.perform(in: $0) }
        }
    }

    /// Goes to the contact with the right person, who is found by a number or name and the birth date.
    @Sendable func refile(_ request: Request, _ context: StaffContext) async throws -> Response {
        let form = try await Form.read(request)
        try SameOrigin.check(form, context)
        let person = try context.part("id")
        let encounter = try context.part("encounter")
        let caller = try context.caller()
        do {
            let signer = try Signer(caller)
            let text = form["right-person"] ?? ""
            let birth = form["right-birth"]
            let filed = try await services.records.write(as: caller, at: services.now()) { change in
                _ = try Contact.get(encounter, of: person, by: change.reader)
                let found = try FindPeople.read(text, by: change.reader).people.filter {
                    !$0.birth.isEmpty && $0.birth == birth
                }
                guard found.count == 1, let right = found.first else {
                    throw FormProblems(
                        "right-person",
                        found.isEmpty
                            ? "Nobody with this number or name has this birth date."
                            : "Several people fit. Give the record number.")
                }
                let filed = try RefileContact(encounter: encounter, person: right.id, by: signer).perform(in: change)
                return "/people/\(right.id)/contact/\(filed.id)"
            }
            return .seeOther(filed)
        } catch let problems as FormProblems {
            return try await page(context, typed: form, problems: problems, status: .unprocessableContent)
        } catch let refusal as NotNow {
            return try await page(context, typed: form, notice: .wrong(refusal.reason), status: .conflict)
        }
    }

    private func act(
        _ request: Request, _ context: StaffContext,
        _ prepare: (Form, String, Signer) throws -> @Sendable (Change) throws -> Void
    ) async throws -> Response {
        let form = try await Form.read(request)
        try SameOrigin.check(form, context)
        let person = try context.part("id")
        let encounter = try context.part("encounter")
        let caller = try context.caller()
        do {
            let step = try prepare(form, encounter, try Signer(caller))
            try await services.records.write(as: caller, at: services.now()) { change in
                _ = try Contact.get(encounter, of: person, by: change.reader)
                try step(change)
            }
            return .seeOther("/people/\(person)/contact/\(encounter)")
        } catch let problems as FormProblems {
            return try await page(context, typed: form, problems: problems, status: .unprocessableContent)
        } catch let refusal as NotNow {
            return try await page(context, typed: form, notice: .wrong(refusal.reason), status: .conflict)
        }
    }

    private func page(
        _ context: StaffContext, typed: Form, problems: FormProblems? = nil, notice: PageFrame.Notice? = nil,
        status: HTTPResponse.Status = .ok
    ) async throws -> Response {
        let person = try context.part("id")
        let encounter = try context.part("encounter")
        let services = services
        let closed = try await services.records.read(
            as: try context.caller(), at: services.now(), for: "contact page"
        ) { reader in try Self.read(person, encounter, services, reader) }
        return try services.pages.response(
            model(closed, typed, problems, PageFrame("Contact", context, notice: notice, problems: problems)),
            "contact-closed", status: status)
    }

    private static func read(
        _ person: String, _ encounter: String, _ services: Services, _ reader: Reader
    ) throws -> Closed {
        let now = services.now()
        let (contact, _) = try Contact.get(encounter, of: person, by: reader)
        let record = try reader.person(person, PatientBanner.reads.union(["DocumentReference"]))
        let staff = NamesOnFile(reader)
        let documents = record.all("DocumentReference").filter { document in
            document.root.at("context")?.list("encounter")
                .contains { $0.text("reference") == "Encounter/\(encounter)" } == true
        }
        return Closed(
            contact: contact,
            banner: PatientBanner(
                record, now: now, zone: services.zone, place: .contact, showsHealth: contact.mayHearHealth),
            notes: try documents.map { document in
                let note = ContactNote(document)
                let when = note.signed.map { Words.dayTime($0, now: now, zone: services.zone) }
                let name = try staff.name(note.author)
                let credential = note.credential.map { name.hasSuffix($0) ? "" : ", \($0)" } ?? ""
                return (note.text, when.map { "Signed by \(name)\(credential), \($0)" } ?? "Not signed")
            },
            changes: try contact.time.corrections.map { correction in
                "\(correction.original) to \(correction.minutes) min by \(try staff.name(correction.by)): "
                    + correction.reason
            },
            owner: try staff.name(contact.owner))
    }

    private func model(_ closed: Closed, _ typed: Form, _ problems: FormProblems?, _ frame: PageFrame) -> Model {
        let now = services.now()
        let contact = closed.contact
        let path = "/people/\(contact.person)/contact/\(contact.id)"
        let isError = contact.status == "entered-in-error"
        func isWrong(_ field: String) -> Bool { problems?.all.contains { $0.field == field } ?? false }
        let forms = [
            Model.Titled(
                id: "add", title: "Add to the note", open: isWrong("addendum"),
                form: FormModel(
                    path + "/addendum", submit: "Sign the addendum",
                    fields: [.area("addendum", "Addendum", value: typed["addendum"], rows: 4)].faulted(problems))),
            Model.Titled(
                id: "time", title: "Put the minutes right", open: isWrong("minutes") || isWrong("minutes-reason"),
                form: FormModel(
                    path + "/minutes", submit: "Save the minutes",
                    fields: [
                        Field.line("minutes", "Minutes", value: typed["minutes"]).with {
                            $0.short = true
                            $0.inputmode = "numeric"
                            $0.unit = "min"
                        },
                        .line("minutes-reason", "Why the minutes change", value: typed["minutes-reason"]),
                    ].faulted(problems))),
            Model.Titled(
                id: "mistake", title: "This was another person", open: isWrong("wrong-reason"),
                form: FormModel(
                    path + "/wrong", submit: "Mark as entered in error",
                    intro: "Note, answers and tasks of this contact are marked as entered in error and stay on file. "
                        + "Then the note can be filed with the right person.",
                    fields: [
                        .area("wrong-reason", "What went wrong", value: typed["wrong-reason"], rows: 2)
                    ].faulted(problems), grave: true)),
        ]
        let refile = Model.Titled(
            id: "refile", title: "File the note with the right person", open: true,
            form: FormModel(
                path + "/refile", submit: "File and sign",
                intro: "The note goes to the right record with your name. This record does not say whose it is.",
                fields: [
                    .line("right-person", "Record number, or full name", value: typed["right-person"]),
                    Field.line("right-birth", "Birth date", value: typed["right-birth"], type: "date").with {
                        $0.short = true
                    },
                ].faulted(problems)))
        return Model(
            page: frame, banner: closed.banner,
            about:
                "\(contact.channel.words), \(Words.dayTime(contact.start, now: now, zone: services.zone)), \(closed.owner)",
            isError: isError,
            notes: closed.notes.map { Model.Note(text: $0.text, signed: $0.signed) },
            minutes: Words.count(contact.time.minutes(at: now), "minute"),
            changes: closed.changes.map(Model.Line.init), forms: !isError ? forms : closed.notes.isEmpty ? [] : [refile]
        )
    }
}
