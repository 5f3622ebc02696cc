import Care
import Foundation
import Testing

struct RiskTableTests {
    @Test(arguments: [
        "charlson", "elixhauser", "hfrs", "chronic_prefixes", "cms_hcc_edits", "cms_hcc_v24_diagnoses",
        "cms_hcc_v28_categories", "cms_hcc_v28_coefficients", "cms_hcc_v24_interactions", "snomed_icd10cm",
    ])
    func `a table that is missing is named`(_ table: String) {
        let file = "risk/\(table).csv"
        #expect(throws: RiskContentFailure.missing(file: file)) {
            _ = try RiskModels(content: RiskContent.replacing(file, with: nil))
        }
    }

    @Test(arguments: ["source", "version", "effective", "licence"])
    func `a table without its origin is refused`(_ key: String) {
        let header = ["source", "version", "effective", "licence"].filter { $0 != key }.map { "# \($0): x\n" }
        let text = header.joined() + "code,points\nA04,1.1\n"
        #expect(throws: RiskContentFailure.lacksHeader(file: "risk/hfrs.csv", key: key)) {
            _ = try RiskModels(content: RiskContent.replacing("risk/hfrs.csv", with: text))
        }
    }

    @Test(arguments: ["code,points\nA04,much\n", "code,points\nA04\n", "code,points\n\"A04,1\n", "", "code\nA04\n"])
    func `a damaged table is refused`(_ body: String) {
        let text = "# source: x\n# version: 1\n# effective: 2018..\n# licence: x\n" + body
        #expect(throws: RiskContentFailure.self) {
            _ = try RiskModels(content: RiskContent.replacing("risk/hfrs.csv", with: text))
        }
    }

    @Test(arguments: [("2.426", 2426), ("-3", -3000), (".5", 500), ("0.05", 50), ("15", 15000)])
    func `numbers keep their thousandths`(_ text: String, _ thousandths: Int) {
        #expect(Thousandths(decimal: text)?.count == thousandths)
    }

    @Test(arguments: ["", "-", ".", "1.2345", "1e3", "1.2.3", "99999999999999999999", "--1", "１"])
    func `what is not a plain number with three places is refused`(_ text: String) {
        #expect(Thousandths(decimal: text) == nil)
    }

    @Test(arguments: [(2426, "2.426"), (1900, "1.9"), (8000, "8"), (-3000, "-3"), (-50, "-0.05"), (0, "0")])
    func `numbers are written without needless zeros`(_ thousandths: Int, _ text: String) {
        #expect(Thousandths(thousandths).decimal == text)
    }
}
