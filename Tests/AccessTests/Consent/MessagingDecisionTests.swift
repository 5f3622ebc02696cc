import Content
import FHIR
import Testing

@testable import Access

struct MessagingDecisionTests {
    private static let now: Int64 = 1_795_190_400_000  // 2026-11-20T16:00Z
    private static let policy = Result { try ConsentPolicy(content: Content(folder: nil)) }

    private func answer(
        _ type: String, _ channel: String?, given: String = "2026-10-01", status: String = "active",
        _ change: (inout JSON) -> Void = { _ in }
    ) throws -> ConsentReading {
        var consent: JSON = .compact([
            "resourceType": "Consent", "status": .string(status), "dateTime": .string(given),
            "category": [["coding": [["system": "urn:almoner:consent", "code": "messaging"]]]],
            "provision": .compact([
                "type": .string(type),
                "code": channel.map { [["coding": [["system": "urn:almoner:channel", "code": .string($0)]]]] },
            ]),
        ])
        change(&consent)
        return ConsentReading(try consent.document().root)
    }

    private func decide(_ consents: ConsentReading...) throws -> MessagingDecision {
        MessagingDecision(consents, policy: try Self.policy.get(), at: Self.now)
    }

    @Test func `while nobody has asked, what the law presumes is open and nothing else`() throws {
        let open = try decide()
        #expect(Set(MessagingChannel.allCases.filter(open.isOpen)) == [.call, .voicemail, .post])
        #expect(open.answer(.call) == .presumed && open.answer(.text) == .unasked)
    }

    @Test func `a yes opens its own way and no other`() throws {
        let open = try decide(try answer("permit", "text"))
        #expect(Set(MessagingChannel.allCases.filter(open.isOpen)) == [.call, .voicemail, .post, .text])
        #expect(open.answer(.text) == .agreed)
    }

    @Test func `a no closes its own way and no other, whatever else says yes to it`() throws {
        let open = try decide(try answer("deny", "voicemail"), try answer("permit", "voicemail"))
        #expect(!open.isOpen(.voicemail) && open.answer(.voicemail) == .refused)
        #expect(open.isOpen(.call) && open.isOpen(.post))
    }

    @Test func `voicemail about health needs a yes of its own, and voicemail at all`() throws {
        #expect(try !decide(try answer("permit", nil)).isOpen(.voicemailHealth))
        #expect(try decide(try answer("permit", "voicemail-health")).isOpen(.voicemailHealth))
        let closed = try decide(try answer("permit", "voicemail-health"), try answer("deny", "voicemail"))
        #expect(!closed.isOpen(.voicemailHealth))
    }

    @Test func `what is said of one way stands over what is said of all`() throws {
        let open = try decide(try answer("permit", nil), try answer("deny", "email"))
        #expect(open.isOpen(.text) && !open.isOpen(.email))
        let texts = try decide(try answer("deny", nil), try answer("permit", "text", given: "2026-10-02"))
        #expect(texts.isOpen(.text) && !texts.isOpen(.email) && !texts.isOpen(.call))
    }

    @Test func `a no to all that came later, or at an unknown time, stands over a yes to one way`() throws {
        let yes = try answer("permit", "text", given: "2026-10-01")
        #expect(try !decide(yes, try answer("deny", nil, given: "2026-10-02")).isOpen(.text))
        #expect(try !decide(yes, try answer("deny", nil) { $0["dateTime"] = nil }).isOpen(.text))
    }

    @Test func `a yes that was taken back or ran out leaves nothing presumed`() throws {
        #expect(try decide(try answer("permit", "voicemail", status: "inactive")).answer(.voicemail) == .closed)
        let over = try answer("permit", "post") { $0["provision"]?["period"] = ["end": "2026-11-01"] }
        #expect(try !decide(over).isOpen(.post))
        // A no that was taken back is as if nobody had asked, and so is what was never meant.
        #expect(try decide(try answer("deny", "voicemail", status: "inactive")).isOpen(.voicemail))
        #expect(try decide(try answer("permit", "voicemail", status: "entered-in-error")).isOpen(.voicemail))
    }

    @Test func `what is not understood opens nothing, and closes what the law would presume`() throws {
        let odd = try answer("permit", "voicemail") { $0["provision"]?["purpose"] = [["code": "TREAT"]] }
        #expect(try decide(odd).answer(.voicemail) == .closed)
        let strange = try answer("permit", nil) { $0["provision"]?["code"] = [["text": "by pigeon"]] }
        #expect(try !decide(strange).isOpen(.text))
        let mixed = try answer("permit", "text") {
            $0["provision"]?["code"] = [
                ["coding": [["system": "urn:almoner:channel", "code": "text"]]], ["text": "on Sundays"],
            ]
        }
        #expect(try !decide(mixed).isOpen(.text))
        let deny = try answer("deny", nil) { $0["provision"]?["code"] = [["text": "by pigeon"]] }
        #expect(try !decide(try answer("permit", "text", given: "2026-11-01"), deny).isOpen(.text))
    }

    @Test func `a yes is open from its beginning to its end, and says when that is`() throws {
        let later = try answer("permit", "text") {
            $0["provision"]?["period"] = ["start": "2026-12-01", "end": "2026-12-31"]
        }
        #expect(try !decide(later).isOpen(.text))
        let decision = ConsentDecision(
            [later], kind: "messaging",
            part: .init(system: MessagingChannel.system, code: "text", byGeneral: true), at: Self.now)
        #expect(decision.until == 1_796_083_200_000)
    }
}
