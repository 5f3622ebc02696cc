import Care

/// What stands around the matter of a page: in English, and for pages of the portal in the person's language.
struct FrameWords {
    let skip: String
    let pages: String
    let account: String
    let signOut: String
    let check: String
    let notSaved: String

    init(_ language: PlanLanguage) {
        func say(_ english: String, _ spanish: String) -> String { language.of(PlanWords(en: english, es: spanish)) }
        skip = say("Skip to the page", "Ir al contenido")
        pages = say("My pages", "Mis páginas")
        account = say("My account", "Mi cuenta")
        signOut = say("Sign out", "Salir")
        check = say("Please check: ", "Por favor revise: ")
        notSaved = say("Not saved yet. Please check:", "Todavía no se ha guardado. Por favor revise:")
    }

    /// The names of the pages of the portal.
    static func page(_ english: String, _ language: PlanLanguage) -> String {
        language == .es ? spanish[english] ?? english : english
    }

    private static let spanish = [
        "My care": "Mi cuidado", "Care": "Cuidado", "My plan": "Mi plan", "The plan": "El plan",
        "Health sheets": "Hojas de salud", "Who has looked": "Quién ha mirado", "My record": "Mi expediente",
        "The record": "El expediente", "Corrections": "Correcciones", "Who may see it": "Quién puede verlo",
        "Questions for you": "Preguntas para usted",
    ]
}
