import Care
import FHIR
import Foundation
import HTTPTypes
import Hummingbird
import Records

extension AssessmentPage {
    @Sendable func submit(_ request: Request, _ context: StaffContext) async throws -> Response {
        let form = try await Form.read(request, takesFiles: true)
        try SameOrigin.check(form, context)
        let (person, instrument) = try place(context)
        let query = Form.query(of: request)
        let seen = try await look(person, Self.reads, context)
        let from = query["from"].flatMap { from in seen.history.handedIn.first { $0.response.id == from } }
        let posted = instrument.answers(fromForm: form.fields) { typed in
            LocalTime.moment(typed, zone: services.zone).map { FHIRDate.instant($0) }
        }
        let id = query["draft"] ?? form["id"] ?? ""
        let files = SentFiles(form, instrument, response: id)
        var shown = Shown(
            person: person, instrument: instrument, answers: instrument.answers(posted, adding: files.taken), id: id,
            version: form["version"].flatMap { Int($0) }, isDraft: form["version"] != nil, from: from,
            language: language(query, instrument, seen), isConfidential: form[ConfidentialTick.name] != nil,
            form: form, step: form["place"])
        if let step = shown.step {
            shown.answers = try await answers(shown, at: step, seen, context)
        }
        // Rows come and go, and formulas are worked out anew, without a script and without keeping anything.
        if let act = RowAct(form["do"], instrument, shown.answers), shown.step == nil {
            try await keep(files.taken, of: person, context)
            (shown.answers, shown.rows) = (act.answers, act.rows)
            return try await page(shown, seen, context)
        }
        if form["do"] == "update" || form["do"] == "right" {
            shown.allRight = form["do"] == "right"
            try await keep(files.taken, of: person, context)
            return try await page(shown, seen, context)
        }
        let act = form["do"] ?? "finish"
        do {
            var verb = try await self.verb(shown, query, form, closing: act == "finish", seen, context)
            (verb.files, verb.refusedFiles) = (files.taken, files.refused)
            let ready = verb
            let outcome = try await services.records.write(as: try context.caller(), at: services.now()) { change in
                try ready.perform(in: change)
            }
            if act == "typing" {
                return Self.typed(outcome, sent: shown.answers, zone: services.zone)
            }
            if let problems = outcome.problems {
                (shown.problems, shown.version, shown.isDraft) = (problems, outcome.response.version, true)
                shown.answers = outcome.worked?.answers ?? shown.answers
                shown.flags = outcome.screening.safety
                return try await page(shown, seen, context)
            }
            return .seeOther(next(act, shown, outcome, query))
        } catch let problems as FormProblems {
            if act == "typing" {
                return Self.typed(try await work(shown, shown.answers, seen, begins: false, try context.caller()).0)
            }
            // One question at a time goes on when nothing was said yet.
            if let step = shown.step, act != "finish", act != "draft", shown.answers.values.allSatisfy(\.isEmpty),
                files.refused.isEmpty
            {
                let worked = WorkedForm(instrument, shown.answers)
                let steps = FormSteps(AssessmentForm(instrument: worked.form, answers: worked.answers))
                let to = steps.place(after: step, by: act == "back" ? -1 : 1) ?? step
                return .seeOther(address(shown, query) + "&one=\(to.formEncoded)")
            }
            shown.problems = problems
            return try await page(shown, seen, context)
        } catch RecordsFailure.stale(let current) {
            if act == "typing" {
                return .json(["conflict": true])
            }
            try await keep(files.taken, of: person, context)
            return try await conflict(
                instrument, person, shown.answers, shown.id, act == "finish", shown.isConfidential == true, current,
                context)
        }
    }

    /// Stores what no page can hand back before the form itself is kept: the page then names it.
    private func keep(_ files: [NewFile], of person: String, _ context: StaffContext) async throws {
        guard !files.isEmpty else {
            return
        }
        try await services.records.write(as: try context.caller(), at: services.now()) { change in
            for file in files { try file.store(of: person, in: change) }
        }
    }

    /// A file that was handed in with a form: for whoever may read the answers.
    @Sendable func file(_ request: Request, _ context: StaffContext) async throws -> Response {
        let (person, id, file) = (try context.part("id"), try context.part("response"), try context.part("file"))
        let found = try await services.records.read(
            as: try context.caller(), at: services.now(), for: "file of an assessment"
        ) { reader in
            try ShownFile.response(
                file, namedBy: [try reader.get("QuestionnaireResponse", id)], of: person, by: reader)
        }
        return try ShownFile.response(found.binary, found.file)
    }

    /// All answers of a page that shows one question.
    private func answers(
        _ shown: Shown, at step: String, _ seen: Seen, _ context: StaffContext
    ) async throws -> Answers {
        let caller = try context.caller()
        var plain = shown
        plain.answers = [:]
        let beginning = try await work(plain, [:], seen, begins: true, caller).0.answers
        return try await services.records.read(as: caller, at: services.now(), for: "draft") { reader in
            try shown.instrument.answers(
                posted: shown.answers, place: step, over: shown.id, version: shown.version, beginning: beginning,
                by: reader)
        }
    }

    /// What keeps the form, with who answered and which of the known answers stand.
    private func verb(
        _ shown: Shown, _ query: Form, _ form: Form, closing: Bool, _ seen: Seen, _ context: StaffContext
    ) async throws -> SubmitAssessment {
        var verb = SubmitAssessment(
            person: seen.record.id, instrument: shown.instrument, answers: shown.answers, id: shown.id,
            version: shown.version, closing: closing,
            source: try WhoAnswers(seen.record).source(form, shown.instrument), language: query["language"],
            isConfidential: shown.isConfidential == true, library: services.care.instruments)
        // A page of one question does not ask again who answers, and which of the others are right.
        let draft = shown.step == nil ? nil : seen.history.drafts.first { $0.response.id == shown.id }?.response.root
        verb.mode = form["mode"].flatMap { AnsweredBy.Mode(rawValue: $0) } ?? draft.flatMap { AnsweredBy.Mode($0) }
        let before = draft.map { KnownMark.all($0) } ?? [:]
        verb.isTyping = !closing && form["do"] != "draft"
        let known = try await work(shown, shown.answers, seen, begins: false, try context.caller()).1
        for (key, known) in known where shown.answers[key] == known.answers {
            verb.marks[key] = KnownMark(
                source: words(known),
                isConfirmed: form["ok.\(key)"] != nil || key != shown.step && before[key]?.isConfirmed == true)
        }
        return verb
    }

    private func address(_ shown: Shown, _ query: Form) -> String {
        let place = shown.isDraft ? "draft=\(shown.id)&" : shown.from.map { "from=\($0.response.id)&" } ?? ""
        return "/people/\(shown.person)/assess/\(shown.instrument.name)?\(place)language=\(shown.language ?? "en")"
    }

    /// Where one goes after something was kept.
    private func next(_ act: String, _ shown: Shown, _ outcome: SubmitAssessment.Outcome, _ query: Form) -> String {
        var shown = shown
        shown.isDraft = true
        let base = address(shown, query)
        switch act {
        case "finish":
            if outcome.screening.safety.isEmpty, let next = outcome.screening.opens {
                return "/people/\(shown.person)/assess/\(next)?from=\(shown.id)&done=asked"
                    + "&language=\(shown.language ?? "en")"
            }
            return "/people/\(shown.person)/assess/\(shown.instrument.name)?result=\(shown.id)"
        case "draft": return base + "&done=draft"
        default:
            guard let step = shown.step, let worked = outcome.worked else {
                return base
            }
            return base + "&one=\(Self.step(act, from: step, worked, shown.instrument).formEncoded)"
        }
    }

    /// The question that a button leads to.
    static func step(_ act: String, from step: String, _ worked: WorkedForm, _ instrument: Instrument) -> String {
        if act.hasPrefix("add:"), let place = RowAct(act, instrument, [:])?.rows.first {
            var row = Instrument.Place(key: place.key)
            if row.rows.isEmpty { row.rows = [1] }
            row.rows[row.rows.count - 1] = place.value
            let group = instrument.item(row.linkId)
            let first = group.flatMap { Instrument.all($0.items).first { $0.isQuestion } }?.asked ?? row.linkId
            return Instrument.Place(linkId: first, rows: row.rows).key
        }
        let steps = FormSteps(AssessmentForm(instrument: worked.form, answers: worked.answers))
        return steps.place(after: step, by: act == "back" ? -1 : 1) ?? step
    }

    @Sendable func send(_ request: Request, _ context: StaffContext) async throws -> Response {
        let form = try await Form.read(request)
        try SameOrigin.check(form, context)
        let (person, instrument) = try place(context)
        let now = services.now()
        let verb = SendForm(person: person, instrument: instrument, due: now + 14 * 86_400_000)
        try await services.records.write(as: try context.caller(), at: now) { change in
            _ = try verb.perform(in: change)
        }
        return .seeOther("/people/\(person)/assess/\(instrument.name)?done=sent")
    }

    /// Someone else kept this draft in between.
    private func conflict(
        _ instrument: Instrument, _ person: String, _ answers: Answers, _ id: String, _ closing: Bool,
        _ isConfidential: Bool, _ current: Resource, _ context: StaffContext
    ) async throws -> Response {
        let theirs = instrument.answers(from: current.root)
        let mine = instrument.kept(answers)
        let lines = instrument.questions.compactMap { item -> (label: String, theirs: String, mine: String)? in
            let sides = [theirs, mine].map { AssessmentForm.words($0[item.linkId] ?? [], to: item) }
            return sides[0] == sides[1] ? nil : (item.text, sides[0], sides[1])
        }
        let href = "/people/\(person)/assess/\(instrument.name)?draft=\(id)"
        return try await ConflictPage.response(
            services, context, what: instrument.title, current: current, lines: lines,
            form: FormModel(
                href, submit: closing ? "Hand in mine" : "Keep mine as the draft", version: current.version,
                hidden: [("do", closing ? "finish" : "draft")]
                    + (isConfidential ? [(ConfidentialTick.name, "yes")] : []),
                fields: AssessmentForm(
                    instrument: instrument, answers: answers, folder: AssessmentResult.files(of: person, id)
                ).all
            ).with { $0.files = true },
            theirsHref: href)
    }

    @Sendable func needs(_ request: Request, _ context: StaffContext) async throws -> Response {
        let form = try await Form.read(request)
        try SameOrigin.check(form, context)
        let (person, instrument) = try place(context)
        guard let id = form["id"],
            id.utf8.allSatisfy({ (97...122).contains($0) || (48...57).contains($0) || $0 == 45 })
        else {
            throw HTTPError(.notFound)
        }
        let verb = RecordNeeds(
            person: person, response: id, categories: form.all("need").filter { !$0.hasPrefix(Self.barrier) },
            barriers: form.all("need").filter { $0.hasPrefix(Self.barrier) }.map {
                String($0.dropFirst(Self.barrier.count))
            }.filter(services.care.offers.barriers.contains), library: services.care.instruments)
        let back = "/people/\(person)/assess/\(instrument.name)?result=\(id)&done="
        do {
            try await services.records.write(as: try context.caller(), at: services.now()) { change in
                _ = try verb.perform(in: change)
            }
            return .seeOther(back + "needs")
        } catch is FormProblems {
            return .seeOther(back + "no-need")
        }
    }
}
