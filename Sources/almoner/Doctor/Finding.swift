import Foundation

/// One thing that the doctor looked at.
struct Finding: Sendable, Equatable {
    enum Level: String, Sendable {
        /// As it should be.
        case well = "ok"
        /// Worth a look: the site decides.
        case look
        /// Not as it should be.
        case fault
    }

    let level: Level
    let words: String
    /// The command that mends it.
    let mend: String?

    static func well(_ words: String) -> Finding { Finding(level: .well, words: words, mend: nil) }
    static func look(_ words: String, _ mend: String? = nil) -> Finding {
        Finding(level: .look, words: words, mend: mend)
    }
    static func fault(_ words: String, _ mend: String? = nil) -> Finding {
        Finding(level: .fault, words: words, mend: mend)
    }

    /// As it is printed: `fault  What is wrong.` and under it what mends it.
    var lines: String {
        let head = level.rawValue.padding(toLength: 7, withPad: " ", startingAt: 0) + words
        return mend.map { "\(head)\n       \($0)" } ?? head
    }
}
