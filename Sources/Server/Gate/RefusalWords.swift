import Care

/// What ``Refusals`` says to people on their own pages, in their language.
struct RefusalWords {
    private let language: PlanLanguage
    let toPages: String

    init(_ language: PlanLanguage) {
        self.language = language
        toPages = language.say("Go to my pages", "Ir a mis páginas")
    }

    /// A sentence of ``Refusals``; one that it does not know comes back as it is.
    func said(_ english: String) -> String { language.say(english, Self.spanish[english] ?? english) }

    private static let spanish = [
        "This is not here": "Esto no está aquí",
        "What you asked for is not on file. It may have been moved or removed.":
            "Lo que pidió no está en el expediente. Puede que se haya movido o quitado.",
        "This is not open to you": "Esto no está abierto para usted",
        "Your role does not allow this. Ask your supervisor.": "No tiene permiso para esto. Pregunte a su equipo.",
        "Someone saved in between": "Alguien guardó antes",
        "While you were working someone else changed this. Go back, look at what is new, and save again.":
            "Mientras usted escribía, otra persona cambió esto. Vuelva atrás, mire lo nuevo y guarde otra vez.",
        "This cannot be saved": "Esto no se puede guardar",
        "Please check the form": "Por favor revise el formulario",
        "This cannot be done now": "Esto no se puede hacer ahora",
        "The PDF could not be made": "No se pudo hacer el PDF",
        "Open the page for paper instead: your phone or computer can save it as a PDF.":
            "Abra mejor la página para papel: su teléfono o computadora puede guardarla como PDF.",
        "This did not work": "Esto no funcionó",
        "The request could not be understood.": "No se pudo entender lo que se pidió.",
        "Something went wrong on our side": "Algo falló de nuestro lado",
        "Nothing was saved. Please try again.": "No se guardó nada. Por favor pruebe otra vez.",
        "This page is not here": "Esta página no está aquí",
        "Check the address, or start again from Today.": "Revise la dirección, o empiece otra vez desde sus páginas.",
        "This is too long": "Esto es demasiado largo",
        "What you sent is too long. Shorten it, or choose smaller files.":
            "Lo que envió es demasiado largo. Hágalo más corto, o elija archivos más pequeños.",
        "Please sign in": "Por favor entre",
        "You are not signed in.": "No ha entrado todavía.",
        "The form did not arrive as a whole. Open the page again.":
            "El formulario no llegó completo. Abra la página otra vez.",
    ]
}
