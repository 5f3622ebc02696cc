/// One thing that is wrong, or worth saying, about a resource or a request (FHIR R4 OperationOutcome.issue).
package struct Issue: Sendable, Equatable {
    package enum Severity: String, Sendable {
        case fatal, error, warning, information
    }

    /// Codes of http://hl7.org/fhir/issue-type that Almoner uses.
    package enum Code: String, Sendable {
        case invalid, structure, required, value, invariant
        case security, login, unknown, expired, forbidden, suppressed
        case processing, duplicate, deleted
        case extensionFault = "extension"
        case conflict, transient, throttled
        case notSupported = "not-supported"
        case multipleMatches = "multiple-matches"
        case notFound = "not-found"
        case tooLong = "too-long"
        case codeInvalid = "code-invalid"
        case tooCostly = "too-costly"
        case businessRule = "business-rule"
        case lockError = "lock-error"
        case exception, timeout, incomplete, informational
    }

    package let severity: Severity
    package let code: Code
    /// Where, as a FHIRPath: `Patient.contact[0].gender`; nil when it is about the whole.
    package let expression: String?
    /// In plain words, without what the record says of the person.
    package let diagnostics: String

    package init(_ severity: Severity = .error, _ code: Code, at expression: String? = nil, _ diagnostics: String) {
        self.severity = severity
        self.code = code
        self.expression = expression
        self.diagnostics = diagnostics
    }
}
