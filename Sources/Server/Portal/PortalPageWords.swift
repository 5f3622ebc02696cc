import Care
import Records

/// What the first page of the portal says around the record.
struct PortalHomeFrame {
    let ended: String
    let endedOfChild: String
    let mistake: String
    let next: String
    let noNext: String
    let plan: String
    let noGoals: String
    let medicines: String
    let noMedicines: String
    let purpose: String
    let askFirst: String
    let allergies: String
    let disagrees: String
    let conditions: String
    let none: String
    let team: String
    let nobody: String
    let cannotWait: String
    let danger: String
    let low: String
    let anyHour: String
    let unwatched: String

    init(_ language: PlanLanguage, majority: Int) {
        ended = language.say(
            "There is nothing here for you to see now. It may have been ended, or the last day has passed.",
            "Ahora no hay nada que usted pueda ver aquí. Puede que le hayan quitado el permiso, o que ya pasó el último día."
        )
        endedOfChild = language.say(
            "Was this about your child? From \(majority) years a person decides alone who may see the record. They can let you see it again.",
            "¿Se trataba de su hijo o hija? Desde los \(majority) años cada persona decide sola quién ve su expediente. Puede darle permiso otra vez."
        )
        mistake = language.say(
            "If this is a mistake, ask them, or call us.", "Si es un error, pregúntele a esa persona o llámenos.")
        next = language.say("What comes next", "Lo que sigue")
        noNext = language.say(
            "No visit or call is planned that we know of.", "No sabemos de ninguna cita ni llamada por ahora.")
        plan = language.say("The plan", "El plan")
        noGoals = language.say(
            "There are no goals yet. We set them together.", "Todavía no hay metas. Las ponemos juntos.")
        medicines = language.say("Medicines and allergies", "Medicinas y alergias")
        noMedicines = language.say(
            "We have no medicines on the list. Tell us if you take any.",
            "No tenemos medicinas en la lista. Díganos si toma alguna.")
        purpose = language.say("For:", "Para:")
        askFirst = language.say(
            "Ask us before you change or stop a medicine.", "Pregúntenos antes de cambiar o dejar una medicina.")
        allergies = language.say("Allergies", "Alergias")
        disagrees = language.say("Not an allergy, but does not agree:", "No es alergia, pero le cae mal:")
        conditions = language.say("Health problems", "Problemas de salud")
        none = language.say("None on the list.", "Ninguno en la lista.")
        team = language.say("Who helps", "Quién ayuda")
        nobody = language.say(
            "Nobody is named yet. Call the clinic.", "Todavía no hay nadie con nombre. Llame a la clínica.")
        cannotWait = language.say("If you cannot wait", "Si no puede esperar")
        danger = language.say("In danger, or very sick? Call", "¿Está en peligro o muy mal? Llame al")
        low = language.say(
            "Very low, or thinking of harming yourself? Call or text",
            "¿Se siente muy mal de ánimo, o piensa en hacerse daño? Llame o mande un texto al")
        anyHour = language.say(
            "at any hour. It is free and private.", "a cualquier hora. Es gratis y privado.")
        unwatched = language.say(
            "Nobody watches these pages all the time.", "Nadie está mirando estas páginas todo el tiempo.")
    }
}

/// What the page of health sheets says.
struct PortalEducationWords {
    let title: String
    let lead: String
    let mine: String
    let none: String
    let given: String

    init(_ language: PlanLanguage) {
        title = language.say("Health sheets", "Hojas de salud")
        lead = language.say(
            "These are the sheets that we gave you. Read them again when you like. Call us if something is not clear.",
            "Estas son las hojas que le dimos. Léalas otra vez cuando quiera. Llámenos si algo no está claro.")
        mine = language.say("My sheets", "Mis hojas")
        none = language.say("We have not given you a sheet yet.", "Todavía no le hemos dado una hoja.")
        given = language.say("Given", "Entregada el")
    }
}

/// What the page of those who have looked says, and that of copies.
struct PortalLooksFrame {
    let title: String
    let lead: String
    let copies: String
    let nothing: String
    let noFurther: String
    let pages: String
    let newest: String
    let further: String

    init(_ language: PlanLanguage) {
        title = language.say("Who has looked at my record", "Quién ha mirado mi expediente")
        lead = language.say(
            "Each time someone opens your record it is written down here. If something looks wrong to you, call us.",
            "Cada vez que alguien abre su expediente queda escrito aquí. Si algo le parece mal, llámenos.")
        copies = language.say("Who got a copy of your record", "Quién recibió una copia de su expediente")
        nothing = language.say("Nothing here.", "No hay nada aquí.")
        noFurther = language.say("Nobody has looked further back.", "Antes no ha mirado nadie.")
        pages = language.say("Pages", "Páginas")
        newest = language.say("Newest", "Lo más nuevo")
        further = language.say("Further back", "Más atrás")
    }
}

/// What the page of copies says.
struct PortalDisclosureWords {
    private let language: PlanLanguage
    let title: String
    let lead: String
    let nobody: String
    let nothing: String
    let looks: String

    init(_ language: PlanLanguage) {
        self.language = language
        title = language.say("Who got a copy", "Quién recibió una copia")
        lead = language.say(
            "This is who got parts of your record from us in the last six years. What we told by phone, fax or mail is not here: ask us.",
            "Estos son los que recibieron de nosotros partes de su expediente en los últimos seis años. Lo que dijimos por teléfono, fax o correo no está aquí: pregúntenos."
        )
        nobody = language.say("Nobody got a copy.", "Nadie recibió una copia.")
        nothing = language.say("Nothing of your record went out.", "Nada de su expediente salió de aquí.")
        looks = language.say("Who has looked", "Quién ha mirado")
    }

    func recipient(_ name: String?, isToThePerson: Bool) -> String {
        isToThePerson
            ? language.say("You", "Usted")
            : name ?? language.say("No name was noted. Ask us.", "No se anotó el nombre. Pregúntenos.")
    }

    /// The days as people read them.
    func when(_ count: Int, from first: String, to last: String) -> String {
        if count == 1 {
            return last
        }
        return first == last
            ? language.say("\(count) times, on \(last)", "\(count) veces, el \(last)")
            : language.say("\(count) times, from \(first) to \(last)", "\(count) veces, del \(first) al \(last)")
    }

    func what(_ way: Disclosure.Way) -> String {
        switch way {
        case .export: language.say("Got a copy of your record", "Recibió una copia de su expediente")
        case .program:
            language.say(
                "A computer of theirs asked for parts of your record",
                "Una computadora suya pidió partes de su expediente")
        case .share: language.say("Saw what you share", "Vio lo que usted comparte")
        }
    }
}
