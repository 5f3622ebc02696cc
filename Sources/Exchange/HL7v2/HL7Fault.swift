/// Why a message cannot be read or taken. The words say where, never what stands there: they go into logs and replies.
package struct HL7Fault: Error, Sendable, Equatable, CustomStringConvertible {
    /// Table HL70357, as far as it is used.
    package enum Code: Int, Sendable {
        case segmentSequence = 100
        case requiredFieldMissing = 101
        case dataType = 102
        case tableValue = 103
        case unsupportedMessageType = 200
        case unsupportedEvent = 201
        case unsupportedProcessingID = 202
        case unsupportedVersion = 203
        case internalError = 207
    }

    package let code: Code
    /// The place, as `PID-3` or `MSH`.
    package let place: String
    /// What is wrong, in plain words.
    package let problem: String
    /// Nothing of the message can be taken (AR), where otherwise its content is at fault (AE).
    package let isRejected: Bool

    /// A fault at a place.
    package init(_ code: Code, at place: String, _ problem: String, isRejected: Bool = false) {
        self.code = code
        self.place = place
        self.problem = problem
        self.isRejected = isRejected
    }

    package var description: String { "\(place): \(problem)" }
}
