import Foundation
import Testing

@testable import Exchange

struct HL7TimeTests {
    @Test(arguments: [
        ("2026", "2026"), ("202611", "2026-11"), ("20261127", "2026-11-27"),
        ("2026112707", "2026-11-27T07:00:00-05:00"),
        ("202611270730", "2026-11-27T07:30:00-05:00"), ("20260701073015", "2026-07-01T07:30:15-04:00"),
        ("20260701073015.25", "2026-07-01T07:30:15.250-04:00"),
        ("20260701073015.0625", "2026-07-01T07:30:15.062-04:00"),
        ("20260701073015+0215", "2026-07-01T07:30:15+02:15"), ("202607010730-0000", "2026-07-01T07:30:00+00:00"),
        ("20261231235960Z", nil), ("20261231235960", "2026-12-31T23:59:59-05:00"), ("20260230", nil), ("00000101", nil),
        ("20261", nil), ("2026112724", nil), ("20261127070000+1500", nil), ("", nil), ("2026-11-27", nil),
        ("20261127070000.1234567", nil), ("٢٠٢٦", nil),
    ])
    func `of any precision`(written: String, read: String?) {
        #expect(HL7Time(written, zone: ADTFixture.zone)?.dateTime == read)
    }

    @Test func `a time that is skipped is read with the offset before the change`() throws {
        let time = try #require(HL7Time("20260308023000", zone: ADTFixture.zone))
        #expect(time.dateTime == "2026-03-08T03:30:00-04:00")
        #expect(time.milliseconds == 1_772_955_000_000)
        #expect(HL7Time("20260308015959", zone: ADTFixture.zone)?.dateTime == "2026-03-08T01:59:59-05:00")
        #expect(HL7Time("20260308030000", zone: ADTFixture.zone)?.dateTime == "2026-03-08T03:00:00-04:00")
    }

    @Test func `a time that comes twice is the first`() throws {
        let time = try #require(HL7Time("20261101013000", zone: ADTFixture.zone))
        #expect(time.dateTime == "2026-11-01T01:30:00-04:00")
        #expect(HL7Time("20261101005959", zone: ADTFixture.zone)?.dateTime == "2026-11-01T00:59:59-04:00")
        #expect(HL7Time("20261101020000", zone: ADTFixture.zone)?.dateTime == "2026-11-01T02:00:00-05:00")
    }

    @Test func `half hours and the southern hemisphere`() throws {
        let lord = try #require(TimeZone(identifier: "Australia/Lord_Howe"))
        // Clocks go from 02:00 to 02:30 on 4 October 2026.
        #expect(HL7Time("20261004021500", zone: lord)?.dateTime == "2026-10-04T02:45:00+11:00")
        #expect(HL7Time("20261004011500", zone: lord)?.dateTime == "2026-10-04T01:15:00+10:30")
        // Before standard time offsets have seconds, which FHIR cannot write.
        #expect(HL7Time("188001010000", zone: ADTFixture.zone)?.dateTime == "1880-01-01T04:56:02Z")
    }

    @Test func `milliseconds are those of the moment`() {
        #expect(HL7Time("19700101000000.5+0000", zone: .gmt)?.milliseconds == 500)
        #expect(HL7Time("19691231235959.5+0000", zone: .gmt)?.milliseconds == -500)
        #expect(HL7Time("19691231235959.5+0000", zone: .gmt)?.dateTime == "1969-12-31T23:59:59.500+00:00")
        #expect(HL7Time("19500102", zone: ADTFixture.zone)?.date == "1950-01-02")
    }
}
