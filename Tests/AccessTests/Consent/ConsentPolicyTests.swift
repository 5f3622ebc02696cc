import Content
import Testing

@testable import Access

struct ConsentPolicyTests {
    @Test func `each kind says what it opens, in English and in Spanish`() throws {
        let policy = try ConsentPolicy(content: Content(folder: nil))
        for terms in policy.terms {
            #expect(!terms.gates.isEmpty && !terms.source.isEmpty)
            #expect(Set(terms.words.map(\.language)).isSuperset(of: ["en", "es"]), "\(terms.kind)")
        }
        #expect(Set(policy.channels.map(\.channel)) == Set(MessagingChannel.allCases))
        // Without an answer only what treatment needs is open: nothing that the law keeps apart.
        #expect(policy.terms.filter { $0.presumed != nil }.map(\.kind) == ["data-sharing"])
        #expect(policy["part-2"]?.lastsDays == nil && policy["stories"]?.lastsDays != nil)
    }

    @Test(arguments: [
        ("  - code: text\n", "  - code: telegram\n", "code"), ("general: yes", "general: perhaps", "general"),
        ("scope: treatment", "scope: everything", "scope"), ("gates: A", "gate: A", "gate"),
        ("language: en", "language: fr", "words"), ("lastsDays: 5", "lastsDays: 0", "lastsDays"),
        ("  - code: email\n", "  - code: text\n", "code"),
    ])
    func `a file that is not understood names the place`(right: String, wrong: String, place: String) throws {
        let whole = Self.file
        #expect(throws: Never.self) { try Self.read(whole) }
        let problem = #expect(throws: ContentProblem.self) { try Self.read(whole.replacing(right, with: wrong)) }
        #expect(problem?.place.contains(place) == true, "\(String(describing: problem))")
    }

    @discardableResult
    private static func read(_ text: String) throws -> ConsentPolicy {
        try ConsentPolicy(root: ContentField(root: YAML.parse(Array(text.utf8))))
    }

    private static let file: String = {
        let head = """
            kind: consent-policy
            source: A law
            version: 1.0.0
            licence: Apache-2.0
            effectiveFrom: 2026-11-27
            consents:
              - kind: program
                title: T
                gates: A
                source: S
                lastsDays: 5
                scope: treatment
                words:
                  - {language: en, version: 1.0.0, text: Yes?}
            channels:

            """
        return head
            + MessagingChannel.allCases.map { channel in
                """
                  - code: \(channel.rawValue)
                    title: T
                    agreed: Y
                    refused: N
                    gates: G
                    general: yes
                    source: S

                """
            }.joined()
    }()
}
