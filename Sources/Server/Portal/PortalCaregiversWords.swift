import Care

/// What the page of those who may see the record says.
struct PortalCaregiversWords {
    private let language: PlanLanguage
    let title: String
    let lead: String
    let byTeam: String
    let theyDoNotSee: String
    let notes: String
    let nobody: String
    let noneIn: String
    let notOpened: String
    let until: String
    let stop: String
    let add: String
    let later: String
    let ended: String
    let what: String
    let send: String
    let name: String
    let relation: String
    let relationLike: String
    let lastDay: String
    let atMost: String
    let notOfAge: String

    init(_ language: PlanLanguage, majority: Int) {
        self.language = language
        title = language.say("Who may see my record", "Quién puede ver mi expediente")
        lead = language.say(
            "Besides your care team, these people can see some of your record. Each has an own account. Never share your password.",
            "Además de su equipo, estas personas pueden ver parte de su expediente. Cada una tiene su propia cuenta. Nunca comparta su contraseña."
        )
        byTeam = language.say(
            "Your care team let them see your record, because you are not \(majority) yet. From \(majority) years you decide alone.",
            "Su equipo les deja ver su expediente porque usted todavía no tiene \(majority) años. Desde los \(majority) años decide usted."
        )
        theyDoNotSee = language.say("They do not see:", "No ven:")
        notes = language.say(
            "Notes of talks with you stay with us, too. Are you not safe, or should they not see your record? Talk with us alone.",
            "Las notas de lo que habla con nosotros tampoco salen de aquí. ¿Corre peligro, o no deben ver su expediente? Hable con nosotros a solas."
        )
        nobody = language.say("Nobody.", "Nadie.")
        noneIn = language.say("You have not let anyone in.", "No le ha dado permiso a nadie.")
        notOpened = language.say("has not opened it yet", "todavía no lo ha abierto")
        until = language.say("Until", "Hasta el")
        stop = language.say("Stop now", "Quitar el permiso ahora")
        add = language.say("Let someone see some of it", "Dejar que alguien vea una parte")
        later = language.say(
            "From \(majority) years you can let others see some of your record here.",
            "Desde los \(majority) años puede dejar aquí que otros vean parte de su expediente.")
        ended = language.say("They can no longer see your record.", "Esa persona ya no puede ver su expediente.")
        what = language.say("What may they see?", "¿Qué puede ver?")
        send = language.say("Let them see this", "Dejar que vea esto")
        name = language.say("Their name", "Nombre de la persona")
        relation = language.say("Who are they to you?", "¿Quién es para usted?")
        relationLike = language.say("Like daughter, friend, neighbor", "Como hija, amigo, vecina")
        lastDay = language.say("Until which day?", "¿Hasta qué día?")
        atMost = language.say(
            "A year at most. You can stop it any time.", "Un año como máximo. Puede quitarlo cuando quiera.")
        notOfAge = language.say(
            "Sharing is open to grown-ups whose birth date is on file. Ask your care team.",
            "Solo pueden compartir las personas adultas con fecha de nacimiento en el expediente. Pregunte a su equipo."
        )
    }

    /// What is the matter with a field.
    func problem(_ problem: FormProblems.Problem) -> String {
        switch problem.field {
        case "name": language.say(problem.message, "Escriba el nombre, en pocas palabras.")
        case "relation": language.say(problem.message, "Diga quién es para usted, en pocas palabras.")
        case "share": language.say(problem.message, "Elija qué puede ver.")
        default: language.say(problem.message, "Elija un último día dentro de un año.")
        }
    }
}
