/// What is the matter with an answer, in words for whoever fills in the form: Spanish where that is how the page speaks,
/// else English.
struct FaultWords: Sendable {
    private let isSpanish: Bool

    init(_ language: String?) {
        isSpanish = PlanLanguage(code: language) == .es
    }

    /// The words of one of both languages.
    func callAsFunction(_ english: @autoclosure () -> String, _ spanish: @autoclosure () -> String) -> String {
        isSpanish ? spanish() : english()
    }

    var unanswered: String { self("Please answer this question.", "Por favor conteste esta pregunta.") }

    // MARK: Files

    func tooLarge(_ most: String) -> String {
        self(
            "This file is too large. It may have \(most) at most. Choose a smaller one.",
            "Este archivo es demasiado grande. Puede tener \(most) como máximo. Elija uno más pequeño.")
    }

    var empty: String { self("This file is empty. Choose another.", "Este archivo está vacío. Elija otro.") }

    /// Which kinds of file are taken: `PDF`, `JPEG`.
    func kinds(_ kinds: [String]) -> String {
        func list(_ last: String) -> String {
            kinds.count < 2
                ? kinds.joined() : kinds.dropLast().joined(separator: ", ") + " \(last) " + (kinds.last ?? "")
        }
        return self(
            "This kind of file cannot be taken. Choose \(list("or")).",
            "No se puede aceptar este tipo de archivo. Elija \(list("o")).")
    }

    var gone: String {
        self(
            "This file is no longer there. Choose it again.", "Este archivo ya no está. Elíjalo otra vez.")
    }

    // MARK: Numbers

    /// Between which numbers an answer lies: " from 1 to 9".
    func range(_ least: String?, _ most: String?) -> String {
        switch (least, most) {
        case (let least?, let most?): self(" from \(least) to \(most)", " de \(least) a \(most)")
        case (let least?, nil): self(" of \(least) or more", " de \(least) o más")
        case (nil, let most?): self(" of \(most) or less", " de \(most) o menos")
        case (nil, nil): ""
        }
    }

    func number(_ range: String) -> String {
        self("Please enter a number\(range).", "Por favor escriba un número\(range).")
    }

    func whole(_ range: String) -> String {
        self("Please enter a whole number\(range).", "Por favor escriba un número entero\(range).")
    }
}
