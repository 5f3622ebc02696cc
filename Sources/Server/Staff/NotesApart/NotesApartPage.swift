import Access
import Care
import HTTPTypes
import Hummingbird
import Records

/// Notes of therapy and of substance use counselling: written and read here, and nowhere else.
struct NotesApartPage: Sendable {
    let services: Services

    func add(to routes: StaffRoutes) {
        routes.get("people/:id/notes-apart", use: show)
        routes.post("people/:id/notes-apart", use: write)
        routes.post("people/:id/notes-apart/:note/mistaken", use: mistaken)
    }

    /// The address of a person's notes; nil for who does not write such notes.
    static func href(_ person: String, _ services: Services, _ caller: Caller) -> String? {
        services.records.policy.permits(caller, .keepNotesApart) ? "/people/\(person)/notes-apart" : nil
    }

    struct Model {
        struct Note {
            let title: String
            let when: String
            let text: String
            let mistaken: Bool
            let form: FormModel?
        }

        let page: PageFrame
        let banner: PatientBanner
        let form: FormModel
        let notes: [Note]
    }

    private static let notices = [
        "written": "The note is signed and kept apart.", "mistaken": "The note is marked as entered in error.",
    ]

    @Sendable func show(_ request: Request, _ context: StaffContext) async throws -> Response {
        let done = Form.query(of: request)["done"].flatMap { Self.notices[$0] }
        return try await page(context, typed: Form([]), notice: done.map { .good($0) })
    }

    @Sendable func write(_ request: Request, _ context: StaffContext) async throws -> Response {
        try await act(request, context) { form, person, signer in
            let verb = WriteNoteApart(
                person: person, kind: form["note-kind"].flatMap(NoteApart.Kind.init), text: form["note-text"] ?? "",
                by: signer)
            return {
                try verb.perform(in: $0)
                return "written"
            }
        }
    }

    @Sendable func mistaken(_ request: Request, _ context: StaffContext) async throws -> Response {
        let note = try context.part("note")
        return try await act(request, context) { form, person, signer in
            let verb = MarkNoteMistaken(
                person: person, note: note, version: form["version"].flatMap { Int($0) } ?? 0, by: signer)
            return {
                try verb.perform(in: $0)
                return "mistaken"
            }
        }
    }

    private func act(
        _ request: Request, _ context: StaffContext,
        _ prepare: (Form, String, Signer) throws -> @Sendable (Change) throws -> String
    ) async throws -> Response {
        let form = try await Form.read(request)
        try SameOrigin.check(form, context)
        let person = try context.part("id")
        let caller = try context.caller()
        do {
            let step = try prepare(form, person, try Signer(caller))
            let done = try await services.records.write(as: caller, at: services.now(), step)
            return .seeOther("/people/\(person)/notes-apart?done=\(done)")
        } catch let problems as FormProblems {
            return try await page(context, typed: form, problems: problems, status: .unprocessableContent)
        } catch let refusal as NotNow {
            return try await page(context, typed: form, notice: .wrong(refusal.reason), status: .conflict)
        } catch RecordsFailure.stale {
            return try await page(
                context, typed: form, notice: .wrong("Someone saved in between. This is how it stands now."),
                status: .conflict)
        }
    }

    private func page(
        _ context: StaffContext, typed: Form, problems: FormProblems? = nil, notice: PageFrame.Notice? = nil,
        status: HTTPResponse.Status = .ok
    ) async throws -> Response {
        let person = try context.part("id")
        let caller = try context.caller()
        let now = services.now()
        let (record, names) = try await services.records.read(as: caller, at: now, for: "notes apart") { reader in
            let record = try reader.person(person, PatientBanner.reads.union(["DocumentReference"]))
            let staff = NamesOnFile(reader)
            var names: [String: String] = [:]
            for author in Set(NoteApart.all(record).compactMap(\.author)) {
                names[author] = try staff.name(author)
            }
            return (record, names)
        }
        let path = "/people/\(person)/notes-apart"
        return try services.pages.response(
            Model(
                page: PageFrame("Notes kept apart", context, notice: notice, problems: problems),
                banner: PatientBanner(record, now: now, zone: services.zone), form: form(path, typed, problems),
                notes: NoteApart.all(record).map { note in
                    let when = note.at.map { Words.dayTime($0, now: now, zone: services.zone) } ?? "time not recorded"
                    let isOwn = note.author != nil && note.author == caller.practitioner
                    return Model.Note(
                        title: note.kind.words, when: "\(note.author.flatMap { names[$0] } ?? "someone"), \(when)",
                        text: note.text, mistaken: note.isMistaken,
                        form: isOwn && !note.isMistaken
                            ? FormModel(
                                "\(path)/\(note.id)/mistaken", submit: "Entered in error", version: note.version)
                            : nil)
                }),
            "notes-apart", status: status)
    }

    private func form(_ path: String, _ typed: Form, _ problems: FormProblems?) -> FormModel {
        FormModel(
            path, submit: "Sign and keep apart",
            fields: [
                .radios(
                    "note-kind", "What kind of note?", NoteApart.Kind.allCases.map { ($0.rawValue, $0.words) },
                    chosen: typed["note-kind"]),
                Field.area(
                    "note-text", "What was talked about, and what you make of it", value: typed["note-text"], rows: 8
                )
                .with {
                    // 45 CFR 164.501, 42 CFR 2.11
                    $0.hint =
                        "Not for what others need to treat the person. These go into the note of the contact: "
                        + "medicines prescribed and followed, when a session began and ended, the kinds of treatment "
                        + "and how often, results of tests, and any summary of diagnosis, functioning, treatment plan, "
                        + "symptoms, outlook and progress."
                },
            ].faulted(problems))
    }
}
