import FHIR

/// A form as it stands with the answers so far: its rows, what is closed, the choices that there are now, and what its
/// formulas came to.
package struct WorkedForm: Sendable {
    /// The form with its rows; what formulas close is shut, and choices that they give are there.
    package let form: Instrument
    /// The answers, with those that were worked out.
    package let answers: Answers
    /// Answers that a formula of the form refuses.
    package let refused: [FieldError]
    /// What formulas warn of.
    package let warnings: [FieldError]
    /// Formulas that could not be worked out, in words for whoever brought the form; without anything of the record.
    package let faults: [String]

    /// A form without formulas.
    package init(_ form: Instrument, _ answers: Answers, rows: [String: Int] = [:]) {
        self.init(form: form.unrolled(by: answers, rows: rows), answers: answers)
    }

    init(
        form: Instrument, answers: Answers, refused: [FieldError] = [], warnings: [FieldError] = [],
        faults: [String] = []
    ) {
        self.form = form
        self.answers = answers
        self.refused = refused
        self.warnings = warnings
        self.faults = faults
    }
}
