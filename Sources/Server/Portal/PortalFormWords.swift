/// What pages of forms say to the person, in the language of the form.
struct PortalFormWords {
    static let names = ["en": "English", "es": "Español"]

    let language: String
    /// For the page, where it is not the page's own.
    let lang: String?
    let title: String
    let none: String
    let next: String
    let back: String
    let begin: String
    let send: String
    let sent: String
    let thanks: String
    let later: String
    let stop: String
    let kept: String

    init(_ wanted: String?) {
        let isSpanish = wanted == "es"
        func say(_ english: String, _ spanish: String) -> String { isSpanish ? spanish : english }
        language = isSpanish ? "es" : "en"
        lang = isSpanish ? "es" : nil
        title = say("Questions for you", "Preguntas para usted")
        none = say("There is nothing to fill in now.", "No hay nada que llenar ahora.")
        next = say("Next", "Siguiente")
        back = say("Back", "Atrás")
        begin = say("Open", "Abrir")
        send = say("Send my answers", "Enviar mis respuestas")
        sent = say("Thank you. Your team has your answers.", "Gracias. Su equipo ya tiene sus respuestas.")
        thanks = say("Thank you", "Gracias")
        later = say(
            "You cannot fill this in now. Try again in the day, or call us.",
            "Ahora no se puede llenar. Pruebe de día, o llámenos.")
        stop = say("Stop here and go on later", "Parar aquí y seguir después")
        kept = say(
            "Each answer is kept when you press the button.", "Cada respuesta se guarda al pulsar el botón.")
    }

    func helping(_ name: String) -> String {
        language == "es"
            ? "Usted contesta por \(name). El equipo ve que fue usted."
            : "You answer for \(name). The team sees that it was you."
    }
}
