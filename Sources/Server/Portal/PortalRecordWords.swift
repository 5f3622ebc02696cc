import Care

/// What the page says on which a record is taken along, and its page for paper.
struct PortalRecordWords {
    let language: PlanLanguage
    let title: String
    let lead: String
    let onPaper: String
    let toPrint: String
    let asPDF: String
    let openPaper: String
    let downloadPDF: String
    let asFile: String
    let fileAbout: String
    let download: String
    let files: String
    let giving: String
    let givingAbout: String
    let takeBack: String
    let apart: String
    let ended: String

    init(_ language: PlanLanguage, isOwn: Bool) {
        self.language = language
        title = isOwn ? language.say("My record", "Mi expediente") : language.say("The record", "El expediente")
        lead =
            isOwn
            ? language.say(
                "It is your record. You can keep a copy, or give one to a doctor, a clinic or an app that you trust.",
                "Es su expediente. Puede guardar una copia, o dar una a un doctor, una clínica o una aplicación en que confía."
            )
            : language.say(
                "You can keep a copy of what you see here, or give one to a doctor or a clinic.",
                "Puede guardar una copia de lo que ve aquí, o dar una a un doctor o una clínica.")
        onPaper = language.say("On paper", "En papel")
        toPrint = language.say("A page to read and to print.", "Una página para leer e imprimir.")
        asPDF = language.say(
            "Your phone or computer can save it as a PDF.", "Su teléfono o computadora puede guardarla como PDF.")
        openPaper = language.say("Open the page for paper", "Abrir la página para papel")
        downloadPDF = language.say("Download it as a PDF", "Descargar como PDF")
        asFile = language.say("As a file", "Como archivo")
        fileAbout =
            isOwn
            ? language.say(
                "All of it, for another computer system (FHIR, JSON). Keep it in a safe place: it is not locked.",
                "Todo, para otro sistema de computadora (FHIR, JSON). Guárdelo en un lugar seguro: no tiene llave.")
            : language.say(
                "What you see here, for another computer system (FHIR, JSON). Keep it in a safe place: it is not locked.",
                "Lo que ve aquí, para otro sistema de computadora (FHIR, JSON). Guárdelo en un lugar seguro: no tiene llave."
            )
        download = language.say("Download the file", "Descargar el archivo")
        files =
            isOwn
            ? language.say("Files that you gave us", "Archivos que nos dio")
            : language.say("Files that were given to us", "Archivos que nos dieron")
        giving = language.say("Give it to someone", "Dárselo a alguien")
        givingAbout = language.say(
            "A doctor elsewhere, a clinic, a person you trust: they get a link and a code, and need no account. You see here when they look, and can take it back.",
            "Un doctor de otro lugar, una clínica, una persona de confianza: recibe un enlace y un código, y no necesita cuenta. Aquí ve cuándo lo mira, y puede quitárselo."
        )
        takeBack = language.say("Take it back", "Quitar")
        let talks = language.say(
            "Notes of talks with a therapist are not in it. The law keeps them apart.",
            "No incluye las notas de lo que se habla con un terapeuta. La ley las guarda aparte.")
        let safety = language.say(
            " Answers about safety at home are not in it either, whether there are any or not: someone else may see this screen. Ask us if you want to see them.",
            " Tampoco incluye respuestas sobre su seguridad en casa, las haya o no: otra persona podría ver esta pantalla. Pídanoslas si quiere verlas."
        )
        apart = isOwn ? talks + safety : talks
        ended = language.say("It cannot be opened any more.", "Ya no se puede abrir.")
    }
}

/// What the page for paper says around the record.
struct PortalPaperWords {
    private let language: PlanLanguage
    let title: String
    let noName: String
    let nothing: String

    init(_ language: PlanLanguage, isOwn: Bool) {
        self.language = language
        title = isOwn ? language.say("My record", "Mi expediente") : language.say("The record", "El expediente")
        noName = language.say("Name not recorded", "Sin nombre en el registro")
        nothing = language.say("Nothing is on file yet.", "Todavía no hay nada en el expediente.")
    }

    func born(_ day: String) -> String { language.say("Born \(day)", "Nacimiento: \(day)") }
    func printed(_ day: String) -> String { language.say("Printed \(day)", "Impreso el \(day)") }
}

/// What the part of the page says in which a record is handed over.
struct PortalHandOverWords {
    private let language: PlanLanguage
    let send: String
    let recipient: String
    let recipientLike: String
    let days: String
    let whole: String
    let notOfAge: String
    let tooMany: String
    let noRecipient: String
    let noDays: String

    init(_ language: PlanLanguage) {
        self.language = language
        send = language.say("Make link and code", "Crear enlace y código")
        recipient = language.say("Who gets it?", "¿Quién lo recibe?")
        recipientLike = language.say("Like Dr. Lee at the eye clinic", "Como la Dra. Lee de la clínica de ojos")
        days = language.say("For how long?", "¿Por cuánto tiempo?")
        whole = language.say(
            "Private things too, like mental health, HIV or safety at home",
            "También lo privado, como salud mental, VIH o seguridad en casa")
        notOfAge = language.say(
            "This is open to grown-ups whose birth date is on file. Ask your care team.",
            "Esto es solo para personas adultas con fecha de nacimiento en el expediente. Pregunte a su equipo.")
        tooMany = language.say(
            "Too many are open. Take back some of them first.", "Hay demasiados abiertos. Quite primero algunos.")
        noRecipient = language.say("Write who gets it.", "Escriba quién lo recibe.")
        noDays = language.say("Choose for how long.", "Elija por cuánto tiempo.")
    }

    func tooLong(_ letters: Int) -> String {
        language.say("Keep this below \(letters) letters.", "Use menos de \(letters) letras.")
    }

    func span(_ days: Int64) -> String {
        switch days {
        case 1: language.say("One day", "Un día")
        case 7: language.say("A week", "Una semana")
        default: language.say("A month", "Un mes")
        }
    }

    /// How often it was opened and until when it can be; the day as people read it.
    func detail(looks: Int64, until day: String, isWhole: Bool) -> String {
        let opened =
            switch looks {
            case 0: language.say("Not opened yet", "Todavía sin abrir")
            case 1: language.say("Opened once", "Abierto una vez")
            default: language.say("Opened \(looks) times", "Abierto \(looks) veces")
            }
        let more = isWhole ? language.say(", private things too", ", también lo privado") : ""
        return opened + language.say(", until \(day)", ", hasta el \(day)") + more
    }
}
