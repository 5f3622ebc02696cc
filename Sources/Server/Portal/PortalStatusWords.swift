import Care
import FHIR

/// How it stands with something on record, in words for the person; a code that has none here is left out.
enum PortalStatusWords {
    private static let all: [String: PlanWords] = [
        "active": PlanWords(en: "active", es: "activo"),
        "recurrence": PlanWords(en: "came back", es: "volvió"),
        "relapse": PlanWords(en: "came back", es: "volvió"),
        "inactive": PlanWords(en: "not active", es: "no activo"),
        "remission": PlanWords(en: "much better", es: "mucho mejor"),
        "resolved": PlanWords(en: "over", es: "ya pasó"),
        "proposed": PlanWords(en: "proposed", es: "propuesto"),
        "planned": PlanWords(en: "planned", es: "previsto"),
        "pending": PlanWords(en: "not confirmed yet", es: "por confirmar"),
        "booked": PlanWords(en: "booked", es: "reservado"),
        "arrived": PlanWords(en: "arrived", es: "llegó"),
        "fulfilled": PlanWords(en: "done", es: "hecho"),
        "noshow": PlanWords(en: "missed", es: "no se presentó"),
        "in-progress": PlanWords(en: "under way", es: "en curso"),
        "preparation": PlanWords(en: "under way", es: "en curso"),
        "on-hold": PlanWords(en: "on hold", es: "en pausa"),
        "completed": PlanWords(en: "done", es: "hecho"),
        "finished": PlanWords(en: "done", es: "terminado"),
        "ended": PlanWords(en: "over", es: "terminado"),
        "stopped": PlanWords(en: "stopped", es: "suspendido"),
        "cancelled": PlanWords(en: "cancelled", es: "cancelado"),
        "not-done": PlanWords(en: "not done", es: "no se hizo"),
        "not-taken": PlanWords(en: "not taken", es: "no se toma"),
        "draft": PlanWords(en: "draft", es: "borrador"),
        "rejected": PlanWords(en: "refused", es: "rechazado"),
        "registered": PlanWords(en: "no result yet", es: "sin resultado todavía"),
        "preliminary": PlanWords(en: "first result", es: "primer resultado"),
        "final": PlanWords(en: "final result", es: "resultado final"),
        "amended": PlanWords(en: "changed later", es: "se cambió después"),
        "corrected": PlanWords(en: "corrected", es: "corregido"),
    ]

    /// - Parameters:
    ///   - root: a resource.
    ///   - language: of the words.
    /// - Returns: nil when nothing is said that helps.
    static func of(_ root: JSONNode, in language: PlanLanguage) -> String? {
        let clinical = root["clinicalStatus"]?.list("coding").first?.text("code")
        return (clinical ?? root["status"]?.string).flatMap { all[$0] }.map(language.of)
    }
}
