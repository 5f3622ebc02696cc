/// What people are asked to agree to: the words, what a yes opens, and what holds without an answer.
/// Content/consents/policy.yaml
package struct ConsentPolicy: Sendable {
    /// A text that is read out.
    package struct Words: Sendable, Equatable {
        /// BCP 47: `en`, `es`.
        package let language: String
        package let version: String
        package let text: String
    }

    /// One kind of consent.
    package struct Terms: Sendable {
        /// In `urn:almoner:consent`.
        package let kind: String
        package let title: String
        /// What a yes opens, in one sentence.
        package let gates: String
        /// What the law allows while nobody has asked; nil: nothing.
        package let presumed: String?
        /// In http://terminology.hl7.org/CodeSystem/consentscope.
        package let scope: String
        /// A yes ends after so many days where no other day was said; nil: when it is taken back.
        package let lastsDays: Int?
        /// A yes needs a signature, on paper or electronic.
        package let needsSignature: Bool
        /// A yes that was only said needs somebody who heard it.
        package let needsWitness: Bool
        package let source: String
        package let words: [Words]

        /// The text in a language; nil where there is none.
        package func words(in language: String) -> Words? { words.first { $0.language == language } }
    }

    /// A way of reaching a person.
    package struct Channel: Sendable {
        package let channel: MessagingChannel
        package let title: String
        /// What the team reads before dialling: "No texts".
        package let agreed: String
        package let refused: String
        package let gates: String
        package let presumed: String?
        /// The way without which this one is closed too.
        package let needs: MessagingChannel?
        /// Whether a yes to messages as a whole covers it.
        package let byGeneral: Bool
        package let source: String
    }

    package let version: String
    package let terms: [Terms]
    package let channels: [Channel]

    package subscript(kind: String) -> Terms? { terms.first { $0.kind == kind } }
    package subscript(channel: MessagingChannel) -> Channel? { channels.first { $0.channel == channel } }
}
