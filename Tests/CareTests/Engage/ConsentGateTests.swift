import Access
import CareTestSupport
import Content
import FHIR
import Foundation
import Records
import Testing

@testable import Care

/// What a page says of a gate before anybody meets it is what happens when they do.
struct ConsentGateTests {
    private struct Undone: Error {}

    private func act(_ desk: CareDesk, _ name: String) throws -> ConsentGates.Act {
        try #require(desk.care.gates.acts.first { $0.name == name })
    }

    private func told(_ desk: CareDesk, _ name: String, at now: Int64) async throws -> ConsentGates.State {
        let (act, care) = (try act(desk, name), desk.care)
        return try await desk.look {
            ConsentGates.state(
                of: act, try $0.person("dee", ["Consent"]), policy: care.consents,
                program: name == "enrol" ? "chronic-care" : nil, at: now)
        }
    }

    /// Tries the act and undoes it; whether it was refused for want of a consent.
    private func isRefused(
        _ desk: CareDesk, at now: Int64, _ body: @escaping @Sendable (Change) throws -> Void
    ) async throws -> Bool {
        do {
            try await desk.act(at: now) { change in
                try body(change)
                throw Undone()
            }
        } catch is Undone {
            return false
        } catch let problems as FormProblems {
            #expect(["program", "despite", "speaker"].contains(problems.all.first?.field ?? ""))
            return true
        }
        return false
    }

    private func attempt(
        _ desk: CareDesk, _ code: String, _ channel: RecordAttempt.Channel, saidHealth: Bool = false
    ) throws -> @Sendable (Change) throws -> Void {
        let verb = RecordAttempt(
            person: "dee", outcome: try desk.outcome(code), channel: channel, saidHealth: saidHealth,
            limits: .init(attempts: 9, overDays: 30), policy: desk.care.consents, by: "Practitioner/ruth")
        return { _ = try verb.perform(in: $0) }
    }

    @Test(arguments: [
        ("call", MessagingChannel.call, true), ("voicemail", .voicemail, true),
        ("voicemail-health", .voicemailHealth, false), ("text", .text, false), ("letter", .post, true),
    ])
    func `a way is told as it is met: before an answer, after a yes, when it is taken back, after a no`(
        name: String, way: MessagingChannel, isPresumed: Bool
    ) async throws {
        let desk = try await CareDesk.open()
        let tried =
            switch way {
            case .call: try attempt(desk, "no-answer", .phone)
            case .voicemail: try attempt(desk, "left-message", .phone)
            case .voicemailHealth: try attempt(desk, "left-message", .phone, saidHealth: true)
            case .text: try attempt(desk, "no-answer", .text)
            default: try attempt(desk, "no-answer", .letter)
            }
        func answer(_ agreed: Bool, at now: Int64) async throws -> Resource {
            let verb = AnswerChannels(
                person: "dee", answers: [way: agreed], recorder: "Practitioner/ruth", policy: desk.care.consents,
                minors: desk.care.minors)
            let made = try await desk.act(at: now) { try verb.perform(in: $0) }
            return try #require(made.first)
        }
        let now = CareDesk.now
        #expect(try await told(desk, name, at: now) == (isPresumed ? .presumed : .unasked))
        #expect(try await isRefused(desk, at: now, tried) == !isPresumed)
        let given = try await answer(true, at: now)
        #expect(try await told(desk, name, at: now + 1) == .open(until: nil))
        #expect(try await isRefused(desk, at: now + 1, tried) == false)
        let end = RevokeConsent(consent: given.id, version: given.version, recorder: "Practitioner/ruth")
        _ = try await desk.act(at: now + 2) { try end.perform(in: $0) }
        #expect(try await told(desk, name, at: now + 3) == .ended)
        #expect(try await isRefused(desk, at: now + 3, tried))
        _ = try await answer(false, at: now + 4)
        #expect(try await told(desk, name, at: now + 5) == .refused)
        #expect(try await isRefused(desk, at: now + 5, tried))
        #expect(try act(desk, name).meanwhile.isEmpty == false)
    }

    @Test(arguments: [("enrol", ConsentKind.program), ("caregiver", .caregiver)])
    func `a consent opens until its day or until it is taken back, and the gate says until when`(
        name: String, kind: ConsentKind
    ) async throws {
        let desk = try await CareDesk.open()
        let (care, ruth) = (desk.care, desk.ruth)
        let program = try desk.program("chronic-care")
        func met(at now: Int64) async throws -> Bool {
            let caregiver = try await desk.all("RelatedPerson").first?.reference
            return try await !isRefused(desk, at: now) { change in
                if kind == .program {
                    _ = try EnrollPatient(
                        person: "dee", program: program, careManager: "Practitioner/ruth", why: "Asked for it",
                        care: care, by: "Practitioner/ruth"
                    ).perform(in: change)
                } else {
                    _ = try StartContact(
                        person: "dee", direction: .incoming, speaker: .caregiver, caregiver: caregiver,
                        identifiedBy: [.birthDate, .address], by: ruth
                    ).perform(in: change)
                }
            }
        }
        let now = CareDesk.now
        #expect(try await told(desk, name, at: now) == .unasked)
        #expect(try await met(at: now) == false)
        let until = now + 10 * CareDesk.day
        let given = try await desk.consent(kind, until: until)
        #expect(try await told(desk, name, at: now + 1) == .open(until: until))
        #expect(try await met(at: now + 1))
        // On its day it has run out by itself.
        #expect(try await told(desk, name, at: until) == .ended)
        #expect(try await met(at: until) == false)
        let end = RevokeConsent(consent: given.id, version: given.version, recorder: "Practitioner/ruth")
        _ = try await desk.act(at: now + 2) { try end.perform(in: $0) }
        #expect(try await told(desk, name, at: now + 3) == .ended)
        #expect(try await met(at: now + 3) == false)
    }

    @Test func `what is shared for care without asking opens no sharing for anything else`() async throws {
        let desk = try await CareDesk.open()
        #expect(try await told(desk, "share", at: CareDesk.now) == .unasked)
        try await desk.consent(.dataSharing)
        #expect(try await told(desk, "share", at: CareDesk.now + 1) == .open(until: nil))
    }

    @Test func `a yes that needs a signature is none without, and a no needs nothing`() async throws {
        let desk = try await CareDesk.open()
        func give(_ how: ConsentHow?, isRefusal: Bool = false) async throws -> ConsentLedger.Entry? {
            let verb = GiveConsent(
                person: "dee", kind: .part2, isRefusal: isRefusal, how: how, recorder: "Practitioner/ruth",
                policy: desk.care.consents, minors: desk.care.minors)
            return ConsentLedger.Entry(try await desk.act { try verb.perform(in: $0) })
        }
        for how in [nil, ConsentHow.phone, .spoken, .video] {
            let problems = await #expect(throws: FormProblems.self) { try await give(how) }
            #expect(problems?.all.map(\.field) == ["how"])
        }
        #expect(try await desk.all("Consent").isEmpty)
        #expect(try await give(nil, isRefusal: true)?.isRefusal == true)
        #expect(try await give(.electronic)?.how == .electronic)
    }

    @Test func `where the site's text asks for a witness, a yes that was only said names one, and keeps the name`()
        async throws
    {
        let folder = FileManager.default.temporaryDirectory.appending(path: "witness-\(UUID().uuidString)")
        let file = folder.appending(path: "consents/policy.yaml")
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try ShippedContent.text("consents/policy.yaml").replacing(
            "    scope: treatment", with: "    witness: yes\n    scope: treatment"
        )
        .write(to: file, atomically: true, encoding: .utf8)
        let policy = try ConsentPolicy.ofCare(Content(folder: folder))
        let desk = try await CareDesk.open()
        func give(_ how: ConsentHow?, _ witness: String?) async throws -> ConsentLedger.Entry? {
            let verb = GiveConsent(
                person: "dee", kind: .program, language: "es", how: how, witness: witness,
                recorder: "Practitioner/ruth", policy: policy, minors: desk.care.minors)
            return ConsentLedger.Entry(try await desk.act { try verb.perform(in: $0) })
        }
        let unsaid = await #expect(throws: FormProblems.self) { try await give(nil, nil) }
        #expect(unsaid?.all.map(\.field) == ["how"])
        let alone = await #expect(throws: FormProblems.self) { try await give(.phone, nil) }
        #expect(alone?.all.map(\.field) == ["witness"])
        let entry = try #require(try await give(.phone, "Sam Ortiz"))
        #expect(entry.witness == "Sam Ortiz" && entry.how == .phone && entry.language == "es")
        #expect(entry.recorder == "Practitioner/ruth" && entry.textRead?.hasPrefix("program/es/") == true)
    }
}
