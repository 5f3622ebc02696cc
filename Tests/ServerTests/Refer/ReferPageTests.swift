import Access
import Care
import FHIR
import Foundation
import HTTPTypes
import Records
import Synchronization
import TestSupport
import Testing

@testable import Server

/// The form that stands open to everybody.
struct ReferPageTests {
    private final class Clock: Sendable {
        let now = Mutex(ScratchRecords.now)
    }

    private func open(_ clock: Clock) async throws -> StaffDesk {
        let read: @Sendable () -> Int64 = { clock.now.withLock { $0 } }
        return try await StaffDesk.open(clock: read) { services in
            services.publicReferrals = PublicReferrals(secrets: .passing())
        }
    }

    private func stamp(_ page: String) -> String {
        page.components(separatedBy: "name=\"stamp\" value=\"").dropFirst().first?.components(separatedBy: "\"").first
            ?? ""
    }

    private func form(_ stamp: String, _ changes: [String: String] = [:]) -> Form {
        var form = Form([])
        let usual = [
            "who": "family", "sender": "Maria Lopez", "sender-phone": "612 555 0199", "given": "Delores",
            "family-name": "Whitfield", "birth": "3/14/1948", "reason": "She falls a lot",
        ]
        for (name, value) in usual.merging(changes, uniquingKeysWith: { $1 }).sorted(by: { $0.key < $1.key }) {
            form.set(name, value)
        }
        form.set("stamp", stamp)
        return form
    }

    private func referrals(_ desk: StaffDesk) async throws -> [Referral] {
        try await desk.scratch.records.read(as: .system("test"), at: ScratchRecords.now, for: "test") {
            try ReferralList.open(by: $0)
        }
    }

    @Test func `it is not there unless the site has opened it`() async throws {
        let desk = try await StaffDesk.open()
        try await desk.run { ask in
            let (page, sent) = (
                try await ask("/refer"), try await ask("/refer", method: .post, form: form("x"))
            )
            #expect(page.status == 404 && sent.status == 404)
        }
    }

    @Test func `what is sent lies apart until somebody looks, and the answer is the same for all`() async throws {
        let clock = Clock()
        let desk = try await open(clock)
        try await desk.scratch.put(
            [
                "resourceType": "Patient", "name": [["family": "Whitfield", "given": ["Delores"]]],
                "birthDate": "1948-03-14",
            ], id: "dee")
        try await desk.run { ask in
            for (given, expected) in [("Delores", 1), ("Unknown", 2)] {
                let page = try await ask("/refer?lang=es")
                #expect(page.text.contains("lang=\"es\"") && page.text.contains("¿En qué podemos ayudar?"))
                let stamp = stamp(page.text)
                clock.now.withLock { $0 += 10_000 }
                let sent = try await ask("/refer", method: .post, form: form(stamp, ["given": given]))
                #expect(sent.status == 303 && sent.header("Location") == "/refer?sent=yes&lang=en")
                // Sent twice by a nervous finger, it is one.
                _ = try await ask("/refer", method: .post, form: form(stamp, ["given": given]))
                #expect(try await referrals(desk).count == expected)
            }
            let thanks = try await ask("/refer?sent=yes&lang=en")
            #expect(!thanks.text.contains("Whitfield") && !thanks.text.contains("<form"))
        }
        #expect(try await referrals(desk).allSatisfy { $0.person == nil })
        #expect(!desk.log.text.contains("Whitfield"))
    }

    @Test func `words of danger show help at once and put it on top`() async throws {
        let clock = Clock()
        let desk = try await open(clock)
        try await desk.run { ask in
            let stamp = stamp(try await ask("/refer").text)
            clock.now.withLock { $0 += 10_000 }
            let sent = try await ask(
                "/refer", method: .post, form: form(stamp, ["reason": "She says she wants to die"]))
            #expect(sent.header("Location") == "/refer?sent=help&lang=en")
            #expect(try await ask("/refer?sent=help&lang=es").text.contains("988"))
        }
        #expect(try await referrals(desk).first?.isUrgent == true)
    }

    @Test func `machines are asked once more: too quick, without a stamp, or into the field that nobody sees`()
        async throws
    {
        let clock = Clock()
        let desk = try await open(clock)
        try await desk.run { ask in
            let stamp = stamp(try await ask("/refer").text)
            let quick = try await ask("/refer", method: .post, form: form(stamp))
            #expect(quick.status == 422 && quick.text.contains("She falls a lot"))
            clock.now.withLock { $0 += 10_000 }
            for bad in [form("1.2.3"), form(stamp + "x"), form(""), form(stamp, ["website": "http://spam"])] {
                #expect(try await ask("/refer", method: .post, form: bad).status == 422)
            }
            clock.now.withLock { $0 += PublicReferrals.longestMilliseconds }
            #expect(try await ask("/refer", method: .post, form: form(stamp)).status == 422)
            let long = form(stamp, ["reason": String(repeating: "a", count: 30_000)])
            #expect(try await ask("/refer", method: .post, form: long).status == 413)
        }
        #expect(try await referrals(desk).isEmpty)
    }

    @Test func `a flood is stopped, with words, and is over after an hour`() async throws {
        let desk = PublicReferrals(secrets: .passing())
        func send(_ place: String, at now: Int64) -> Bool {
            (try? desk.take(desk.stamp(at: now - 10_000), from: place, at: now)) != nil
        }
        let now = ScratchRecords.now
        let fromOne = (0..<20).count { _ in send("203.0.113.9", at: now) }
        #expect(fromOne == PublicReferrals.mostFromPlace)
        // Of IPv6 a household has as many addresses as it likes.
        let fromHouse = (0..<20).count { send("2001:db8:1:2::\($0)", at: now) }
        #expect(fromHouse == PublicReferrals.mostFromPlace)
        let fromMany = (0..<300).count { send("198.51.\($0 / 200).\($0 % 200)", at: now) }
        #expect(fromMany == PublicReferrals.mostInAll - fromOne - fromHouse)
        #expect(send("203.0.113.9", at: now + PublicReferrals.hour))
    }

    @Test func `what is missing is said field by field, and what was typed stays`() async throws {
        let clock = Clock()
        let desk = try await open(clock)
        try await desk.run { ask in
            let answer = try await ask(
                "/refer", method: .post,
                form: Form([(name: "reason", value: "Help <b>"), (name: "birth", value: "soon")]))
            #expect(answer.status == 422)
            for field in ["who", "given", "family-name", "birth", "sender", "sender-phone"] {
                #expect(answer.text.contains("href=\"#\(field)\""), "\(field)")
            }
            #expect(answer.text.contains("Help &lt;b&gt;"))
        }
    }
}
