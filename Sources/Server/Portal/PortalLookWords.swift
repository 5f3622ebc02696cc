import Access
import Care
import Records

/// Lines of the audit in the words of the person whose record it is.
struct PortalLookWords {
    private let language: PlanLanguage

    init(_ language: PlanLanguage) { self.language = language }

    func who(_ line: AuditLine, own: String) -> String {
        if line.account == own {
            return language.say("You", "Usted")
        }
        if let name = line.name {
            return name
        }
        if line.account.hasPrefix("client/") {
            return language.say(
                "A computer system that works with ours", "Un sistema de computadora que trabaja con el nuestro")
        }
        return line.account.hasPrefix("system/")
            ? language.say("Our own computer system", "Nuestro propio sistema de computadora")
            : language.say("Someone who could not sign in", "Alguien que no pudo entrar")
    }

    func what(_ line: AuditLine) -> String {
        switch line.deed {
        case .look: look(line.detail)
        case .search: language.say("Found you in a search", "Le encontró en una búsqueda")
        case .create: made(line.detail)
        case .update:
            language.say("Changed your record: ", "Cambió algo en su expediente: ") + thing(line.detail)
        case .delete:
            language.say("Took something out of your record: ", "Quitó algo de su expediente: ") + thing(line.detail)
        case .signIn:
            language.say(
                "Tried to use an invitation to your pages", "Trató de usar una invitación a sus páginas")
        case .refusal: language.say("Was not let in", "No pudo entrar")
        case .importing: language.say("Brought in records from elsewhere", "Trajo datos de otro lugar")
        case .export:
            line.detail.hasPrefix("portal")
                ? language.say("Took a copy of your record", "Sacó una copia de su expediente")
                : language.say("Sent or took a copy of your record", "Envió o sacó una copia de su expediente")
        }
    }

    func why(_ line: AuditLine, own: String) -> String? {
        if line.account == own {
            return nil
        }
        return purpose(line.purpose)
    }

    /// A code of v3-ActReason in plain words.
    func purpose(_ code: String) -> String? {
        switch PurposeOfUse(rawValue: code) {
        case .treatment: language.say("To care for you", "Para cuidarle")
        case .operations: language.say("To run the clinic", "Para que funcione la clínica")
        case .payment: language.say("For bills", "Para las cuentas")
        case .administration:
            language.say("To keep the computers running", "Para que funcionen las computadoras")
        case .patientRequest: language.say("You let them", "Usted le dio permiso")
        case .familyRequest: language.say("As your parent or guardian", "Como su madre, padre o tutor")
        case .breakTheGlass: language.say("An emergency", "Una emergencia")
        case .publicHealth: language.say("For public health", "Para la salud pública")
        case .research: language.say("For research", "Para la investigación")
        case .legal: language.say("The law asked for it", "Lo pidió la ley")
        case nil: nil
        }
    }

    private func look(_ page: String) -> String {
        switch page {
        case "person page": language.say("Looked at your summary", "Miró su resumen")
        case "plan page": language.say("Looked at your plan", "Miró su plan")
        case "contact page":
            language.say("Talked with you, or made ready to", "Habló con usted, o se preparó para hablar")
        case "assessment page": language.say("Looked at your answers", "Miró sus respuestas")
        case "today page", "panel page", "tasks page", "transitions":
            language.say("Saw your name on a list", "Vio su nombre en una lista")
        case "task page", "task conflict":
            language.say("Looked at something to be done for you", "Miró algo que se hará por usted")
        case "looks page": language.say("Looked at who has looked", "Miró quién ha mirado")
        case "portal home": language.say("Looked at your pages here", "Miró sus páginas aquí")
        case "portal looks": language.say("Looked at this page", "Miró esta página")
        default: language.say("Looked at your record", "Miró su expediente")
        }
    }

    private func made(_ detail: String) -> String {
        switch detail {
        case "broke the glass":
            language.say(
                "Opened your whole record in an emergency. We check each of these.",
                "Abrió todo su expediente en una emergencia. Revisamos cada vez que pasa.")
        case "invitation to the portal":
            language.say("Made an invitation to these pages", "Hizo una invitación a estas páginas")
        case "account in the portal":
            language.say("Opened an account for these pages", "Abrió una cuenta para estas páginas")
        default: language.say("Added to your record: ", "Agregó a su expediente: ") + thing(detail)
        }
    }

    /// A type of record in plain words.
    private func thing(_ type: String) -> String {
        switch type {
        case "AllergyIntolerance": language.say("an allergy", "una alergia")
        case "Appointment": language.say("a visit", "una cita")
        case "CarePlan": language.say("your plan", "su plan")
        case "CareTeam": language.say("your team", "su equipo")
        case "Communication": language.say("a message", "un mensaje")
        case "Condition": language.say("a health problem", "un problema de salud")
        case "Consent": language.say("what you agreed to", "lo que usted aceptó")
        case "Encounter": language.say("a contact", "un contacto")
        case "Goal": language.say("a goal", "una meta")
        case "Immunization": language.say("a vaccine", "una vacuna")
        case "MedicationRequest", "MedicationStatement": language.say("a medicine", "una medicina")
        case "Observation": language.say("a test or an answer", "una prueba o una respuesta")
        case "Patient":
            language.say("your name, address or phone", "su nombre, dirección o teléfono")
        case "QuestionnaireResponse": language.say("your answers", "sus respuestas")
        case "RelatedPerson": language.say("someone close to you", "alguien cercano a usted")
        case "RiskAssessment": language.say("a risk score", "una medida de riesgo")
        case "Task": language.say("something to be done", "algo por hacer")
        default: language.say("a part of it", "una parte")
        }
    }
}
