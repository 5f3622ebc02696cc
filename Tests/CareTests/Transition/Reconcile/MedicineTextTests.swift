import CareTestSupport
import Testing

@testable import Care

struct MedicineTextTests {
    private static func read(_ line: String) throws -> MedicineText {
        MedicineText(line, try CareContent.shipped().medicineWording)
    }

    private static func how(_ line: String, _ language: PlanLanguage = .en) throws -> String? {
        let wording = try CareContent.shipped().medicineWording
        return MedicineText(line, wording).how(wording, language)
    }

    @Test func `a line is read into its parts`() throws {
        let text = try Self.read(
            "1. Metoprolol succ 50mg tab, take 2 tablets by mouth BID for heart failure, last taken today 8 am")
        #expect(text.name == "Metoprolol succ")
        #expect(text.strength.map(\.words) == ["50 mg"])
        #expect(text.count == 2)
        #expect(text.form == "tablet")
        #expect(text.route == "mouth")
        #expect(text.release == "slow")
        #expect(text.perDay == 2)
        #expect(text.reason == "heart failure")
        #expect(text.lastTaken == "today 8 am")
        #expect(text.unread == nil)
        #expect(text.amounts?.map(\.value) == [100])
    }

    @Test func `what cannot be read stays as it was written`() throws {
        let text = try Self.read("the little white pill from my sister")
        #expect(text.written == "the little white pill from my sister")
        #expect(text.strength.isEmpty && text.perDay == nil)
        let odd = try Self.read("warfarin 5 mg alternating with zzz as directed")
        #expect(odd.name == "warfarin")
        #expect(odd.unread == "alternating with zzz as directed")
        #expect(try Self.read("prednisone 20 mg once a day for 5 days").reason == nil)
    }

    @Test func `names of exports are read as well`() throws {
        let text = try Self.read("24 HR metoprolol succinate 50 MG Extended Release Oral Tablet once a day")
        #expect(text.strength.map(\.words) == ["50 mg"])
        #expect(text.release == "slow" && text.form == "tablet" && text.route == "mouth")
        #expect(text.title == "metoprolol succinate 50 mg")
        let counted = try Self.read("Lisinopril 10 MG Oral Tablet 1, once a day")
        #expect(counted.count == 1 && counted.unread == nil)
        let both = try Self.read("Hydrochlorothiazide 12.5 MG / Lisinopril 10 MG Oral Tablet")
        #expect(both.strength.map(\.value) == [12.5, 10])
        #expect(both.dose == nil)
        let insulin = try Self.read("insulin glargine 100 unit/ml 20 units at bedtime")
        #expect(insulin.concentration.map(\.words) == ["100 units"])
        #expect(insulin.amounts?.map(\.words) == ["20 units"])
        #expect(insulin.dayTimes == [.bedtime])
    }

    @Test func `what is unread of a name is no part of how it is taken, and is not quoted twice`() throws {
        let wording = try CareContent.shipped().medicineWording
        let text = MedicineText(
            name: "metoprolol succinate 50 MG Extended Release Oral Tablet", takes: "once a day, “for 5 days”", wording)
        #expect(text.takes(wording) == "once a day, “for 5 days”")
    }

    @Test func `stopped and not taken are told apart`() throws {
        #expect(try Self.read("STOP ibuprofen 600 mg").isStopped)
        let idle = try Self.read("not taking metformin")
        #expect(idle.isNotTaken && idle.name == "metformin")
    }

    @Test func `Spanish is read, and said`() throws {
        let text = try Self.read("metformina 500 mg dos veces al día si es necesario")
        #expect(text.perDay == 2 && text.asNeeded)
        #expect(try Self.how("furosemide 40 mg 2 tablets twice a day", .es) == "2 tabletas, dos veces al día")
        #expect(try Self.how("furosemide 40 mg 2 tablets twice a day") == "2 tablets, twice a day")
    }

    @Test(arguments: [
        "", " ", "1", "mg", "1/0 mg", "9999999999999999999999 mg x", "½ ½ tablet", "////", "1-2-3 tablets", "e5 mg",
        "for", "٣ mg tablet",
    ])
    func `odd lines do no harm`(line: String) throws {
        let text = try Self.read(line)
        #expect(text.written == line.split(separator: " ").joined(separator: " "))
        _ = text.title
        _ = try Self.how(line)
    }

    @Test(arguments: [(0.5, "0.5"), (1, "1"), (2.25, "2.25"), (1e300, "1e+300"), (12.3456, "12.346")])
    func `numbers are written without a needless fraction`(number: Double, written: String) {
        #expect(MedicineText.written(number) == written)
    }
}
