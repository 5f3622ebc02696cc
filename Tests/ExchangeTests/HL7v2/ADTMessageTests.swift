import FHIR
import Foundation
import TestSupport
import Testing

@testable import Exchange

struct ADTMessageTests {
    @Test(.enabled(if: SharedData.isThere)) func `messages of many triggers become valid FHIR`() throws {
        let files = SharedData.files(in: "data/hl7v2", ending: ".hl7")
        try #require(files.count == 26)
        for file in files {
            let bytes = Array(try Data(contentsOf: file))
            let receipt = HL7Receipt(bytes, rules: try ADTFixture.rules(), from: nil, received: ADTFixture.now)
            let name = file.lastPathComponent
            #expect(receipt.verdict == .accepted, "\(name): \(receipt.fault?.description ?? "")")
            let message = try #require(receipt.message)
            let bundle = try ADTMessage.fhir(message, feed: try ADTFixture.feed(), received: ADTFixture.now)
            #expect(try ADTFixture.problems(bundle) == [], "\(name)")
            #expect(!String(decoding: bundle.serialized(), as: UTF8.self).contains("\"\""), "\(name)")
            let trigger = String(name.dropFirst(4).prefix(3))
            let header = try #require(ADTFixture.resources(bundle, "MessageHeader").first)
            #expect(header["eventCoding"]?["code"]?.string == trigger)
            let again = try ADTMessage.fhir(message, feed: try ADTFixture.feed(), received: ADTFixture.now)
            #expect(again == bundle)
        }
    }

    private static let pid =
        "PID|1||7^^^H^MR~123-45-6789^^^^SS||DOE^JANE^Q^JR^DR^MD^L~ROE^JANE^^^^^M||19500102|F|JD^J|2106-3^White|1 Elm St^Apt 2^X^NY^12345^US^H||^PRN^PH^^1^555^1234^9~^NET^Internet^j@example.org|^WPN^FX^^^555^99|spa^Spanish|M||ACC9^^^H||||H^Hispanic"

    private func only(_ bundle: JSON, _ type: String) throws -> JSON {
        let found = ADTFixture.resources(bundle, type)
        try #require(found.count == 1)
        return try #require(found.first)
    }

    private func time(_ bundle: JSON, _ name: String = "event-time") throws -> String? {
        try only(bundle, "MessageHeader")["extension"]?.array.first { $0["url"]?.string == "urn:almoner:\(name)" }?[
            "valueDateTime"]?.string
    }

    private func cleared(_ bundle: JSON) throws -> [String] {
        try only(bundle, "MessageHeader")["extension"]?.array.filter { $0["url"]?.string == "urn:almoner:cleared" }
            .compactMap { $0["valueString"]?.string } ?? []
    }

    /// PV1 with some fields.
    private func pv1(_ fields: [Int: String]) -> String {
        "PV1|" + (1...52).map { fields[$0] ?? "" }.joined(separator: "|")
    }

    @Test func `a person with all that a PID tells`() throws {
        let bundle = try ADTFixture.bundle(
            ADTFixture.text("A28", ["EVN||20261127", Self.pid, "PD1||||1234567890^CARE^PRIM^^^DR^MD^^NPI^^^^NPI"]))
        #expect(try ADTFixture.problems(bundle) == [])
        let patient = try only(bundle, "Patient")
        #expect(patient["identifier"]?.array.map { $0["value"]?.string } == ["7", "123456789"])
        #expect(patient["name"]?.array.map { $0["use"]?.string } == ["official", "maiden", "nickname"])
        #expect(patient["name"]?.array.first?["given"] == ["JANE", "Q"])
        #expect(
            patient["telecom"]?.array.map { $0["value"]?.string }
                == ["+1 (555) 1234 ext. 9", "j@example.org", "(555) 99"])
        #expect(patient["telecom"]?.array.map { $0["system"]?.string } == ["phone", "email", "fax"])
        #expect(patient["birthDate"] == "1950-01-02")
        #expect(patient["gender"] == "female")
        #expect(patient["address"]?.array.first?["line"] == ["1 Elm St", "Apt 2"])
        #expect(
            patient["communication"]?.array.first?["language"]?["coding"]?.array.first?["code"] == "es")
        #expect(patient["maritalStatus"]?["coding"]?.array.first?["code"] == "M")
        #expect(
            patient["generalPractitioner"]?.array.first?["identifier"]?["system"] == "http://hl7.org/fhir/sid/us-npi")
        #expect(patient["extension"]?.array.count == 2)
        #expect(ADTFixture.resources(bundle, "Encounter") == [])
    }

    @Test func `death, and what only looks like it`() throws {
        func died(_ when: String, _ whether: String) throws -> (JSON?, JSON?) {
            let pid = "PID|1||7^^^H^MR" + String(repeating: "|", count: 26) + "\(when)|\(whether)"
            let patient = try only(try ADTFixture.bundle(ADTFixture.text("A08", ["EVN||2026", pid])), "Patient")
            return (patient["deceasedDateTime"], patient["deceasedBoolean"])
        }
        #expect(try died("20261120", "Y") == ("2026-11-20", nil))
        #expect(try died("20261120", "") == ("2026-11-20", nil))
        #expect(try died("", "Y") == (nil, true))
        #expect(try died("20261120", "N") == (nil, false))
        #expect(try died("\"\"", "\"\"") == (nil, nil))
    }

    @Test(arguments: [
        ("A01", "in-progress"), ("A02", "in-progress"), ("A03", "finished"), ("A04", "in-progress"), ("A05", "planned"),
        ("A06", "in-progress"), ("A08", "unknown"), ("A11", "cancelled"), ("A12", "in-progress"),
        ("A13", "in-progress"),
        ("A14", "planned"), ("A16", "unknown"), ("A21", "onleave"), ("A22", "in-progress"), ("A23", "entered-in-error"),
        ("A25", "unknown"), ("A27", "cancelled"), ("A31", "unknown"), ("A38", "cancelled"),
    ])
    func `the status of a visit by event`(trigger: String, status: String) throws {
        let bundle = try ADTFixture.bundle(
            ADTFixture.text(trigger, ["EVN||20261127", Self.pid, pv1([2: "I", 19: "V1^^^H"])]))
        #expect(try only(bundle, "Encounter")["status"]?.string == status)
        #expect(try ADTFixture.problems(bundle) == [])
    }

    @Test(arguments: [
        ("I", "", "IMP"), ("E", "", "EMER"), ("O", "", "AMB"), ("O", "OBS", "OBSENC"), ("I", "OBSERVATION", "OBSENC"),
        ("OBS", "", "OBSENC"), ("E", "OBS", "EMER"), ("P", "", "PRENC"), ("Q", "", "Q"), ("", "", nil),
        ("\"\"", "", nil),
    ])
    func `the class of a visit`(written: String, type: String, code: String?) throws {
        let bundle = try ADTFixture.bundle(
            ADTFixture.text("A04", ["EVN||20261127", Self.pid, pv1([2: written, 18: type, 19: "V1"])]))
        let found = try only(bundle, "Encounter")["class"]
        #expect(found?["code"]?.string == code)
        #expect((found?["extension"] != nil) == (code == nil))
        #expect(try ADTFixture.problems(bundle) == [])
    }

    @Test func `a discharge with all that it tells`() throws {
        let bundle = try ADTFixture.bundle(
            ADTFixture.text(
                "A03",
                [
                    "EVN||20261127070000", Self.pid,
                    pv1([
                        2: "I", 3: "W1^12^B^GH", 4: "E", 7: "1^ATT^A", 8: "2^REF^R", 10: "CAR", 14: "7", 17: "3^ADM^A",
                        19: "V1^^^H", 36: "3", 37: "SNF1^20261127", 44: "20261120", 45: "20261127063000",
                    ]), "PV2|||R07.9^Chest pain^I10||||||20261126", "DG1|1|I10|I5021^Heart failure^I10|||F|||||||||1",
                    "DG1|2|I10|R079^Chest pain|||A",
                ]))
        #expect(try ADTFixture.problems(bundle) == [])
        let stay = try only(bundle, "Encounter")
        #expect(try time(bundle) == "2026-11-27T06:30:00-05:00")
        #expect(try time(bundle, "recorded-time") == "2026-11-27T07:00:00-05:00")
        #expect(stay["period"] == ["start": "2026-11-20", "end": "2026-11-27T06:30:00-05:00"])
        #expect(
            stay["hospitalization"]?["dischargeDisposition"]?["coding"]?.array.map { $0["code"]?.string } == [
                "snf", "3",
            ])
        #expect(stay["hospitalization"]?["admitSource"]?["coding"]?.array.first?["code"] == "emd")
        #expect(stay["hospitalization"]?["destination"]?["display"] == "SNF1")
        #expect(stay["priority"]?["coding"]?.array.first?["code"] == "EM")
        #expect(stay["participant"]?.array.count == 3)
        #expect(stay["location"]?.array.first?["location"]?["display"] == "W1, 12, B, GH")
        #expect(stay["location"]?.array.first?["status"] == "completed")
        #expect(stay["serviceProvider"]?["display"] == "GH")
        #expect(stay["diagnosis"]?.array.count == 2)
        #expect(stay["identifier"]?.array.first?["type"]?["coding"]?.array.first?["code"] == "VN")
        let conditions = ADTFixture.resources(bundle, "Condition")
        #expect(
            conditions.map { $0["code"]?["coding"]?.array.first?["code"]?.string } == ["I50.21", "R07.9"])
        #expect(conditions.allSatisfy { $0["code"]?["coding"]?.array.first?["system"]?.string == CodeSystemName.icd10 })
    }

    @Test func `a cancelled discharge takes its end back`() throws {
        let bundle = try ADTFixture.bundle(
            ADTFixture.text(
                "A13", ["EVN||20261127", Self.pid, pv1([2: "I", 19: "V1", 36: "01", 44: "20261120", 45: "20261126"])]))
        let stay = try only(bundle, "Encounter")
        #expect(stay["period"] == ["start": "2026-11-20"])
        #expect(stay["hospitalization"] == nil)
        #expect(
            try cleared(bundle) == [
                "Encounter.period.end", "Encounter.hospitalization.dischargeDisposition",
                "Encounter.hospitalization.destination",
            ])
        // When it was discharged is not when the discharge was cancelled.
        #expect(try time(bundle) == "2026-11-27")
    }

    @Test func `a transfer tells both places, and two marks delete`() throws {
        let bundle = try ADTFixture.bundle(
            ADTFixture.text(
                "A02",
                [
                    "EVN||20261127", "PID|1||7^^^H^MR||||\"\"|F|||\"\"||\"\"",
                    pv1([2: "I", 3: "W2", 6: "W1", 7: "\"\"", 19: "V1", 45: "\"\""]),
                ]))
        #expect(
            try only(bundle, "Encounter")["location"]?.array.map { $0["status"]?.string } == ["active", "completed"])
        #expect(
            try cleared(bundle) == [
                "Patient.birthDate", "Patient.address", "Patient.telecom.where(use != 'work')",
                "Encounter.participant.where(type.coding.code = 'ATND')", "Encounter.period.end",
            ])
        #expect(try only(bundle, "Patient")["birthDate"] == nil)
        #expect(try ADTFixture.problems(bundle) == [])
    }

    @Test func `an account stands in for a visit number, and the beginning for both`() throws {
        func encounter(_ pid: String, _ began: String, _ trigger: String = "A01") throws -> (JSON, String?) {
            let bundle = try ADTFixture.bundle(
                ADTFixture.text(trigger, ["EVN||20261127", pid, pv1([2: "I", 44: began])]))
            let entry = bundle["entry"]?.array.first { $0["resource"]?["resourceType"] == "Encounter" }
            return (try only(bundle, "Encounter"), entry?["fullUrl"]?.string)
        }
        let account = try encounter(Self.pid, "20261120").0
        #expect(account["identifier"]?.array.first?["value"] == "ACC9")
        #expect(account["identifier"]?.array.first?["type"]?["coding"]?.array.first?["code"] == "AN")
        let plain = "PID|1||7^^^H^MR"
        #expect(try encounter(plain, "20261120").0["identifier"] == nil)
        #expect(try encounter(plain, "20261120").1 == encounter(plain, "20261120", "A08").1)
        #expect(try encounter(plain, "20261120").1 != encounter(plain, "20261121").1)
    }

    @Test func `a planned stay begins when it is expected to`() throws {
        let lines = ["EVN||20261127", Self.pid, pv1([2: "P", 19: "V1"]), "PV2||||||||202612010900"]
        let planned = try only(try ADTFixture.bundle(ADTFixture.text("A05", lines)), "Encounter")
        #expect(planned["period"] == ["start": "2026-12-01T09:00:00-05:00"])
        #expect(try only(try ADTFixture.bundle(ADTFixture.text("A01", lines)), "Encounter")["period"] == nil)
    }

    @Test func `a time far ahead of its receipt is none`() throws {
        func event(_ evn6: String, _ evn2: String) throws -> String? {
            try time(
                try ADTFixture.bundle(ADTFixture.text("A08", ["EVN||\(evn2)||||\(evn6)", "PID|1||7^^^H^MR"])))
        }
        #expect(try event("20261128", "20261126") == "2026-11-28")
        #expect(try event("20290101", "20261126") == "2026-11-26")
        #expect(try event("20290101", "20290101") == "2026-11-27T07:00:00-05:00")
    }

    @Test func `a time that cannot be read is left out and named`() throws {
        let bundle = try ADTFixture.bundle(
            ADTFixture.text(
                "A08",
                ["EVN||20261127", "PID|1||7^^^H^MR||||19500230", pv1([2: "I", 19: "V1", 44: "soon", 45: "20261126"])]))
        #expect(try only(bundle, "Patient")["birthDate"] == nil)
        let unread = try only(bundle, "MessageHeader")["extension"]?.array.filter { $0["url"] == "urn:almoner:unread" }
        #expect(unread?.map { $0["valueString"]?.string } == ["PID-7", "PV1-44"])
    }

    @Test func `a stay that ends before it begins keeps the end that a discharge tells`() throws {
        func period(_ trigger: String) throws -> JSON? {
            let fields = [2: "I", 19: "V1", 44: "20261126", 45: "20261120"]
            return try only(
                try ADTFixture.bundle(ADTFixture.text(trigger, ["EVN||20261127", Self.pid, pv1(fields)])), "Encounter")[
                    "period"]
        }
        #expect(try period("A03") == ["end": "2026-11-20"])
        #expect(try period("A08") == ["start": "2026-11-26"])
    }

    @Test func `a merge pairs each survivor with who is retired`() throws {
        let bundle = try ADTFixture.bundle(
            ADTFixture.text(
                "A40",
                [
                    "EVN||20261127", "PID|1||7^^^H^MR||DOE^JANE", "MRG|8^^^H^MR~9^^^H^MR||||||DOE^J",
                    "PID|2||17^^^H^MR",
                    "PD1|", "MRG|18^^^H^MR",
                ]))
        #expect(try ADTFixture.problems(bundle) == [])
        let entries = bundle["entry"]?.array.filter { $0["resource"]?["resourceType"] == "Patient" } ?? []
        try #require(entries.count == 4)
        let values = entries.map { $0["resource"]?["identifier"]?.array.map { $0["value"]?.string } }
        #expect(values == [["7"], ["8", "9"], ["17"], ["18"]])
        for pair in [(0, 1), (2, 3)] {
            let link = entries[pair.1]["resource"]?["link"]?.array.first
            #expect(link?["type"] == "replaced-by")
            #expect(link?["other"]?["reference"] == entries[pair.0]["fullUrl"])
            #expect(entries[pair.0]["resource"]?["link"] == nil)
        }
        // The same person has the same address in other messages.
        let other = try ADTFixture.bundle(ADTFixture.text("A08", ["EVN||2026", "PID|1||8^^^H^MR"]))
        #expect(
            other["entry"]?.array.first { $0["resource"]?["resourceType"] == "Patient" }?["fullUrl"]
                == entries[1]["fullUrl"])
    }

    @Test func `allergies with actions, next of kin and coverage`() throws {
        let bundle = try ADTFixture.bundle(
            ADTFixture.text(
                "A60",
                [
                    "EVN||20261127", Self.pid, "NK1|1|DOE^JOHN|SPO^Spouse|||^WPN^PH^^^5^6|C", "NK1|2|||||",
                    "IAM|1|DA|PCN^Penicillin^L|SV|Hives|A|||AL||20200101||||||C", "IAM|2|FA|EGG^Egg^L|U||D",
                    "AL1|1|EA|^Pollen|MI|",
                    "IN1|1|HMO^Plan A|77|Blue||||G1||||20260101|20261231||||SEL|||||||||||||||||||POL9",
                    "IN1|2|X",
                ]))
        #expect(try ADTFixture.problems(bundle) == [])
        let allergies = ADTFixture.resources(bundle, "AllergyIntolerance")
        #expect(
            allergies.map { $0["verificationStatus"]?["coding"]?.array.first?["code"]?.string }
                == ["unconfirmed", "confirmed", "entered-in-error"])
        #expect(allergies.map { $0["criticality"]?.string } == ["low", "high", "unable-to-assess"])
        #expect(allergies.map { $0["clinicalStatus"] != nil } == [true, true, false])
        #expect(try only(bundle, "RelatedPerson")["name"]?.array.first?["family"] == "DOE")
        let coverage = try only(bundle, "Coverage")
        #expect(coverage["subscriberId"] == "POL9")
        #expect(coverage["payor"]?.array.first?["display"] == "Blue")
        #expect(coverage["class"]?.array.count == 2)
    }
}
