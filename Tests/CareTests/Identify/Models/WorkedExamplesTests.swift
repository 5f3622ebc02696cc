import Care
import Testing

/// The worked examples of the published rules: seven people for the comorbidity and frailty scores, six for CMS-HCC.
struct WorkedExamplesTests {
    struct Example: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let codes: String
        let charlson: String
        let original: Int
        let quan2011: Int
        let elixhauser: String
        let vanWalraven: Int
        let hfrs: String
    }

    static let examples = [
        Example(
            testDescription: "A", codes: "E11.22 N18.4 I50.22 J44.9 F32.9 C50.911",
            charlson: "canc chf copd diabwc rend",
            original: 8, quan2011: 7, elixhauser: "chf cpd depre diabc rf solidtum", vanWalraven: 16, hfrs: "1.9"),
        Example(
            testDescription: "B", codes: "B20 K70.30 K72.10 E11.9 E11.40", charlson: "aids diabwc msld", original: 11,
            quan2011: 9, elixhauser: "aids alcohol diabc ld", vanWalraven: 11, hfrs: "0"),
        Example(
            testDescription: "C", codes: "I10 I11.0 I50.9 I48.91 E66.9 D50.0", charlson: "chf", original: 1,
            quan2011: 2,
            elixhauser: "blane carit chf hypc obes", vanWalraven: 6, hfrs: "0"),
        Example(
            testDescription: "D", codes: "C34.90 C79.51 R64 E43 E87.1", charlson: "metacanc", original: 6, quan2011: 6,
            elixhauser: "fed metacanc wloss", vanWalraven: 23, hfrs: "2.3"),
        Example(
            testDescription: "E", codes: "G30.9 F02.80 R29.6 W19.XXXA R41.0 N39.0 L89.153", charlson: "dementia",
            original: 1, quan2011: 2, elixhauser: "", vanWalraven: 0, hfrs: "18.4"),
        Example(
            testDescription: "F", codes: "I21.4 I63.9 G81.91 I25.2 I70.0", charlson: "ami cevd hp pvd", original: 5,
            quan2011: 2, elixhauser: "para pvd", vanWalraven: 9, hfrs: "5.2"),
        Example(
            testDescription: "G", codes: "F31.5 F10.20 F11.20 K70.0", charlson: "mld", original: 1, quan2011: 2,
            elixhauser: "alcohol depre drug ld psycho", vanWalraven: 1, hfrs: "0.7"),
    ]

    @Test(arguments: examples)
    func `comorbidity and frailty scores are those of the worked example`(_ example: Example) throws {
        let models = try RiskContent.models
        let explained = models.explained(example.codes)
        let fast = models.numbers(example.codes)
        func categories(_ model: String) -> String {
            (explained[model]?.drivers ?? []).map(\.category).sorted().joined(separator: " ")
        }
        #expect(categories("charlson-original") == example.charlson)
        #expect(categories("charlson-quan2011") == example.charlson)
        #expect(categories("elixhauser-vanwalraven") == example.elixhauser)
        #expect(fast.charlsonOriginal == Thousandths(whole: example.original))
        #expect(fast.charlsonQuan2011 == Thousandths(whole: example.quan2011))
        #expect(fast.elixhauserVanWalraven == Thousandths(whole: example.vanWalraven))
        #expect(fast.hfrs.decimal == example.hfrs)
        #expect(explained["charlson-original"]?.result == fast.charlsonOriginal)
        #expect(explained["charlson-quan2011"]?.result == fast.charlsonQuan2011)
        #expect(explained["elixhauser-vanwalraven"]?.result == fast.elixhauserVanWalraven)
        #expect(explained["hfrs"]?.result == fast.hfrs)
    }

    struct Person: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let age: Int
        let sex: AdministrativeSex
        let enrollment: String
        let codes: String
        let v24: String
        let v28: String
    }

    static let people = [
        Person(
            testDescription: "woman of 75 with six conditions", age: 75, sex: .female, enrollment: "CNA",
            codes: "E11.22 N18.4 I50.22 J44.9 F32.9 C50.911", v24: "2.332", v28: "2.426"),
        Person(
            testDescription: "man of 72 with diabetes", age: 72, sex: .male, enrollment: "CNA", codes: "E11.9",
            v24: "0.499", v28: "0.562"),
        Person(
            testDescription: "man of 55, full dual, disabled", age: 55, sex: .male, enrollment: "CFD",
            codes: "E11.65 I50.23 J44.1 F20.0 F11.20", v24: "2.822", v28: "2.733"),
        Person(
            testDescription: "woman of 86 in an institution, dual", age: 86, sex: .female, enrollment: "INS+MCAID",
            codes: "F03.90 L89.154", v24: "1.713", v28: "2.3"),
        Person(
            testDescription: "woman of 66, new enrollee", age: 66, sex: .female, enrollment: "NE", codes: "",
            v24: "0.515", v28: "0.532"),
        Person(
            testDescription: "woman of 67, originally disabled", age: 67, sex: .female, enrollment: "CNA+ORIGDIS",
            codes: "", v24: "0.573", v28: "0.558"),
    ]

    @Test(arguments: people)
    func `CMS-HCC raw scores are those of the worked example`(_ person: Person) throws {
        let models = try RiskContent.models
        let explained = models.explained(person.codes, age: person.age, sex: person.sex, person.enrollment)
        let fast = models.numbers(person.codes, age: person.age, sex: person.sex, person.enrollment)
        #expect(fast.cmsHCCV24.decimal == person.v24)
        #expect(fast.cmsHCCV28.decimal == person.v28)
        #expect(explained["cms-hcc-v24"]?.result == fast.cmsHCCV24)
        #expect(explained["cms-hcc-v28"]?.result == fast.cmsHCCV28)
    }

    @Test func `the first person's V28 score is made of the parts worked out by hand`() throws {
        let result = try #require(
            try RiskContent.models.explained("E11.22 N18.4 I50.22 J44.9 F32.9 C50.911")["cms-hcc-v28"])
        let parts = Dictionary(result.drivers.map { ($0.category, $0.weight.decimal) }, uniquingKeysWith: { $1 })
        #expect(
            parts == [
                "F75_79": "0.465", "HCC37": "0.166", "HCC226": "0.36", "HCC327": "0.514", "HCC280": "0.319",
                "HCC23": "0.186", "DIABETES_HF_V28": "0.112", "HF_CHR_LUNG_V28": "0.078", "HF_KIDNEY_V28": "0.176",
                "D5": "0.05",
            ])
        #expect(result.reason(for: "F32.9") == "no category in this model")
    }
}
