import FHIR
import Testing

struct ReferenceTargetTests {
    @Test
    func `a reference says what it points to`() {
        #expect(ReferenceTarget("Patient/p-1.x") == .resource(type: "Patient", id: "p-1.x"))
        #expect(ReferenceTarget("Patient/1/_history/2") == .resource(type: "Patient", id: "1"))
        #expect(ReferenceTarget("Patient?identifier=a|b") == .conditional(type: "Patient"))
        #expect(ReferenceTarget("#a") == .contained(id: "a"))
        #expect(ReferenceTarget("urn:uuid:5") == .absolute("urn:uuid:5"))
        #expect(ReferenceTarget("https://h/Patient/1") == .absolute("https://h/Patient/1"))
    }

    @Test(arguments: [
        "", "Patient", "Patient/", "Patient/a b", "Patient/1/x", "/Patient/1", "Patient/1/_history/", "a b:c",
    ])
    func `other text points to nothing`(text: String) {
        #expect(ReferenceTarget(text) == nil)
    }

    @Test
    func `an absolute address may end in a type`() {
        #expect(ReferenceTarget.type(atEndOf: "https://h/fhir/Patient/1") == "Patient")
        #expect(ReferenceTarget.type(atEndOf: "https://h/fhir/Patient/1/_history/2") == "Patient")
        #expect(ReferenceTarget.type(atEndOf: "urn:uuid:1") == nil)
        #expect(ReferenceTarget.type(atEndOf: "https://h") == nil)
    }
}
