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
}
