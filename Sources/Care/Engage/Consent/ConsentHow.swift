package import Access

/// How somebody answered when they were asked to agree.
package enum ConsentHow: String, Sendable, CaseIterable {
    case spoken
    case phone
    case video
    case paper
    case electronic

    package var words: String {
        switch self {
        case .spoken: "Said in person"
        case .phone: "Said on the phone"
        case .video: "Said by video"
        case .paper: "Signed on paper"
        case .electronic: "Signed electronically"
        }
    }

    /// Whether there is a signature.
    package var isSigned: Bool { self == .paper || self == .electronic }

    /// What is missing from how a yes was given. Where the text asks for a signature or a witness, "not said" is no answer.
    /// - Parameters:
    ///   - how: nil: not said.
    ///   - witness: nil: nobody is named.
    ///   - terms: of the kind of consent; nil: nothing is asked for.
    ///   - fields: the names of the two questions on the form.
    /// - Returns: what to put right, none where nothing is missing.
    static func problems(
        _ how: ConsentHow?, witness: String?, _ terms: ConsentPolicy.Terms?, fields: (how: String, witness: String)
    ) -> [FormProblems.Problem] {
        guard let terms, how?.isSigned != true else {
            return []
        }
        if terms.needsSignature {
            return [
                FormProblems.Problem(
                    fields.how, "\(terms.title) needs a signature, on paper or electronic. Ask for it first.")
            ]
        }
        guard terms.needsWitness else {
            return []
        }
        if how == nil {
            return [FormProblems.Problem(fields.how, "Say how they answered: what is only said needs a witness.")]
        }
        return witness == nil
            ? [FormProblems.Problem(fields.witness, "It was only said: name somebody who heard it.")] : []
    }
}
