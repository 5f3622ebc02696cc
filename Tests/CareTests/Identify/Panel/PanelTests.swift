import FHIR
import Records
import TestSupport
import Testing

@testable import Care

@Suite struct PanelTests {
    let now = RecordedPerson.now

    /// Twelve people, p00 to p11; the even ones are Ruth's in complex care, the last one has died.
    private func stored() async throws -> ScratchRecords {
        let scratch = try await ScratchRecords.open(projections: [PanelProjection(), SearchKeys()])
        for number in 0..<12 {
            let id = "p\(number < 10 ? "0" : "")\(number)"
            var patient = RecordedPerson.patient(
                family: "Name\(Character(Unicode.Scalar(UInt8(97 + number))))", birth: "1950-01-01")
            if number == 11 {
                patient["deceasedBoolean"] = true
            }
            try await scratch.put(patient, id: id)
            try await scratch.put(
                risk(id, [.healthy, .rising, .high, .complex][number % 4], hfrs: number), id: "risk-\(id)")
            if number.isMultiple(of: 2) {
                try await scratch.put(enrolment(id), id: "enrolment-\(id)")
                try await scratch.put(
                    contact(id, at: now - Int64(number) * RecordedPerson.day * 10), id: "contact-\(id)")
            }
        }
        return scratch
    }

    private func risk(_ id: String, _ tier: Tier, hfrs: Int) -> JSON {
        [
            "resourceType": "RiskAssessment", "status": "final",
            "method": ["coding": [["system": .string(RiskRecord.system), "code": "tier"]]],
            "subject": ["reference": .string("Patient/\(id)")],
            "prediction": [
                [
                    "qualitativeRisk": [
                        "coding": [["system": .string(RiskRecord.tierSystem), "code": .string(tier.name)]]
                    ]
                ],
                [
                    "extension": [["url": "urn:almoner:risk-score", "valueDecimal": .int(hfrs)]],
                    "outcome": ["coding": [["system": .string(RiskRecord.system), "code": "hfrs"]]],
                ],
            ],
        ]
    }

    private func enrolment(_ id: String) -> JSON {
        [
            "resourceType": "EpisodeOfCare", "status": "active",
            "type": [["coding": [["system": "urn:almoner:program", "code": "complex-care"]]]],
            "patient": ["reference": .string("Patient/\(id)")], "careManager": ["reference": "Practitioner/ruth"],
        ]
    }

    private func contact(_ id: String, at moment: Int64) -> JSON {
        [
            "resourceType": "Encounter", "status": "finished",
            "class": ["system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "VR"],
            "type": [["coding": [["system": "urn:almoner:contact", "code": "call"]]]],
            "subject": ["reference": .string("Patient/\(id)")],
            "period": ["start": .string(FHIRDate.instant(moment)), "end": .string(FHIRDate.instant(moment))],
        ]
    }

    private func panel(
        _ scratch: ScratchRecords, _ set: @escaping @Sendable (inout PanelQuery) -> Void = { _ in }
    ) async throws -> Panel {
        try await scratch.records.read(as: scratch.caller, at: now, for: "test") { reader in
            var query = PanelQuery()
            set(&query)
            return try Panel.read(query, by: reader, at: now)
        }
    }

    @Test func `the highest risk comes first and the dead are left out`() async throws {
        let scratch = try await stored()
        let all = try await panel(scratch)
        #expect(
            all.rows.map(\.person) == [
                "p07", "p03", "p10", "p06", "p02", "p09", "p05", "p01", "p08", "p04", "p00",
            ])
        #expect(all.count == 11 && all.highCount == 5)
        #expect(try await panel(scratch) { $0.isGone = true }.rows.map(\.person) == ["p11"])
    }

    @Test func `filters go together in any order of sorting`() async throws {
        let scratch = try await stored()
        let mine = try await panel(scratch) {
            $0.owner = .one("Practitioner/ruth")
            $0.programme = "complex-care"
            $0.tier = .high
            $0.sort = .name
            $0.isDescending = false
        }
        #expect(mine.rows.map(\.person) == ["p02", "p06", "p10"])
        #expect(mine.rows.first?.gap == .consent)
        let nobodys = try await panel(scratch) {
            $0.owner = .nobody
            $0.tier = .complex
        }
        #expect(nobodys.rows.map(\.person) == ["p07", "p03"])
        #expect(try await panel(scratch) { $0.programme = "" }.count == 5)
        #expect(
            try await panel(scratch) { $0.gap = .consent }.rows.map(\.person) == [
                "p00", "p02", "p04", "p06", "p08", "p10",
            ])
        #expect(try await panel(scratch) { $0.text = "namec" }.rows.map(\.person) == ["p02"])
        #expect(try await panel(scratch) { $0.text = "nobody" }.rows.isEmpty)
    }

    @Test func `no contact for some days counts those who were never spoken with`() async throws {
        let scratch = try await stored()
        let quiet = try await panel(scratch) {
            $0.quietDays = 50
            $0.sort = .name
        }
        // Never first, then the longest ago.
        #expect(Set(quiet.rows.prefix(5).map(\.person)) == ["p01", "p03", "p05", "p07", "p09"])
        #expect(quiet.rows.dropFirst(5).map(\.person) == ["p10", "p08", "p06"])
        let mine = try await panel(scratch) {
            $0.owner = .one("Practitioner/ruth")
            $0.quietDays = 50
            $0.sort = .name
            $0.isDescending = false
        }
        #expect(mine.rows.map(\.person) == ["p06", "p08", "p10"])
    }

    @Test(arguments: PanelQuery.Sort.allCases, [true, false])
    func `pages follow each other forth and back without a gap`(sort: PanelQuery.Sort, isDescending: Bool) async throws
    {
        let scratch = try await stored()
        let whole = try await panel(scratch) {
            $0.sort = sort
            $0.isDescending = isDescending
        }.rows.map(\.person)
        var seen: [String] = []
        var last: String?
        while seen.count < whole.count {
            let after = last
            let page = try await panel(scratch) {
                $0.sort = sort
                $0.isDescending = isDescending
                $0.after = after
                $0.limit = 4
            }
            #expect(page.hasEarlier == (after != nil))
            seen += page.rows.map(\.person)
            last = page.rows.last?.person
            guard page.hasMore else {
                break
            }
        }
        #expect(seen == whole)
        let back = try await panel(scratch) {
            $0.sort = sort
            $0.isDescending = isDescending
            $0.before = whole[8]
            $0.limit = 4
        }
        #expect(back.rows.map(\.person) == Array(whole[4..<8]))
        #expect(back.hasEarlier && back.hasMore)
    }

    @Test func `giving someone to a care manager moves enrolments and what nobody had`() async throws {
        let scratch = try await stored()
        try await scratch.put(["resourceType": "Practitioner", "active": true], id: "sam")
        try await scratch.records.write(as: scratch.caller, at: now) { change in
            for person in ["p00", "p01"] {
                try GiveOwner(person: person, owner: "Practitioner/sam").perform(in: change)
            }
        }
        let sams = try await panel(scratch) {
            $0.owner = .one("Practitioner/sam")
            $0.sort = .name
            $0.isDescending = false
        }
        #expect(sams.rows.map(\.person) == ["p00", "p01"])
        #expect(sams.rows.last?.nextWhat == "Outreach")
        await #expect(throws: NotNow.self) {
            try await scratch.records.write(as: scratch.caller, at: now) { change in
                try GiveOwner(person: "p11", owner: "Practitioner/sam").perform(in: change)
            }
        }
    }

    @Test func `an outreach task is opened once`() async throws {
        let scratch = try await stored()
        for _ in 0..<2 {
            try await scratch.records.write(as: scratch.caller, at: now) { change in
                _ = try OpenOutreach(person: "p01", owner: nil).perform(in: change)
            }
        }
        let tasks = try await scratch.records.read(as: scratch.caller, at: now, for: "test") { reader in
            try reader.person("p01", ["Task"]).all("Task").count
        }
        #expect(tasks == 1)
    }
}
