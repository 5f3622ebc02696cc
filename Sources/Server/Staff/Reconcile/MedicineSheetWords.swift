import Care
import FHIR

/// The words around a printed list of medicines, in the language of the person.
struct MedicineSheetWords {
    let language: PlanLanguage
    let title: String
    let daily: String
    let needed: String
    let stopped: String
    let stoppedNote: String
    let asked: String
    let name: String
    let how: String
    let why: String
    let new: String
    let changed: String
    let asking: String
    let take: String
    let held: String
    let goOn: String
    let askUs: String
    let callUs: String
    let callWhen: String
    let bring: String
    let phone: String
    let noName: String
    let none: String
    let back = "Back to the comparison"
    let print = "Print"
    let file = "Save as PDF"
    let large = "Larger print"
    let onePage = "Smaller print"

    init(_ language: PlanLanguage) {
        func say(_ en: String, _ es: String) -> String { language.of(PlanWords(en: en, es: es)) }
        self.language = language
        title = say("My medicines", "Mis medicinas")
        daily = say("Take every day, or as it says", "Tómelas cada día, o como dice")
        needed = say("Take only when you need it", "Tómela solo cuando la necesite")
        stopped = say("Stopped: do not take", "Suspendidas: no las tome")
        stoppedNote = say(
            "Put these away from the others. Ask us what to do with them.",
            "Sepárelas de las otras. Pregúntenos qué hacer con ellas.")
        asked = say("We are asking about these", "Estamos preguntando por estas")
        name = say("Medicine", "Medicina")
        how = say("How", "Cómo")
        why = say("What it is for", "Para qué es")
        new = say("new", "nueva")
        changed = say("changed", "cambió")
        asking = say("being asked", "en consulta")
        take = say("take", "tomar")
        held = say("Do not take it until we call you.", "No la tome hasta que le llamemos.")
        goOn = say("Go on as before until we call you.", "Siga como antes hasta que le llamemos.")
        askUs = say("Ask us", "Pregúntenos")
        callUs = say("Questions? Call us", "¿Preguntas? Llámenos")
        callWhen = say(
            "Call before you stop or change a medicine, or if one makes you feel bad.",
            "Llame antes de dejar o cambiar una medicina, o si alguna le cae mal.")
        bring = say(
            "Bring this list to each visit. Throw older lists away.",
            "Traiga esta lista a cada visita. Tire las listas viejas.")
        phone = say("phone", "teléfono")
        noName = say("Name not recorded", "Sin nombre en el registro")
        none = say("None", "Ninguna")
    }

    func time(_ time: DayTime) -> String {
        switch time {
        case .morning: language.of(PlanWords(en: "Morning", es: "Mañana"))
        case .noon: language.of(PlanWords(en: "Noon", es: "Mediodía"))
        case .evening: language.of(PlanWords(en: "Evening", es: "Tarde"))
        case .bedtime: language.of(PlanWords(en: "Bedtime", es: "Al dormir"))
        }
    }

    func born(_ day: String) -> String { language.of(PlanWords(en: "born \(day)", es: "nació el \(day)")) }

    func because(_ reason: String) -> String {
        language.of(PlanWords(en: "Because \(reason)", es: "Porque \(reason)"))
    }

    func version(_ number: Int, _ day: CalendarDay) -> String {
        language.of(
            PlanWords(en: "Version \(number) of \(long(day))", es: "Versión \(number) del \(long(day))"))
    }

    func signed(_ who: String) -> String {
        language.of(PlanWords(en: "Checked and signed by \(who)", es: "Revisada y firmada por \(who)"))
    }

    func danger(_ number: String) -> String {
        language.of(PlanWords(en: "Call \(number) if you are in danger.", es: "Llame al \(number) si está en peligro."))
    }

    func long(_ day: CalendarDay) -> String { PlanSheetWords(language).long(day) }
}
