import FHIR
import Records
import TestSupport
import Testing

@testable import Care

@Suite struct FindPeopleTests {
    private func stored() async throws -> ScratchRecords {
        let scratch = try await ScratchRecords.open(projections: [SearchKeys()])
        try await scratch.put(RecordedPerson.patient(), id: "delores")
        try await scratch.put(
            RecordedPerson.patient(
                family: "García-Núñez", given: ["María", "Elena"], birth: "1951-04-03", phone: "+1 216 555 0100",
                record: "A-77"), id: "maria")
        try await scratch.put(
            RecordedPerson.patient(
                family: "O'Brien", given: ["Pat"], birth: "1980-12-31", phone: "6125550142", record: "A-78"), id: "pat")
        return scratch
    }

    private func find(_ text: String, _ scratch: ScratchRecords) async throws -> FindPeople {
        try await scratch.records.read(as: scratch.caller, at: 0, for: "test") { try FindPeople.read(text, by: $0) }
    }

    @Test(arguments: [
        ("whitfield", "delores"), ("Delores Whitfield", "delores"), ("whitfield delo", "delores"),
        ("garcia maria", "maria"), ("elena nunez", "maria"), ("mar gar", "maria"), ("MARÍA GARCÍA", "maria"),
        ("obrien", "pat"), ("o'brien", "pat"), ("Pat O’Brien", "pat"),
        ("1948-03-14", "delores"), ("14-Mar-1948", "delores"), ("March 14, 1948", "delores"), ("3/14/1948", "delores"),
        ("14.3.1948", "delores"), ("03141948", "delores"), ("4/3/1951", "maria"), ("maria 1951-04-03", "maria"),
        ("612 555 0142", "pat"), ("(612) 555-0142", "pat"), ("1-612-555-0142", "pat"), ("5550142", "pat"),
        ("00411827", "delores"), ("004 118 27", "delores"), ("a-77", "maria"),
    ])
    func `a person is found however it is typed`(text: String, id: String) async throws {
        let scratch = try await stored()
        #expect(try await find(text, scratch).people.map(\.id) == [id])
    }

    @Test(arguments: ["", "x", "nobody here", "1948-13-45", "0000000000", "%", "' OR 1=1"])
    func `nobody is found by what nobody is called`(text: String) async throws {
        let scratch = try await stored()
        #expect(try await find(text, scratch).people.isEmpty)
    }

    @Test func `a number that two people share warns`() async throws {
        let scratch = try await stored()
        let found = try await find("216 555 0100", scratch)
        #expect(Set(found.people.map(\.id)) == ["delores", "maria"])
        #expect(found.warning == "2 people have this number. Ask for the name and the birth date.")
    }

    @Test func `names that are easily confused warn, and who has died comes last`() async throws {
        let scratch = try await stored()
        var other = RecordedPerson.patient(family: "Whitfield", given: ["Dolores"], birth: "1948-03-15")
        other["deceasedBoolean"] = true
        try await scratch.put(other, id: "dolores")
        var third = RecordedPerson.patient(family: "Whitfield", given: ["Delia"])
        third["telecom"] = nil
        try await scratch.put(third, id: "delia")
        let found = try await find("whitfield", scratch)
        #expect(found.people.last?.id == "dolores")
        #expect(found.warning?.contains("easily taken for each other") == true)
    }

    @Test func `a date that two countries read differently finds both`() {
        #expect(TypedDate.days("3/4/1951").map(\.text) == ["1951-03-04", "1951-04-03"])
        #expect(TypedDate.days("31/12/1980").map(\.text) == ["1980-12-31"])
        #expect(TypedDate.days("1/2").isEmpty)
        #expect(TypedDate.days("99999999999999999999/1/1948").isEmpty)
    }

    @Test func `before a call others with the number and others of like name are told`() async throws {
        let scratch = try await stored()
        try await scratch.put(
            RecordedPerson.patient(
                family: "Whitfield", given: ["Delia"], birth: "1950-02-02", phone: "612 555 0777", record: "B-1"),
            id: "delia")
        try await scratch.put(
            RecordedPerson.patient(
                family: "Moss", given: ["Ann"], birth: "1970-02-02", phone: "216-555-0142", record: "B-2"), id: "ann")
        try await scratch.put(
            RecordedPerson.patient(
                family: "Moss", given: ["Bob"], birth: "1971-02-02", phone: "(216) 555-0142", record: "B-3"), id: "bob")
        func others(_ id: String) async throws -> FindLookalikes {
            try await scratch.records.read(as: scratch.caller, at: 0, for: "test") {
                try FindLookalikes.read(try $0.get("Patient", id), by: $0)
            }
        }
        let delores = try await others("delores")
        #expect(delores.likeName == [.init(name: "WHITFIELD, Delia", birth: "1950-02-02")])
        let ann = try await others("ann")
        #expect(ann.sharedPhone == [.init(name: "MOSS, Bob", birth: "1971-02-02")])
        #expect(ann.likeName.isEmpty)
        #expect(try await others("pat").sharedPhone.isEmpty)
    }
}
