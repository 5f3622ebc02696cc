import FHIR
import Testing

struct OperationOutcomeTests {
    @Test
    func `issues are told as FHIR tells them`() {
        let outcome = OperationOutcome.json([
            Issue(.error, .codeInvalid, at: "Patient.gender", "No such code."), Issue(.warning, .tooLong, "Long."),
        ])
        #expect(
            outcome == [
                "resourceType": "OperationOutcome",
                "issue": [
                    [
                        "severity": "error", "code": "code-invalid", "diagnostics": "No such code.",
                        "expression": ["Patient.gender"],
                    ],
                    ["severity": "warning", "code": "too-long", "diagnostics": "Long."],
                ],
            ])
    }

    @Test
    func `an outcome is itself sound, even of no issues`() throws {
        let validator = Validator(definitions: try R4.definitions())
        for outcome in [OperationOutcome.json([]), OperationOutcome.json(.notFound, "Nothing there.")] {
            let issues = validator.validate(try outcome.document().root, expecting: "OperationOutcome")
            #expect(issues.filter { $0.severity == .error } == [])
        }
    }
}
