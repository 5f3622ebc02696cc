import Care
import Testing

struct ExplainScoresTests {
    static let order = [
        "charlson-original", "charlson-quan2011", "elixhauser-vanwalraven", "hfrs", "cms-hcc-v24", "cms-hcc-v28",
    ]

    @Test func `six models answer in a fixed order and each names its version`() throws {
        let models = try RiskContent.models
        let results = models.explain(
            age: 70, sex: .male, codes: [], enrollment: CMSEnrollment(.communityNonDualAged))
        #expect(results.map(\.model) == Self.order)
        #expect(results.allSatisfy { !$0.version.isEmpty })
    }

    @Test(arguments: order)
    func `weights add up and every code stands in exactly one list`(_ model: String) throws {
        let codes =
            "E11.22 e1165 I130 K70.0 G11.4 I426 44054006 999999999 D66 J41.0 E119 E1122 ??? C79.51 C34.90 W19.XXXA"
        let models = try RiskContent.models
        for (age, sex, enrollment) in [
            (75, AdministrativeSex.female, "CNA"), (12, .male, "CND"), (50, .female, "INS"), (66, .unknown, "NE+MCAID"),
        ] {
            let result = try #require(models.explained(codes, age: age, sex: sex, enrollment)[model])
            #expect(result.drivers.reduce(into: Thousandths.zero) { $0 += $1.weight } == result.result)
            for code in codes.split(separator: " ").map(String.init) {
                let drives = !result.drivers(of: code).isEmpty
                let refused = result.notCounted.count { $0.code == code }
                #expect(drives ? refused == 0 : refused == 1, "\(code) in \(model)")
            }
        }
    }

    @Test func `one code may drive several categories`() throws {
        let result = try #require(try RiskContent.models.explained("F31.5 I11.0")["elixhauser-vanwalraven"])
        #expect(result.drivers(of: "F31.5") == ["psycho", "depre"])
        #expect(result.drivers(of: "I11.0") == ["chf", "hypc"])
    }

    @Test func `a category counts once and says so`() throws {
        let result = try #require(try RiskContent.models.explained("I50.9 I50.22")["charlson-original"])
        #expect(result.result.decimal == "1")
        #expect(result.reason(for: "I50.22") == "same category already counted: chf")
    }

    @Test func `a covered category names what covers it`() throws {
        let explained = try RiskContent.models.explained("E11.9 E11.22")
        #expect(explained["charlson-original"]?.reason(for: "E11.9") == "dropped: diab is covered by diabwc")
        #expect(explained["cms-hcc-v24"]?.reason(for: "E11.9") == "dropped: HCC19 is covered by HCC18")
        #expect(explained["cms-hcc-v28"]?.reason(for: "E11.9") == "dropped: HCC38 is covered by HCC37")
    }

    @Test func `the same code twice is one, in another spelling it is said to be the same`() throws {
        let result = try #require(try RiskContent.models.explained("E11.9 E11.9 e119")["charlson-original"])
        #expect(result.result.decimal == "1")
        #expect(result.notCounted.map(\.code) == ["e119"])
        #expect(result.reason(for: "e119") == "same diagnosis as E11.9")
    }

    @Test func `a SNOMED code is read through the map and shows as what`() throws {
        let result = try #require(try RiskContent.models.explained("44054006")["charlson-original"])
        #expect(result.drivers.first?.code == "44054006")
        #expect(result.drivers.first?.readAs == "E11.9")
    }

    @Test func `codes that cannot be read are listed with their reason`() throws {
        let result = try #require(try RiskContent.models.explained("160903007 HELLO 123")["hfrs"])
        #expect(result.reason(for: "160903007") == "unmapped SNOMED code")
        #expect(result.reason(for: "HELLO") == "not an ICD-10-CM code")
        #expect(result.reason(for: "123") == "not an ICD-10-CM code")
    }

    @Test func `the age-adjusted Charlson is offered beside the result, not instead`() throws {
        let models = try RiskContent.models
        for (age, points) in [(49, 0), (50, 1), (59, 1), (60, 2), (79, 3), (80, 4), (101, 4)] {
            let result = try #require(models.explained("I50.9", age: age)["charlson-original"])
            #expect(result.result.decimal == "1")
            #expect(result.ageAdjusted == Thousandths(whole: 1 + points))
        }
        #expect(models.explained("I50.9")["hfrs"]?.ageAdjusted == nil)
    }

    @Test func `a person whose sex the CMS models do not know is scored by diagnoses alone, and told so`() throws {
        let result = try #require(try RiskContent.models.explained("E11.9", sex: .unknown)["cms-hcc-v28"])
        #expect(result.drivers.map(\.category) == ["HCC38"])
        #expect(result.notes.count == 1)
    }
}
