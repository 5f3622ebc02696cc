import Access
import Care
import FHIR
import HTTPTypes
import Hummingbird
import Records

/// What follows an answer: files that go along, thanks, and help where an answer means danger.
extension PortalForms {
    /// A file of the form that is being filled in.
    @Sendable func file(_ request: Request, _ context: StaffContext) async throws -> Response {
        let seen = try await look(context)
        let (_, id) = try await place(seen, context)
        let file = try context.part("file")
        let found = try await services.records.read(as: seen.caller, at: services.now(), for: "file of a portal form") {
            reader in
            try ShownFile.response(
                file, namedBy: [try reader.get("QuestionnaireResponse", id)], of: seen.person.id, by: reader)
        }
        return try ShownFile.response(found.binary, found.file)
    }

    /// Thanks, and help where an answer means danger.
    func finished(
        _ instrument: Instrument, _ outcome: SubmitAssessment.Outcome, _ seen: Seen, _ query: Form,
        _ context: StaffContext
    ) async throws -> Response {
        let language = language(instrument, seen, query)
        guard let crisis = try await crisis(outcome.screening.safety, outcome.response.id, seen, language) else {
            return .seeOther("/portal/forms?done=sent")
        }
        let words = PortalFormWords(language)
        struct Thanks {
            let page: PageFrame
            let site: String
            let words: PortalFormWords
            let crisis: CrisisHelp
        }
        return try services.pages.response(
            Thanks(
                page: PageFrame(words.thanks, context).spoken(PlanLanguage(code: words.language)), site: services.site,
                words: words, crisis: crisis),
            "portal-form-sent")
    }

    /// Help for whoever answered, with the hour by which a nurse calls: promised while somebody is on duty until then, and
    /// counted from the first save of the answer.
    func crisis(
        _ flags: [Screening.SafetyFlag], _ response: String, _ seen: Seen, _ language: String?
    ) async throws -> CrisisHelp? {
        guard let flag = flags.first else {
            return nil
        }
        let now = services.now()
        let key = SubmitAssessment.key(person: seen.person.id, flag: flag, response: response)
        let callBy = try await services.records.read(as: .system("portal"), at: now, for: "duty roster") { reader in
            let task = try reader.search(
                Query("Task", [.token("identifier", system: OpenTask.keySystem, code: key)], limit: 1)
            ).first.map(CareTask.init)
            let callBy = flag.asks.callBy(from: task?.authored ?? now)
            return try callBy > now && DutyRoster.covers(now..<callBy, by: reader) ? callBy : nil
        }
        return CrisisHelp(
            toPerson: flags, callBy: callBy.map { Words.time($0, zone: services.zone) }, language: language)
    }
}
