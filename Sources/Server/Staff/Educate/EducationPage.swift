import Access
import Care
import FHIR
import Foundation
import HTTPTypes
import Hummingbird
import Records

/// What a person is given to read: which sheets fit, which were given, and how each was said back.
struct EducationPage: Sendable {
    let services: Services

    struct Model {
        struct Fit {
            let title: String
            let why: String
            let links: [SheetLink]
            let sayBack: [String]
        }

        struct Given {
            struct Answer {
                let result: String
                let tone: String
                let words: String?
                let detail: String
            }

            let id: String
            let title: String
            let lang: String
            let detail: String
            let href: String
            let asked: [String]
            let answers: [Answer]
            let open: Bool
            let form: FormModel
        }

        let page: PageFrame
        let banner: PatientBanner
        let fitting: [Fit]
        let others: [Fit]
        let form: FormModel
        let given: [Given]
    }

    struct SheetLink {
        let text: String
        let href: String
        let lang: String
    }

    /// What a page has read of a person.
    private struct Seen: Sendable {
        let record: PersonRecord
        let given: [GivenSheet]
        let names: [String: String]
    }

    private static let notices = [
        "given": "It is recorded as given. Ask the person to say it in their own words.",
        "said": "What was said back is recorded.",
    ]

    func add(to routes: StaffRoutes) {
        routes.get("people/:id/education", use: show)
        routes.post("people/:id/education", use: give)
        routes.post("people/:id/education/said/:given", use: said)
        let sheet = SheetPage(services: services)
        routes.get("people/:id/education/:sheet", use: sheet.show)
        routes.get("people/:id/education/:sheet/sheet.pdf", use: sheet.download)
    }

    @Sendable func show(_ request: Request, _ context: StaffContext) async throws -> Response {
        let done = Form.query(of: request)["done"].flatMap { Self.notices[$0] }
        return try await page(context, typed: Form([]), notice: done.map { .good($0) })
    }

    @Sendable func give(_ request: Request, _ context: StaffContext) async throws -> Response {
        let library = services.care.education
        return try await act(request, context, done: "given") { form, person, signer in
            let verb = GiveSheet(
                person: person, id: form["id"] ?? "", sheet: form["sheet"].flatMap { library[$0] },
                level: form["level"].flatMap(EducationSheet.Level.init),
                language: form["language"].flatMap(PlanLanguage.init(rawValue:)),
                way: form["way"].flatMap(GivenSheet.Way.init), by: signer, library: library)
            return { try verb.perform(in: $0) }
        }
    }

    @Sendable func said(_ request: Request, _ context: StaffContext) async throws -> Response {
        let given = try context.part("given")
        return try await act(request, context, done: "said") { form, person, signer in
            let verb = RecordSaidBack(
                person: person, given: given,
                result: form["result-\(given)"].flatMap(GivenSheet.SaidBack.Result.init),
                words: form["words-\(given)"] ?? "", by: signer)
            return { try verb.perform(in: $0) }
        }
    }

    private func act(
        _ request: Request, _ context: StaffContext, done: String,
        _ prepare: (Form, String, Signer) throws -> @Sendable (Change) throws -> Resource
    ) async throws -> Response {
        let form = try await Form.read(request)
        try SameOrigin.check(form, context)
        let person = try context.part("id")
        let caller = try context.caller()
        do {
            let step = try prepare(form, person, try Signer(caller))
            _ = try await services.records.write(as: caller, at: services.now(), step)
            return .seeOther("/people/\(person)/education?done=\(done)")
        } catch let problems as FormProblems {
            return try await page(context, typed: form, problems: problems, status: .unprocessableContent)
        } catch let refusal as NotNow {
            return try await page(context, typed: form, notice: .wrong(refusal.reason), status: .conflict)
        }
    }

    private func look(_ person: String, _ context: StaffContext) async throws -> Seen {
        try await services.records.read(as: try context.caller(), at: services.now(), for: "education") { reader in
            let record = try reader.person(person, PatientBanner.reads.union(["Condition"]))
            let given = try GivenSheet.all(of: person, by: reader)
            let staff = NamesOnFile(reader)
            var names: [String: String] = [:]
            for author in Set(given.flatMap { [$0.by] + $0.saidBack.map(\.by) }.compactMap(\.self)) {
                names[author] = try staff.name(author)
            }
            return Seen(record: record, given: given, names: names)
        }
    }

    private func page(
        _ context: StaffContext, typed: Form, problems: FormProblems? = nil, notice: PageFrame.Notice? = nil,
        status: HTTPResponse.Status = .ok
    ) async throws -> Response {
        let person = try context.part("id")
        let now = services.now()
        let seen = try await look(person, context)
        let asked = AssessedPerson(seen.record.patient, now: now)
        let library = services.care.education
        let sheets = library.effective(on: SiteDay(zone: services.zone).today(now).text)
        let codes = SheetCodes(seen.record)
        let fits = library.suggested(among: sheets, icd10: codes.icd10, snomed: codes.snomed, age: asked.age)
        let fitting = Set(fits.map(\.sheet.id))
        let language = PlanLanguage(code: asked.language)
        let others = sheets.filter { !fitting.contains($0.id) && $0.ages.fit(asked.age) }
        return try services.pages.response(
            Model(
                page: PageFrame("Education", context, notice: notice, problems: problems),
                banner: PatientBanner(seen.record, now: now, zone: services.zone, place: .education),
                fitting: fits.map { fit in
                    self.fit(fit.sheet, Self.names(fit.codes.map(\.code), seen.record), person, language)
                }, others: others.map { fit($0, nil, person, language) },
                form: form(person, typed, problems, fits.map(\.sheet), others, language),
                given: seen.given.map { self.given($0, seen, person, typed, problems, now) }),
            "education", status: status)
    }

    /// What the conditions are called by whose codes a sheet fits.
    private static func names(_ codes: [String], _ record: PersonRecord) -> String {
        let wanted = Set(codes)
        let names = record.all("Condition").filter { condition in
            condition.root["code"]?.list("coding").contains { wanted.contains($0.text("code") ?? "") } ?? false
        }.compactMap { Words.concept($0.root["code"]) }
        return PlanPrint.unique(names).joined(separator: ", ")
    }

    private func fit(_ sheet: EducationSheet, _ why: String?, _ person: String, _ language: PlanLanguage) -> Model.Fit {
        Model.Fit(
            title: sheet.title.en, why: why ?? "", links: SheetPage.links(sheet.id, person),
            sayBack: sheet.sayBack.map(language.of))
    }

    private func form(
        _ person: String, _ typed: Form, _ problems: FormProblems?, _ fitting: [EducationSheet],
        _ others: [EducationSheet], _ language: PlanLanguage
    ) -> FormModel {
        let choices =
            [("", "Choose")] + fitting.map { ($0.id, "\($0.title.en) (fits)") } + others.map { ($0.id, $0.title.en) }
        let id = typed["id"] ?? UUID().uuidString.lowercased()
        return FormModel(
            "/people/\(person)/education", submit: "Record as given", hidden: [("id", id)],
            fields: [
                .select("sheet", "Which sheet?", choices, chosen: typed["sheet"] ?? fitting.first?.id),
                .radios(
                    "level", "How long?",
                    [("short", "Short: a few sentences"), ("full", "Whole: with everything")],
                    chosen: typed["level"] ?? "full"),
                .radios(
                    "language", "In which language?", PlanLanguage.allCases.map { ($0.rawValue, $0.ownName) },
                    chosen: typed["language"] ?? language.rawValue),
                .radios(
                    "way", "How was it given?", GivenSheet.Way.allCases.map { ($0.rawValue, $0.words) },
                    chosen: typed["way"]),
            ].faulted(problems))
    }

    private func given(
        _ given: GivenSheet, _ seen: Seen, _ person: String, _ typed: Form, _ problems: FormProblems?, _ now: Int64
    ) -> Model.Given {
        func moment(_ at: Int64?) -> String {
            at.map { Words.dayTime($0, now: now, zone: services.zone) } ?? "time not recorded"
        }
        func name(_ who: String?) -> String { who.flatMap { seen.names[$0] } ?? "someone" }
        let language = PlanLanguage(code: given.language)
        let sheet = services.care.education[given.sheet]
        let isWrong = problems?.all.contains { $0.field.hasSuffix(given.id) } ?? false
        return Model.Given(
            id: given.id, title: given.text.title, lang: given.language,
            detail: [
                moment(given.at), name(given.by), given.way?.words, language.ownName,
                given.level == .short ? "short" : "whole", "version \(given.version)",
            ].compactMap(\.self).joined(separator: ", "),
            href: "/people/\(person)/education/\(given.sheet)?given=\(given.id)",
            asked: sheet?.sayBack.map(language.of) ?? [],
            answers: given.saidBack.map { answer in
                Model.Given.Answer(
                    result: answer.result.words, tone: answer.result == .right ? "good" : "soon", words: answer.words,
                    detail: "\(moment(answer.at)), \(name(answer.by))")
            }, open: isWrong || given.saidBack.isEmpty,
            form: FormModel(
                "/people/\(person)/education/said/\(given.id)", submit: "Record teach-back",
                fields: [
                    .radios(
                        "result-\(given.id)", "How was it said back?",
                        GivenSheet.SaidBack.Result.allCases.map { ($0.rawValue, $0.words) },
                        chosen: typed["result-\(given.id)"]),
                    Field.area(
                        "words-\(given.id)", "In their own words", value: typed["words-\(given.id)"], rows: 2
                    ).with { $0.optional = true },
                ].faulted(problems)))
    }
}
