import Care
import Content

extension AssessmentPage {
    /// Where a form comes from and its terms, a sentence each.
    static func source(of instrument: Instrument) -> String {
        [instrument.origin.source, instrument.copyright].filter { !$0.isEmpty }
            .map { $0.hasSuffix(".") ? $0 : $0 + "." }.joined(separator: " ")
    }
}
