import Access
import Care
import FHIR

/// In which ways a person may be reached, in words, as it is read before anybody dials.
struct ReachWords {
    struct Line {
        let text: String
        let tone: String
        let about: String
    }

    let lines: [Line]

    /// Whether a message may be left at a number: what was said of all numbers stands over what was said of one, where it is
    /// a no.
    /// - Returns: nil: ask before.
    static func mayLeaveMessage(at telecom: JSONNode, _ voicemail: ConsentDecision.Answer) -> Bool? {
        switch voicemail {
        case .refused, .closed: false
        case .agreed: SafeNumbers.takesMessages(telecom) ?? true
        case .presumed, .unasked: SafeNumbers.takesMessages(telecom)
        }
    }

    init(_ decision: MessagingDecision, _ policy: ConsentPolicy) {
        lines = policy.channels.map { channel in
            switch decision.answer(channel.channel) {
            case .agreed where decision.isOpen(channel.channel):
                Line(text: channel.agreed, tone: "good", about: channel.gates)
            case .agreed, .refused: Line(text: channel.refused, tone: "now", about: channel.gates)
            case .closed:
                Line(text: channel.refused, tone: "now", about: "Agreed to once; that was taken back or has run out.")
            case .presumed where decision.isOpen(channel.channel):
                Line(text: "\(channel.title): not asked", tone: "note", about: channel.presumed ?? channel.gates)
            case .presumed, .unasked:
                Line(text: "\(channel.title): not asked, so not yet", tone: "soon", about: channel.gates)
            }
        }
    }
}
