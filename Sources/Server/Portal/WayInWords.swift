import Care
import Records

/// What the pages say by which one comes in: the link and the code, and where they lead.
struct WayInWords {
    private let language: PlanLanguage
    let givenTitle: String
    let link: String
    let works: String
    let code: String
    let never: String
    let print: String

    init(_ language: PlanLanguage, name: String, until: String, once: Bool) {
        self.language = language
        givenTitle = language.say(
            "Two things for \(name), shown only now", "Dos cosas para \(name), que se ven solo ahora")
        link = language.say(
            "1. The link: give it by letter, e-mail or on paper", "1. El enlace: délo por carta, por correo o en papel")
        works =
            once
            ? language.say("It works once, until \(until).", "Sirve una vez, hasta el \(until).")
            : language.say("It works until \(until).", "Sirve hasta el \(until).")
        code = language.say("2. The code: tell it by phone", "2. El código: dígalo por teléfono")
        never =
            once
            ? language.say(
                "Never put it beside the link. Whoever has both, and knows the birth date, gets in.",
                "Nunca lo ponga junto al enlace. Quien tiene los dos, y sabe la fecha de nacimiento, puede entrar.")
            : language.say(
                "Never put it beside the link. Whoever has both gets in.",
                "Nunca lo ponga junto al enlace. Quien tiene los dos puede entrar.")
        print = language.say("Print", "Imprimir")
    }
}

/// What the page says to which the link of an invitation leads.
struct InvitationWords {
    private let language: PlanLanguage
    let title: String
    let lead: String
    let haveAccount: String
    let signIn: String
    let send: String
    let birth: String
    let birthLike: String
    let code: String
    let account: String
    let accountLike: String
    let password: String
    let again: String
    let unlike: String
    let refused: String
    let tooMany: String

    init(_ language: PlanLanguage) {
        self.language = language
        title = language.say("Welcome", "Le damos la bienvenida")
        lead = language.say(
            "You were sent a link to see a care record. Two short questions first, so that nobody else can.",
            "Le enviaron un enlace para ver un expediente de cuidado. Primero dos preguntas cortas, para que nadie más pueda."
        )
        haveAccount = language.say("You have an account already?", "¿Ya tiene una cuenta?")
        signIn = language.say("Sign in", "Entrar")
        send = language.say("Open my pages", "Abrir mis páginas")
        birth = language.say(
            "Birth date of the person whose record it is", "Fecha de nacimiento de la persona del expediente")
        birthLike = language.say("Like 3/14/1948", "Mes, día y año, como 3/14/1948")
        code = language.say("The code of 6 digits that you were told", "El código de 6 números que le dijeron")
        account = language.say("Choose a name to sign in with", "Elija un nombre para entrar")
        accountLike = language.say(
            "Small letters and digits, like delores48", "Letras pequeñas y números, como dolores48")
        password = language.say("Choose a password", "Elija una contraseña")
        again = language.say("The password once more", "La contraseña otra vez")
        unlike = language.say("The two passwords are not the same.", "Las dos contraseñas no son iguales.")
        refused = language.say(
            "This did not work. Check the birth date and the code. Links end after 7 days or a few wrong tries. If it goes on, ask your care team for a new one.",
            "Esto no funcionó. Revise la fecha de nacimiento y el código. Los enlaces terminan a los 7 días o después de unos intentos fallidos. Si sigue así, pida uno nuevo a su equipo."
        )
        tooMany = language.say(
            "Too many tries. Wait ten minutes, then try again.",
            "Demasiados intentos. Espere diez minutos y pruebe otra vez.")
    }

    func passwordAbout(_ least: Int) -> String {
        language.say(
            "\(least) letters or more. A few words are easy to keep in mind.",
            "\(least) letras o más. Unas pocas palabras son fáciles de recordar.")
    }

    /// What is the matter with the name or the password; nil for what is not told here.
    func problem(_ failure: AccountFailure, least: Int) -> FormProblems? {
        switch failure {
        case .nameUnfit:
            FormProblems(
                "account",
                language.say(
                    "Use 2 to 40 small letters, digits, dots or dashes. Start with a letter or digit.",
                    "Use de 2 a 40 letras pequeñas, números, puntos o guiones. Empiece con una letra o un número."))
        case .nameTaken:
            FormProblems(
                "account",
                language.say(
                    "Someone has this name already. Choose another one.", "Alguien ya tiene ese nombre. Elija otro."))
        case .passwordTooShort:
            FormProblems(
                "password",
                language.say(
                    "Use \(least) letters or more. Three or four words are good.",
                    "Use \(least) letras o más. Tres o cuatro palabras están bien."))
        case .passwordEasy:
            FormProblems(
                "password",
                language.say(
                    "This is easy to guess. Use a few words that do not belong together.",
                    "Es fácil de adivinar. Use unas palabras que no vayan juntas."))
        case .lockedUntil: FormProblems("birth", tooMany)
        default: nil
        }
    }
}

/// What the page says to which the link of a record leads that was handed over.
struct HandedWords {
    let title: String
    let lead: String
    let code: String
    let read: String
    let pdf: String
    let file: String
    let tooMany: String
    let refused: String

    init(_ language: PlanLanguage) {
        title = language.say("A care record for you", "Un expediente de cuidado para usted")
        lead = language.say(
            "Somebody gave you a link to their care record, and a code by another way. They see each time that you look.",
            "Alguien le dio un enlace a su expediente de cuidado, y un código por otro medio. Esa persona ve cada vez que usted lo mira."
        )
        code = language.say("The code of 6 digits that you were told", "El código de 6 números que le dijeron")
        read = language.say("Read it", "Leerlo")
        pdf = language.say("Keep it as a PDF", "Guardarlo como PDF")
        file = language.say(
            "Keep the file for a computer system (FHIR)", "Guardar el archivo para un sistema de computadora (FHIR)")
        tooMany = language.say(
            "Too many tries. Wait ten minutes, then try again.",
            "Demasiados intentos. Espere diez minutos y pruebe otra vez.")
        refused = language.say(
            "This did not work. Check the code. Links end on their last day, when they are taken back, or after a few wrong tries. Ask the person who gave it to you for a new one.",
            "Esto no funcionó. Revise el código. Los enlaces terminan en su último día, cuando se los quitan, o después de unos intentos fallidos. Pida uno nuevo a la persona que se lo dio."
        )
    }
}
