import Care
import FHIR
import Records

/// Who gives the answers, and how: the person, or somebody who knows them; in person or by phone.
struct WhoAnswers {
    let relatives: [(String, String)]

    init(_ record: PersonRecord) {
        relatives = record.all("RelatedPerson").filter { $0.root["active"]?.bool != false }.map { relative in
            let relation = Words.concept(relative.root.list("relationship").first).map { ", \($0)" } ?? ""
            return (relative.reference, Words.spokenName(relative.root) + relation)
        }
    }

    func fields(_ form: Form?, _ draft: JSONNode?) -> [Field] {
        let who = form?["answering"] ?? draft?.text("source", "reference")
        let how = form?["mode"] ?? draft.flatMap { AnsweredBy.Mode($0) }?.rawValue
        let people = [("", "The person")] + relatives
        return
            (relatives.isEmpty
            ? []
            : [
                Field.select(
                    "answering", "Who answers?", people,
                    chosen: who.flatMap { who in relatives.contains { $0.0 == who } ? who : nil })
            ])
            + [
                Field.radios(
                    "mode", "How?", AnsweredBy.Mode.allCases.map { ($0.rawValue, $0.title) }, chosen: how
                ).with {
                    $0.across = true
                    $0.optional = true
                }
            ]
    }

    /// The one who was chosen; nil for the person.
    /// - Throws: ``FormProblems`` for a form that only the person is asked.
    func source(_ form: Form, _ instrument: Instrument) throws -> String? {
        guard let who = form["answering"], relatives.contains(where: { $0.0 == who }) else {
            return nil
        }
        // Whoever sits with them sees to the duty roster; what nobody answers for another stays so.
        if let why = MayAsk.refusal(of: instrument, by: .proxy, hasDuty: true) {
            throw FormProblems("answering", why)
        }
        return who
    }

    /// "answered by Maria Ortiz, daughter, by phone"; nil where it was the person and nothing is said of how.
    func words(_ response: JSONNode) -> String? {
        let source = response.text("source", "reference")
        let mode = AnsweredBy.Mode(response)?.title.lowercased()
        let inPortal = response.text("author", "reference").map { !$0.hasPrefix("Practitioner") } ?? false
        let how = mode ?? (inPortal ? "in the portal" : nil)
        guard let source, source.hasPrefix("RelatedPerson/") else {
            return how.map { "Answered by the person, \($0)." }
        }
        let name = relatives.first { $0.0 == source }?.1 ?? "somebody else"
        return "Answered for the person by \(name)" + (how.map { ", \($0)" } ?? "") + "."
    }
}
