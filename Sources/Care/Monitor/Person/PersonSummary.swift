import Access
import FHIR
package import Records

/// All that one page says of one person, read in one view: plain data with its sources and days.
package struct PersonSummary: Sendable {
    package let record: PersonRecord
    package let matters: WhatMatters?
    package let loops: [OpenLoop]
    package let goals: [GoalProgress]
    package let problems: [Problem]
    package let medicines: [Medicine]
    package let review: MedicineReview
    /// Each kind's readings, oldest first.
    package let readings: [Reading.Kind: [Reading]]
    package let risk: StoredRisk?
    package let team: [TeamMember]
    package let contacts: [PersonContact]
    package let programs: [ProgramState]
    package let time: TimeSpent
    package let hasDied: Bool

    private static let reads: Set<String> = [
        "CareTeam", "Communication", "Condition", "DetectedIssue", "Encounter", "EpisodeOfCare", "Goal", "List",
        "MedicationRequest", "MedicationStatement", "RelatedPerson", "RiskAssessment", "ServiceRequest", "Task",
    ]
    private static let loinc = "http://loinc.org"

    /// Reads what the summary page of a person shows.
    /// - Parameters:
    ///   - person: the id of the Patient.
    ///   - reader: the view of the records.
    ///   - more: types that the page needs beside these, as its banner does.
    ///   - month: the span of the present month, milliseconds since 1970.
    ///   - now: milliseconds since 1970.
    /// - Returns: the summary, with the record it was made from.
    /// - Throws: ``RecordsFailure/notFound(type:id:)``
    package static func read(
        _ person: String, by reader: Reader, with more: Set<String>, month: Range<Int64>, now: Int64
    ) throws -> PersonSummary {
        try PersonSummary(person, reader, more, month, now)
    }

    private init(_ person: String, _ reader: Reader, _ more: Set<String>, _ month: Range<Int64>, _ now: Int64) throws {
        let record = try reader.person(person, Self.reads.union(more))
        self.record = record
        var names = SourceNames(reader)
        let visits = Dictionary(record.all("Encounter").map { ($0.reference, $0.root) }, uniquingKeysWith: { $1 })
        /// A visit is named by the place that gave it.
        func source(_ reference: String?) throws -> String? {
            guard let visit = reference.flatMap({ visits[$0] }) else {
                return try names.name(of: reference)
            }
            if let place = try names.name(visit["serviceProvider"]) {
                return place
            }
            return try names.name(visit.list("participant").first?["individual"])
        }
        var goals = GoalProgress.open(in: record)
        readings = try Self.readings(person, reader, source)
        for index in goals.indices {
            goals[index].source = try names.name(goals[index].sourceReference)
            if let measure = goals[index].measure {
                goals[index].readings = try reader.person(
                    person, "Observation", coded: measure.codes, of: measure.system, limit: 60
                ).compactMap { Reading($0.root) }.sorted { $0.at < $1.at }
            }
        }
        self.goals = goals
        matters = WhatMatters(
            try reader.person(
                person, "Observation", coded: [WhatMatters.code], of: WhatMatters.system, limit: 20))
        loops = try OpenLoop.all(in: record).map { loop in
            var loop = loop
            loop.owner = try loop.owner ?? names.name(of: loop.ownerReference)
            return loop
        }
        problems = try Problem.open(in: record).map { problem in
            var problem = problem
            problem.source = try problem.source ?? source(problem.origin)
            return problem
        }
        let conditions = Dictionary(
            record.all("Condition").map { ($0.reference, $0.root["code"]?.words) }, uniquingKeysWith: { $1 })
        medicines = try Medicine.current(in: record) { root in
            let reference = root["medicationReference"]?["reference"]?.string ?? ""
            if reference.hasPrefix("#") {
                let inside = root.list("contained").first { "#" + ($0["id"]?.string ?? "") == reference }
                return inside?["code"]?.words
            }
            return try root["medicationReference"]?["display"]?.string
                ?? reader.find(reference: reference)?.root["code"]?.words
        }.map { medicine in
            var medicine = medicine
            medicine.reason = medicine.reason ?? medicine.reasonReference.flatMap { conditions[$0] ?? nil }
            medicine.source = try medicine.origin?["display"]?.string ?? source(medicine.origin?["reference"]?.string)
            return medicine
        }
        let procedures = try reader.person(
            person, "Procedure", coded: ["430193006"], of: "http://snomed.info/sct", limit: 20)
        review = MedicineReview(record, procedures: procedures, now: now)
        risk = record.all("RiskAssessment").first { $0.id == RiskRecord.id(of: person) }.flatMap { StoredRisk($0) }
        team = try TeamMember.all(in: record).map { member in
            var member = member
            if member.name.isEmpty {
                member.name = try names.name(member.who) ?? "name not on file"
            }
            return member
        }
        contacts = try PersonContact.latest(in: record, 3).map { contact in
            var contact = contact
            contact.who = try names.name(contact.whoReference)
            return contact
        }
        programs = try ProgramState.all(in: record).map { state in
            var state = state
            state.careManager = try names.name(state.manager)
            return state
        }
        time = TimeSpent(record, in: month)
        let patient = record.patient?.root
        hasDied = patient?["deceasedDateTime"] != nil || patient?["deceasedBoolean"]?.bool == true
    }

    private static func readings(
        _ person: String, _ reader: Reader, _ source: (String?) throws -> String?
    ) throws -> [Reading.Kind: [Reading]] {
        let wanted = Reading.Kind.allCases.reduce(into: Set<String>()) { $0.formUnion($1.codes) }
        var readings: [Reading.Kind: [Reading]] = [:]
        for observation in try reader.person(person, "Observation", coded: wanted, of: loinc, limit: 800) {
            let codes = Set(observation.root["code"]?.codes ?? [])
            guard let kind = Reading.Kind.allCases.first(where: { !$0.codes.isDisjoint(with: codes) }),
                var reading = Reading(observation.root)
            else {
                continue
            }
            reading.source = try reading.source ?? source(reading.origin)
            readings[kind, default: []].append(reading)
        }
        return readings.mapValues { $0.sorted { $0.at < $1.at } }
    }
}
