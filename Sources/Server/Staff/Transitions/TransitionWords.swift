import Care
import Foundation

/// How a stay is said on the board.
struct TransitionWords {
    let now: Int64
    let zone: TimeZone
    /// Names of owners by reference.
    let names: [String: String]

    func card(_ card: TransitionBoard.Card) -> TransitionsPage.Model.Card {
        let (action, href) = action(card)
        let tone = card.due.map { Words.tone(ofDue: $0, now: now) } ?? ""
        return .init(
            tone: tone, name: name(card), href: "/people/\(card.person)", about: about(card),
            clock: card.due.map { "\(card.next ?? "Next"): \(Words.left(until: $0, now: now))" }, clockTone: tone,
            blocker: card.blocker, owner: owner(card),
            attempts: card.attempts > 0 ? Words.count(card.attempts, "attempt") : nil, action: action, actionHref: href)
    }

    func line(_ card: TransitionBoard.Card) -> TransitionsPage.Model.Line {
        .init(
            name: name(card), href: card.episode.map { "/transitions/\($0)" } ?? "/people/\(card.person)",
            stage: card.lane.title,
            discharged: card.discharged.map { Words.day($0, now: now, zone: zone) } ?? "still in",
            due: card.due.map { "\(card.next ?? "Next"), \(Words.dayTime($0, now: now, zone: zone))" }
                ?? "no clock yet",
            tone: card.due.map { Words.tone(ofDue: $0, now: now) } ?? "", owner: owner(card),
            attempts: String(card.attempts), blocker: card.blocker)
    }

    /// Names are never alone: the year of birth tells like names apart.
    private func name(_ card: TransitionBoard.Card) -> String {
        card.born.isEmpty ? card.name : "\(card.name), b. \(card.born.prefix(4))"
    }

    private func about(_ card: TransitionBoard.Card) -> String {
        let when =
            card.discharged.map { "home \(Words.day($0, now: now, zone: zone))" }
            ?? "admitted \(Words.day(card.admitted, now: now, zone: zone))"
        return [card.reason, "\(card.facility), \(when)", card.scores].compactMap { $0 }.joined(separator: " · ")
    }

    private func owner(_ card: TransitionBoard.Card) -> String {
        card.owner.map { names[$0] ?? "Somebody not on file" } ?? "Nobody yet"
    }

    private func action(_ card: TransitionBoard.Card) -> (String?, String?) {
        guard let episode = card.episode else {
            return (nil, nil)
        }
        let page = "/transitions/\(episode)"
        return switch card.lane {
        case .admitted: (nil, nil)
        case .discharged: ("Call", "/people/\(card.person)/contact")
        case .contacted: ("Reconciled", "\(page)?step=reconciled#reconciled")
        case .reconciled: ("Seen", "\(page)?step=seen#seen")
        case .seen: ("Open", page)
        case .day30: ("Close", "\(page)?step=close#close")
        }
    }
}
