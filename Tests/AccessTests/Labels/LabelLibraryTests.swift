import Content
import Testing

@testable import Access

struct LabelLibraryTests {
    private static let library = Result { try LabelLibrary(content: Content(folder: nil)) }
    private static let icd = "http://hl7.org/fhir/sid/icd-10-cm"

    @Test(arguments: [
        (icd, "F10.20", "SUD"), (icd, "F1120", "SUD"), (icd, "B20", "HIV"), (icd, "Z21", "HIV"), (icd, "O03.9", "SEX"),
        (icd, "O09.90", "PREGNANT"),
        (icd, "Z34.02", "PREGNANT"), ("http://snomed.info/sct", "77386006", "PREGNANT"),
        ("http://loinc.org", "49051-6", "PREGNANT"), ("urn:almoner:code:item", "postpartum-mood", "PREGNANT"),
        (icd, "Z30.011", "SEX"), (icd, "T74.11XA", "SDV"), (icd, "F31.9", "PSY"),
        ("http://snomed.info/sct", "7200002", "SUD"), ("http://snomed.info/sct", "86406008", "HIV"),
        ("http://www.nlm.nih.gov/research/umls/rxnorm", "351266", "SUD"), ("http://loinc.org", "56888-1", "HIV"),
        ("http://terminology.hl7.org/CodeSystem/v3-ActCode", "ETH", "SUD"),
        ("http://terminology.hl7.org/CodeSystem/v3-ActCode", "42CFRPart2", "42CFRPart2"),
    ])
    func `a sensitive code has its label`(system: String, code: String, label: String) throws {
        let library = try Self.library.get()
        #expect(library.labels(of: library.mask(system: system, code: code)).map(\.code) == [label])
    }

    @Test(arguments: [
        (icd, "F17.210"), (icd, "E11.9"), (icd, "I10"), (icd, "Z33"), (icd, ""), (icd, "F"), ("", "F10.20"),
        ("http://snomed.info/sct", "44054006"), ("http://loinc.org", "F10"),
        ("http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "N"),
    ])
    func `a plain code has none`(system: String, code: String) throws {
        #expect(try Self.library.get().mask(system: system, code: code).isEmpty)
    }

    @Test func `no two labels share a bit, and none reaches the half that says what is undisclosed`() throws {
        let labels = try Self.library.get().labels
        #expect(Set(labels.map(\.mask)).count == labels.count)
        for label in labels {
            #expect(label.mask.bits.nonzeroBitCount == 1)
            #expect(label.mask.carried == label.mask)
            #expect(label.mask.undisclosed.carried.isEmpty)
            #expect(label.mask.undisclosed.bits > 0)
        }
    }
}
