import Care

/// What stands around the matter of a page: in English, and for pages of the portal in the person's language.
struct FrameWords {
    let skip: String
    let pages: String
    let account: String
    let signOut: String
    let check: String
    let notSaved: String
    let failed: String
    /// Beside a question that may stay empty.
    let optional: String
    let known: String
    let right: String
    let back: String
    let print: String
    let pdf: String
    /// On the button of parts/crisis.
    let call: String

    init(_ language: PlanLanguage) {
        skip = language.say("Skip to the page", "Ir al contenido")
        pages = language.say("My pages", "Mis páginas")
        account = language.say("My account", "Mi cuenta")
        signOut = language.say("Sign out", "Salir")
        check = language.say("Please check: ", "Por favor revise: ")
        notSaved = language.say("Not saved yet. Please check:", "Todavía no se ha guardado. Por favor revise:")
        failed = language.say("That did not work.", "Eso no funcionó.")
        optional = language.say("optional", "opcional")
        known = language.say("Known already:", "Ya lo sabemos:")
        right = language.say("This is right", "Esto es correcto")
        back = language.say("Back", "Atrás")
        print = language.say("Print", "Imprimir")
        pdf = language.say("Save as PDF", "Guardar como PDF")
        call = language.say("Call", "Llamar al")
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
