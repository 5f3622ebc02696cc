/// The FHIR R4 OperationOutcome that tells a client what went wrong.
package enum OperationOutcome {
    /// A resource with these issues in their order. FHIR wants at least one, so none become "All is well".
    package static func json(_ issues: [Issue]) -> JSON {
        let told = issues.isEmpty ? [Issue(.information, .informational, "All is well.")] : issues
        return ["resourceType": "OperationOutcome", "issue": .array(told.map(entry))]
    }

    /// A resource with the one issue.
    package static func json(_ code: Issue.Code, _ diagnostics: String, severity: Issue.Severity = .error) -> JSON {
        json([Issue(severity, code, diagnostics)])
    }

    private static func entry(_ issue: Issue) -> JSON {
        .compact([
            "severity": .string(issue.severity.rawValue),
            "code": .string(issue.code.rawValue),
            "diagnostics": .string(issue.diagnostics),
            "expression": issue.expression.map { [.string($0)] },
        ])
    }
}
