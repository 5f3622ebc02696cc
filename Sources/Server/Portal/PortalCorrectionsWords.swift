import Care

/// What the page of corrections says.
struct PortalCorrectionsWords {
    private let language: PlanLanguage
    let title: String
    let lead: String
    let youAsked: String
    let answer: String
    let yours: String
    let disagree: String
    let ask: String
    let send: String
    let about: String
    let whole: String
    let what: String
    let why: String
    let add: String
    let whyNot: String
    let stays: String
    let notNow: String

    init(_ language: PlanLanguage) {
        self.language = language
        title = language.say("Corrections", "Correcciones")
        lead = language.say(
            "Is something in your record wrong, or is something missing? Tell us. A person reads it and answers you within 60 days.",
            "¿Hay algo mal en su expediente, o falta algo? Díganos. Una persona lo lee y le contesta en 60 días o menos."
        )
        youAsked = language.say("You asked on", "Usted lo pidió el")
        answer = language.say("Our answer", "Nuestra respuesta")
        yours = language.say("Your words", "Sus palabras")
        disagree = language.say(
            "You do not agree? You can add your own words. They stay with your record. You can also ask that your request and our answer go along when we share that part, or complain to us or to the Office for Civil Rights of the US Department of Health and Human Services.",
            "¿No está de acuerdo? Puede agregar sus propias palabras. Se quedan con su expediente. También puede pedir que su solicitud y nuestra respuesta acompañen esa parte cuando la compartimos. O puede quejarse con nosotros o con la Oficina de Derechos Civiles del Departamento de Salud y Servicios Humanos de Estados Unidos."
        )
        ask = language.say("Ask for a correction", "Pedir una corrección")
        send = language.say("Send my request", "Enviar mi solicitud")
        about = language.say("What is it about?", "¿De qué se trata?")
        whole = language.say("My record as a whole, or something else", "Todo mi expediente, u otra cosa")
        what = language.say("What is wrong, and what is right?", "¿Qué está mal, y qué es lo correcto?")
        why = language.say("How do you know?", "¿Cómo lo sabe?")
        add = language.say("Add my words", "Agregar mis palabras")
        whyNot = language.say("Why do you not agree?", "¿Por qué no está de acuerdo?")
        stays = language.say(
            "It stays with your record, and goes with it when we share that part.",
            "Se queda con su expediente, y lo acompaña cuando compartimos esa parte.")
        notNow = language.say(
            "This cannot be taken now: many of your requests wait for an answer, or you have added your words already. Please call us.",
            "Ahora no se puede: muchas de sus solicitudes esperan respuesta, o ya agregó sus palabras. Por favor llámenos."
        )
    }

    /// What the last action did.
    func done(_ act: String?) -> String? {
        switch act {
        case "asked":
            language.say(
                "We have your request. You will have an answer within 60 days.",
                "Ya tenemos su solicitud. Tendrá una respuesta en 60 días o menos.")
        case "stated": language.say("Your words stay with your record.", "Sus palabras se quedan con su expediente.")
        default: nil
        }
    }

    /// What became of a request; the days as people read them.
    func state(_ state: Amendment.State, answered: String?, due: String?) -> String {
        let after = answered.map { ", \($0)" } ?? ""
        switch state {
        case .accepted: return language.say("Corrected", "Corregido") + after
        case .denied: return language.say("Not changed", "Sin cambio") + after
        case .open:
            return language.say("We answer", "Contestamos")
                + (due.map { language.say(" by \($0)", " antes del \($0)") } ?? "")
        }
    }

    /// What is the matter with a field.
    func problem(_ problem: FormProblems.Problem) -> String {
        switch problem.field {
        case "concerns": language.say(problem.message, "Elija de qué se trata.")
        case "what": language.say(problem.message, "Diga qué está mal, sin pasar del espacio.")
        case "why": language.say(problem.message, "Diga cómo lo sabe, sin pasar del espacio.")
        default: language.say(problem.message, "Diga por qué no está de acuerdo, sin pasar del espacio.")
        }
    }
}
