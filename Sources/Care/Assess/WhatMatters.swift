import FHIR
package import Records

/// What matters most to the person, in their words: the last Observation that says so.
package struct WhatMatters: Sendable, Equatable {
    package static let code = "what-matters-most"
    package static let system = "urn:almoner:code:item"

    package let words: String
    /// The Observation, for example `Observation/5`.
    package let reference: String
    /// When it was said, milliseconds since 1970.
    package let at: Int64

    /// - Parameter record: with the type Observation.
    package init?(_ record: PersonRecord) {
        self.init(record.all("Observation"))
    }

    /// - Parameter observations: of one person; those that say something else are passed over.
    package init?(_ observations: [Resource]) {
        let said = observations.compactMap { observation -> WhatMatters? in
            let isIt = observation.root["code"]?.list("coding").contains {
                $0.text("code") == Self.code && $0.text("system") == Self.system
            }
            guard isIt == true, observation.root.text("status") != "entered-in-error",
                let words = observation.root.text("valueString")
            else { return nil }
            let at = observation.root.text("effectiveDateTime").flatMap { FHIRDate($0)?.low } ?? observation.updated
            return WhatMatters(words: words, reference: observation.reference, at: at)
        }
        guard let last = said.enumerated().max(by: { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }) else {
            return nil
        }
        self = last.element
    }

    private init(words: String, reference: String, at: Int64) {
        self.words = words
        self.reference = reference
        self.at = at
    }
}
