import Care
import Testing

struct HCCModelTests {
    @Test func `an age edit moves breast cancer before 50 to another category`() throws {
        let models = try RiskContent.models
        let young = try #require(models.explained("C50.911", age: 49, "CND")["cms-hcc-v28"])
        let older = try #require(models.explained("C50.911", age: 50, "CND")["cms-hcc-v28"])
        #expect(young.drivers(of: "C50.911") == ["HCC22"])
        #expect(older.drivers(of: "C50.911") == ["HCC23"])
    }

    @Test func `a sex edit moves haemophilia in women to another category`() throws {
        let models = try RiskContent.models
        #expect(models.explained("D66")["cms-hcc-v28"]?.drivers(of: "D66") == ["HCC112"])
        #expect(models.explained("D66", sex: .male)["cms-hcc-v28"]?.drivers(of: "D66") == ["HCC111"])
        #expect(models.explained("D66")["cms-hcc-v24"]?.drivers(of: "D66") == ["HCC48"])
    }

    @Test func `a diagnosis that an edit makes invalid is not counted, and says why`() throws {
        let result = try #require(try RiskContent.models.explained("J41.0", age: 17, "CND")["cms-hcc-v28"])
        #expect(result.reason(for: "J41.0") == "age/sex edit: not counted at 17 or younger")
        #expect(
            try RiskContent.models.explained("J41.0", age: 18, "CND")["cms-hcc-v28"]?.drivers(of: "J41.0") == ["HCC280"]
        )
    }

    @Test func `a diagnosis with two categories drives both`() throws {
        let result = try #require(try RiskContent.models.explained("E08.311")["cms-hcc-v28"])
        #expect(result.drivers(of: "E08.311") == ["HCC37", "HCC298"])
    }

    @Test func `categories are exact codes, not prefixes`() throws {
        let result = try #require(try RiskContent.models.explained("E11 E11.9X")["cms-hcc-v28"])
        #expect(result.notCounted.map(\.reason) == ["no category in this model", "no category in this model"])
    }

    @Test func `a heart assist device counts only beside heart failure`() throws {
        let models = try RiskContent.models
        let alone = try #require(models.explained("Z95.811")["cms-hcc-v28"])
        #expect(alone.reason(for: "Z95.811") == "dropped: HCC223 counts only beside a diagnosis of heart failure")
        #expect(models.explained("Z95.811 I50.22")["cms-hcc-v28"]?.drivers(of: "Z95.811") == ["HCC223"])
    }

    @Test func `a new enrollee is scored without diagnoses`() throws {
        let result = try #require(try RiskContent.models.explained("E11.9", age: 66, "NE")["cms-hcc-v28"])
        #expect(result.drivers.map(\.category) == ["NMCAID_NORIGDIS_NEF66"])
        #expect(result.reason(for: "E11.9") == "a new enrollee is scored without diagnoses")
    }

    @Test func `interactions for the disabled count in an institution under 65 only`() throws {
        let models = try RiskContent.models
        func has(_ age: Int, _ segment: String) -> Bool {
            let result = models.explained("I50.22", age: age, segment)["cms-hcc-v28"]
            return result?.drivers.contains { $0.category == "DISABLED_HF_V28" } ?? false
        }
        #expect(has(64, "INS"))
        #expect(!has(65, "INS"))
        #expect(!has(64, "CND"))
    }

    @Test func `a segment that does not fit the age has no age and sex factor, and says so`() throws {
        let result = try #require(try RiskContent.models.explained("E11.9", age: 40, "CNA")["cms-hcc-v28"])
        #expect(result.drivers.map(\.category) == ["HCC38"])
        #expect(!result.notes.isEmpty)
    }

    @Test func `ages beyond any table are taken as the oldest, negative ones as none`() throws {
        let models = try RiskContent.models
        #expect(models.numbers("", age: 95) == models.numbers("", age: Int.max))
        #expect(models.numbers("", age: 0, "CND").cmsHCCV28 == models.numbers("", age: Int.min, "CND").cmsHCCV28)
    }

    @Test(arguments: ["CNA", "ins+mcaid", "NE+MCAID+ORIGDIS"])
    func `an enrolment is read from text`(_ text: String) { #expect(CMSEnrollment(text) != nil) }

    @Test(arguments: ["", "XYZ", "CNA+MAYBE", "+MCAID"])
    func `an unknown enrolment is refused`(_ text: String) { #expect(CMSEnrollment(text) == nil) }
}
