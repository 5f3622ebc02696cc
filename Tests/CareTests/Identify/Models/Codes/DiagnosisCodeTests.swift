import Care
import Testing

struct DiagnosisCodeTests {
    @Test(arguments: ["E11.22", "e1122", " E11.22 ", "E1122"])
    func `a code is read with or without dot, in any case`(_ text: String) {
        #expect(DiagnosisCode(text)?.undotted == "E1122")
        #expect(DiagnosisCode(text)?.dotted == "E11.22")
    }

    @Test(arguments: ["I10", "C7A.00", "M1A.9XX0", "W19.XXXA", "U07.1", "Z3A.08"])
    func `forms that ICD-10-CM has are read`(_ text: String) { #expect(DiagnosisCode(text)?.dotted == text) }

    @Test(arguments: [
        "", " ", ".", "E1", "E1.122", "E11.", "E11..2", "E11.2.2", "EA1", "111", "E11 22", "E11.22222", "É11",
        "E11\u{0}",
        "E11.2é", "44054006", "E11-2", String(repeating: "E", count: 10_000),
    ])
    func `anything else is not a code`(_ text: String) { #expect(DiagnosisCode(text) == nil) }
}
