import Care
import FHIR

/// What the page of the plan says to the person, in their language.
struct PortalPlanWords {
    let language: PlanLanguage
    let title: String
    let titleOfOther: String
    let none: String
    let goals: String
    let noGoals: String
    let answer: String
    let propose: String
    let proposing: String
    let send: String
    let sent: String
    let what: String
    let about: String
    let whole: String
    let words: String
    let signed: String
    let agreed: String

    init(_ language: PlanLanguage) {
        func say(_ english: String, _ spanish: String) -> String { language.of(PlanWords(en: english, es: spanish)) }
        self.language = language
        title = say("My plan", "Mi plan")
        titleOfOther = say("The plan", "El plan")
        none = say("The plan is not shared with you.", "El plan no se comparte con usted.")
        goals = say("Goals", "Metas")
        noGoals = say("There are no goals yet. We set them together.", "Todavía no hay metas. Las ponemos juntos.")
        answer = say("Our answer", "Nuestra respuesta")
        propose = say("Tell us what should be in the plan", "Díganos qué debe estar en el plan")
        proposing = say(
            "Is there a goal that you want? Should something change? A person on your care team reads it and answers you within a week. In danger? Do not wait for us: call for help.",
            "¿Hay una meta que quiere? ¿Algo debe cambiar? Alguien de su equipo lo lee y le contesta en una semana. ¿Está en peligro? No nos espere: pida ayuda."
        )
        send = say("Send it to my care team", "Enviar a mi equipo")
        sent = say("We have it. You will read our answer here.", "Ya lo tenemos. Aquí leerá nuestra respuesta.")
        what = say("What is it?", "¿Qué es?")
        about = say("What is it about?", "¿De qué se trata?")
        whole = say("The plan as a whole", "Todo el plan")
        words = say("In your own words", "Con sus propias palabras")
        signed = say("Signed", "Firmado")
        agreed = say("Agreed", "De acuerdo")
    }

    private func say(_ english: String, _ spanish: String) -> String {
        language.of(PlanWords(en: english, es: spanish))
    }

    func kind(_ kind: PlanProposal.Kind) -> String {
        switch kind {
        case .goal: say(kind.words, "Una meta nueva")
        case .change: say(kind.words, "Algo debe cambiar")
        case .comment: say(kind.words, "Quiero decir algo")
        }
    }

    func part(_ part: PlanPart) -> String {
        switch part {
        case .diet: say(part.title, "Comida y bebida")
        case .activity: say(part.title, "Moverse y descansar")
        case .crisis: say(part.title, "Qué hacer en una crisis")
        default: part.title
        }
    }

    /// What became of a proposal.
    func state(_ state: PlanProposal.State) -> String {
        switch state {
        case .open: say("We will answer", "Vamos a contestar")
        case .accepted: say("Yes", "Sí")
        case .changed: say("Yes, with a change", "Sí, con un cambio")
        case .declined: say("Not now", "Ahora no")
        }
    }

    /// What is the matter with a field.
    func problem(_ problem: FormProblems.Problem) -> String {
        switch problem.field {
        case "kind": say(problem.message, "Elija qué es.")
        case "about": say(problem.message, "Elija de qué se trata.")
        default: say(problem.message, "Escriba lo que nos quiere decir, en 500 letras o menos.")
        }
    }

    /// A day, and a day by which a goal is to be reached.
    func day(_ day: CalendarDay) -> String { PlanSheetWords(language).long(day) }
    func by(_ day: CalendarDay) -> String { PlanSheetWords(language).by(self.day(day)) }
}
