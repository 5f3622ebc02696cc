import Access
import CareTestSupport
import Content
import FHIR
import Foundation
import Records
import TestSupport

@testable import Care

/// A person, two care managers and the shipped content, for tests of the way from the first attempt to the last word.
struct CareDesk {
    let scratch: ScratchRecords
    let care: CareContent
    let ruth: Signer
    /// 2026-11-20T15:00:00Z.
    static let now: Int64 = 1_795_186_800_000
    static let day: Int64 = 86_400_000

    var records: Records { scratch.records }

    /// The same on records that are open already, with nobody on file.
    static func on(_ scratch: ScratchRecords) throws -> CareDesk {
        CareDesk(
            scratch: scratch, care: try CareContent.shipped(), ruth: try Signer(scratch.caller))
    }

    static func open(projections more: [any Projection] = []) async throws -> CareDesk {
        let scratch = try await ScratchRecords.open(projections: [Caseload(), OpenContacts()] + more)
        let desk = CareDesk(
            scratch: scratch, care: try CareContent.shipped(), ruth: try Signer(scratch.caller))
        try await desk.put("Practitioner", "ruth", ["active": true, "name": [["text": "Ruth Adeyemi, RN"]]])
        try await desk.put("Practitioner", "gone", ["active": false])
        try await desk.put(
            "Patient", "dee",
            ["name": [["given": ["Delores"], "family": "Whitfield"]], "birthDate": "1948-03-14", "gender": "female"])
        try await desk.put("Patient", "sam", ["name": [["family": "Stone"]], "birthDate": "1950-01-01"])
        return desk
    }

    /// Stores as the product itself would.
    @discardableResult
    func put(_ type: String, _ id: String, _ json: JSON) async throws -> Resource {
        var json = json
        json["resourceType"] = .string(type)
        json["id"] = .string(id)
        let ready = json
        return try await records.write(as: .system("test"), at: Self.now) { try $0.update(ready, ifVersion: nil) }
    }

    /// Does a verb as Ruth.
    func act<T: Sendable>(
        at now: Int64 = CareDesk.now, _ body: @escaping @Sendable (Change) throws -> T
    ) async throws -> T {
        try await records.write(as: scratch.caller, at: now, body)
    }

    func look<T: Sendable>(_ body: @escaping @Sendable (Reader) throws -> T) async throws -> T {
        try await records.read(as: scratch.caller, at: Self.now, for: "test", body)
    }

    func get(_ type: String, _ id: String) async throws -> Resource {
        try await records.read(as: scratch.caller, at: Self.now, for: "test") { try $0.get(type, id) }
    }

    func all(_ type: String, of person: String = "dee") async throws -> [Resource] {
        try await records.read(as: scratch.caller, at: Self.now, for: "test") {
            try $0.person(person, [type]).all(type)
        }
    }

    func openTasks(of person: String = "dee") async throws -> [FinishTasks.Open] {
        try await records.read(as: scratch.caller, at: Self.now, for: "test") {
            FinishTasks.open(try $0.person(person, ["Task"]))
        }
    }

    func program(_ id: String) throws -> Program {
        guard let program = care.programs[id] else {
            throw NotNow("no such programme")
        }
        return program
    }

    func outcome(_ code: String) throws -> ProgramReasons.OutreachOutcome {
        guard let outcome = care.programs.reasons.outreachOutcomes.first(where: { $0.code == code }) else {
            throw NotNow("no such outcome")
        }
        return outcome
    }

    func closing(_ code: String) throws -> ProgramReasons.ClosingReason {
        guard let reason = care.programs.reasons.closingReasons.first(where: { $0.code == code }) else {
            throw NotNow("no such reason")
        }
        return reason
    }

    @discardableResult
    func consent(_ kind: ConsentKind = .program, program: String? = nil, until: Int64? = nil) async throws -> Resource {
        let verb = GiveConsent(
            person: "dee", kind: kind, program: program, said: "Do you agree?",
            caregiverName: kind == .caregiver ? "Anna Whitfield" : nil,
            caregiverRelation: kind == .caregiver ? "daughter" : nil, until: until, recorder: "Practitioner/ruth",
            policy: care.consents, minors: care.minors)
        return try await act { try verb.perform(in: $0) }
    }

    @discardableResult
    func enroll(_ id: String = "chronic-care", manager: String? = "Practitioner/ruth") async throws -> Resource {
        let verb = EnrollPatient(
            person: "dee", program: try program(id), careManager: manager, why: "Asked for it", care: care,
            by: "Practitioner/ruth")
        return try await act { try verb.perform(in: $0) }
    }

    func start(
        _ person: String = "dee", at now: Int64 = CareDesk.now, speaker: Contact.Speaker = .person,
        caregiver: String? = nil
    ) async throws -> Resource {
        let verb = StartContact(
            person: person, direction: .outgoing, speaker: speaker, caregiver: caregiver,
            identifiedBy: [.birthDate, .address], by: ruth)
        return try await act(at: now) { try verb.perform(in: $0) }
    }

    func contact(_ id: String) async throws -> Contact {
        try await records.read(as: scratch.caller, at: Self.now, for: "test") { try Contact.get(id, by: $0).0 }
    }

    static let days = SiteDays(today: CalendarDay(daysSinceEpoch: FHIRDate.days(now))) {
        FHIRDate.millis($0.adding(days: 1)) - 1
    }

    func save(_ encounter: String, note: String = "Talked about feet.", version: Int = 0) -> SaveContact {
        var verb = SaveContact(
            encounter: encounter, note: note, version: version, confirmed: true, by: ruth,
            instruments: care.instruments, days: Self.days)
        verb.nextContact = Self.now + 14 * Self.day
        return verb
    }
}
