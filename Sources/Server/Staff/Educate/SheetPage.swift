import Access
import Care
import Content
import FHIR
import Hummingbird
import Records

/// A sheet on paper: as the library has it now, or as a person was given it.
struct SheetPage: Sendable {
    let services: Services

    struct Model {
        struct Part {
            let heading: String
            let tone: String?
            let points: [String]
        }

        let page: PageFrame
        /// What stands around the sheet, in the language of whoever opened it.
        let says: FrameWords
        let around: String
        let backHref: String
        let file: String?
        let title: String
        let parts: [Part]
        let sayBack: [String]
        let sayBackTitle: String
        let call: String
        let source: String
        let others: [EducationPage.SheetLink]

        init(
            _ text: SheetText, language: PlanLanguage, page: PageFrame, back: String, file: String?, sayBack: [String],
            call: String, source: String, others: [EducationPage.SheetLink]
        ) {
            var frame = page
            frame.lang = language.rawValue
            says = page.says
            around = page.lang
            self.page = frame
            backHref = back
            self.file = file
            title = text.title
            let tones = PlanPack.WarningSign.Light.allCases.map { (language.of($0.words), $0.rawValue) }
            parts = text.parts.map { part in
                Part(
                    heading: part.heading, tone: tones.first { $0.0 == part.heading }?.1, points: part.points)
            }
            self.sayBack = sayBack
            sayBackTitle = language.of(PlanWords(en: "Say it in your own words", es: "Dígalo con sus palabras"))
            self.call = call
            self.source = source
            self.others = others
        }
    }

    static func links(_ sheet: String, _ person: String) -> [EducationPage.SheetLink] {
        PlanLanguage.allCases.flatMap { language in
            EducationSheet.Level.allCases.map { level in
                EducationPage.SheetLink(
                    text: language.of(level.name),
                    href: "/people/\(person)/education/\(sheet)?lang=\(language.rawValue)&level=\(level.rawValue)",
                    lang: language.rawValue)
            }
        }
    }

    @Sendable func show(_ request: Request, _ context: StaffContext) async throws -> Response {
        try services.pages.response(try await model(request, context), "education-print")
    }

    @Sendable func download(_ request: Request, _ context: StaffContext) async throws -> Response {
        try await PaperFile(services: services)
            .response(try await model(request, context), "education-print", name: "sheet")
    }

    private func model(_ request: Request, _ context: StaffContext) async throws -> Model {
        let query = Form.query(of: request)
        let (person, id) = (try context.part("id"), try context.part("sheet"))
        let back = "/people/\(person)/education"
        let caller = try context.caller()
        let wanted = query["given"]
        let (patient, given) = try await services.records.read(
            as: caller, at: services.now(), for: "education sheet"
        ) { reader in
            let patient = try reader.get("Patient", person)
            let given = try wanted.flatMap { try reader.find("Communication", $0) }
            return (patient, given.flatMap(GivenSheet.init))
        }
        if let wanted {
            guard let given, given.resource.root.text("subject", "reference") == "Patient/\(person)", given.sheet == id
            else {
                throw RecordsFailure.notFound(type: "Communication", id: wanted)
            }
            return Self.model(
                given, services, PageFrame(given.text.title, context), back: back,
                file: "\(back)/\(id)/sheet.pdf?given=\(given.id)", today: services.now())
        }
        guard let sheet = services.care.education[id] else { throw HTTPError(.notFound) }
        let asked = AssessedPerson(patient, now: services.now())
        let language = PlanLanguage(code: query["lang"] ?? asked.language)
        let level = query["level"].flatMap(EducationSheet.Level.init) ?? .full
        let text = services.care.education.text(sheet, level, in: language)
        return Model(
            text, language: language, page: PageFrame(text.title, context), back: back,
            file: services.printer.map { _ in
                "\(back)/\(id)/sheet.pdf?lang=\(language.rawValue)&level=\(level.rawValue)"
            }, sayBack: sheet.sayBack.map(language.of), call: Self.call(language, services),
            source: "\(sheet.origin.source). \(Self.version(sheet.origin.version, language)), \(sheet.reviewed)",
            others: Self.links(id, person).filter {
                !$0.href.hasSuffix("lang=\(language.rawValue)&level=\(level.rawValue)")
            })
    }

    /// The page of what somebody was given, in its own words.
    static func model(
        _ given: GivenSheet, _ services: Services, _ page: PageFrame, back: String, file: String, today: Int64
    ) -> Model {
        let language = PlanLanguage(code: given.language)
        let sheet = services.care.education[given.sheet]
        let day = given.at.map {
            PlanSheetWords(language).long(Words.calendarDay($0, zone: services.zone))
        }
        let source = [sheet?.origin.source, version(given.version, language), day].compactMap(\.self)
        return Model(
            given.text, language: language, page: page, back: back, file: services.printer.map { _ in file },
            sayBack: sheet?.sayBack.map(language.of) ?? [], call: call(language, services),
            source: source.joined(separator: ". "), others: [])
    }

    private static func version(_ version: String, _ language: PlanLanguage) -> String {
        language.of(PlanWords(en: "Version \(version)", es: "Versión \(version)"))
    }

    private static func call(_ language: PlanLanguage, _ services: Services) -> String {
        let words = PlanSheetWords(language)
        let lines = services.care.plans.lines
        let ask = language.of(
            PlanWords(
                en: "Do you have a question? Call us. No question is too small.",
                es: "¿Tiene una pregunta? Llámenos. Toda pregunta vale."))
        return "\(ask) \(words.danger(lines.emergency)) \(words.crisis(lines.crisis))"
    }
}

extension EducationSheet.Level {
    var name: PlanWords {
        switch self {
        case .short: PlanWords(en: "English, short", es: "Español, corta")
        case .full: PlanWords(en: "English, whole", es: "Español, completa")
        }
    }
}
