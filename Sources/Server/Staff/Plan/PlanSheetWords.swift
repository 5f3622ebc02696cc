import Care
import FHIR

/// The words around what a printed plan holds, in the language of the person.
struct PlanSheetWords {
    let language: PlanLanguage
    let title: String
    let mine: String
    let goals: String
    let daily: String
    let name: String
    let how: String
    let why: String
    let lights: String
    let selfCare: String
    let next: String
    let besides: String
    let askUs: String
    let medicinesNote: String
    let medicinesChecked: String
    let team: String
    let onTheBack: String
    let callUs: String
    let callWhen: String
    let phone: String
    let noPlan: String
    let noName: String
    let review: String
    let portal: String
    let back = "Back to the plan"
    let print = "Print"
    let file = "Save as PDF"
    let large = "Large print"
    let onePage = "On one page"
    let hard = "Harder to read than sixth grade"

    init(_ language: PlanLanguage) {
        func say(_ en: String, _ es: String) -> String { language.of(PlanWords(en: en, es: es)) }
        self.language = language
        title = say("My plan", "Mi plan")
        mine = say("What matters to me", "Lo que me importa")
        goals = say("My goals", "Mis metas")
        daily = say("My medicines", "Mis medicinas")
        name = say("Medicine", "Medicina")
        how = say("How I take it", "Cómo la tomo")
        why = say("What it is for", "Para qué es")
        lights = say("Warning signs", "Señales de aviso")
        selfCare = say("What I do", "Lo que hago yo")
        next = say("Next", "Lo que sigue")
        besides = say("What we do besides", "Lo que hacemos además")
        askUs = say("Ask us", "Pregunte")
        medicinesNote = say(
            "We have not yet checked this list with you. Ask us before you change anything.",
            "Aún no hemos revisado esta lista con usted. Pregunte antes de cambiar algo.")
        medicinesChecked = say(
            "We checked this list with you. Ask us before you change anything.",
            "Revisamos esta lista con usted. Pregunte antes de cambiar algo.")
        team = say("Who helps me", "Quién me ayuda")
        onTheBack = say("More about my plan", "Más sobre mi plan")
        callUs = say("When to call us", "Cuándo llamarnos")
        callWhen = say(
            "Call us when you feel worse and do not know why.", "Llámenos si se siente peor y no sabe por qué.")
        phone = say("phone", "teléfono")
        noPlan = say("No plan yet", "Todavía no hay un plan")
        noName = say("Name not recorded", "Sin nombre en el registro")
        portal = say(
            "My plan on the phone: point the camera here", "Mi plan en el teléfono: apunte aquí con la cámara")
        review = say("We look at this plan together.", "Vemos este plan con usted.")
    }

    func printed(_ day: CalendarDay) -> String {
        language.of(PlanWords(en: "Printed \(long(day))", es: "Impreso el \(long(day))"))
    }

    /// A version is named by the moment of its last change.
    func version(_ day: CalendarDay, _ time: String) -> String {
        language.of(PlanWords(en: "Version of \(long(day)), \(time)", es: "Versión del \(long(day)), \(time)"))
    }

    func part(_ part: PlanPart) -> String {
        switch part {
        case .diet: language.of(PlanWords(en: "Food and drink", es: "Comida y bebida"))
        case .activity: language.of(PlanWords(en: "Moving and rest", es: "Movimiento y descanso"))
        case .crisis: language.of(PlanWords(en: "If things get bad", es: "Si las cosas se ponen mal"))
        default: part.title
        }
    }

    /// What somebody of the team does: the words of our own roles in the language of the page, others as the records have them.
    func role(_ role: String) -> String {
        let plain = role.replacing(" (occupation)", with: "")
        return language == .es ? Self.roles[plain.lowercased()] ?? plain : plain
    }

    private static let roles = [
        "care manager": "coordina su cuidado", "primary care": "atención primaria", "specialist": "especialista",
        "nurse": "enfermería", "pharmacist": "farmacia", "behavioural health": "salud mental",
        "social worker": "trabajo social", "community health worker": "promoción de la salud", "helps": "ayuda",
        "care team": "equipo de cuidado", "healthcare professional": "profesional de la salud",
    ]

    func seal(_ kind: PlanSeal.Kind, _ who: String, _ day: CalendarDay) -> String {
        switch kind {
        case .agreed:
            language.of(PlanWords(en: "Agreed: \(who), \(long(day))", es: "De acuerdo: \(who), \(long(day))"))
        case .signed: language.of(PlanWords(en: "Signed: \(who), \(long(day))", es: "Firmado: \(who), \(long(day))"))
        }
    }

    func by(_ day: String) -> String { language.of(PlanWords(en: "by \(day)", es: "para el \(day)")) }

    func danger(_ number: String) -> String {
        language.of(PlanWords(en: "Call \(number) if you are in danger.", es: "Llame al \(number) si está en peligro."))
    }

    func crisis(_ number: String) -> String {
        language.of(
            PlanWords(
                en: "Call or text \(number) at any hour if you think of harming yourself.",
                es: "Llame o mande un texto al \(number) a cualquier hora si piensa en hacerse daño."))
    }

    /// "21 Nov 2026", "21 nov 2026": paper does not know which year it is read in.
    func long(_ day: CalendarDay) -> String {
        let english = Words.day(day, today: nil)
        let months = ["ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic"]
        guard language == .es, months.indices.contains(day.month - 1) else {
            return english
        }
        return "\(day.day) \(months[day.month - 1]) \(day.year)"
    }
}
