import Care
import FHIR
import Foundation
import HTTPTypes
import Hummingbird
import Records

extension AssessmentPage {
    @Sendable func submit(_ request: Request, _ context: StaffContext) async throws -> Response {
        let form = try await Form.read(request)
        try SameOrigin.check(form, context)
        let (person, instrument) = try place(context)
        let query = Form.query(of: request)
        let id = query["draft"] ?? form["id"] ?? ""
        let version = form["version"].flatMap { Int($0) }
        let closing = form["do"] != "draft"
        let answers = instrument.answers(fromForm: form.fields) { FormMoment.local($0, zone: services.zone) }
        let now = services.now()
        let isConfidential = form[ConfidentialTick.name] != nil
        let verb = SubmitAssessment(
            person: person, instrument: instrument, answers: answers, id: id, version: version, closing: closing,
            language: query["language"], isConfidential: isConfidential,
            library: services.care.instruments)
        func again(_ problems: FormProblems, _ version: Int?, _ flags: [Screening.SafetyFlag]) async throws -> Response
        {
            let seen = try await look(person, Self.reads, context)
            let from = query["from"].flatMap { from in seen.history.handedIn.first { $0.response.id == from } }
            return try await page(
                instrument, seen, answers: answers, id: id, version: version, isDraft: version != nil, flags: flags,
                from: from, problems: problems, language: language(query, instrument, seen),
                isConfidential: isConfidential, context)
        }
        // Rows come and go, and formulas are worked out anew, without a script and without keeping anything.
        if let act = form["do"], act == "update" || act.hasPrefix("add:") || act.hasPrefix("remove:") {
            let seen = try await look(person, Self.reads, context)
            var (answers, rows) = (answers, [String: Int]())
            if act.hasPrefix("remove:") { answers = instrument.removing(row: String(act.dropFirst(7)), from: answers) }
            if act.hasPrefix("add:") {
                let place = Instrument.Place(key: String(act.dropFirst(4)))
                let first = Instrument.Place(linkId: place.linkId, rows: place.rows.dropLast() + [1]).key
                rows[first] = min((place.rows.last ?? 1) + 1, Instrument.mostRows)
            }
            return try await page(
                instrument, seen, answers: answers, id: id, version: version, isDraft: version != nil, flags: [],
                from: query["from"].flatMap { from in seen.history.handedIn.first { $0.response.id == from } },
                language: language(query, instrument, seen), isConfidential: isConfidential, rows: rows, context)
        }
        do {
            let outcome = try await services.records.write(as: try context.caller(), at: now) { change in
                try verb.perform(in: change)
            }
            if let problems = outcome.problems {
                return try await again(problems, outcome.response.version, outcome.screening.safety)
            }
            let base = "/people/\(person)/assess/"
            let spoken =
                query["language"].flatMap { code in
                    code == "en" || instrument.languages.contains(code) ? "&language=\(code)" : nil
                } ?? ""
            if !closing {
                return .seeOther(base + "\(instrument.name)?draft=\(id)&done=draft\(spoken)")
            }
            if outcome.screening.safety.isEmpty, let next = outcome.screening.opens {
                return .seeOther(base + "\(next)?from=\(id)&done=asked\(spoken)")
            }
            return .seeOther(base + "\(instrument.name)?result=\(id)")
        } catch let problems as FormProblems {
            return try await again(problems, version, [])
        } catch RecordsFailure.stale(let current) {
            return try await conflict(instrument, person, answers, id, closing, isConfidential, current, context)
        }
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
                fields: AssessmentForm(instrument: instrument, answers: answers).all),
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
