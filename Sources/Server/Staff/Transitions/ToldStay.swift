import Care
import FHIR
import Foundation
import Records

/// What a stay was put together of, and why: its encounters, each with the messages that told of it.
struct ToldStay {
    let encounter: Resource
    /// The emergency visit that led to the stay.
    let ledToIt: Bool
    let isAlone: Bool
    let messages: [StoredMessage]

    /// - Parameters:
    ///   - detail: the transition, with the record of its person.
    ///   - reader: of whoever looks.
    /// - Returns: the encounters in their order; none when the stay is gone.
    /// - Throws: what reading the records throws.
    static func read(_ detail: TransitionDetail, by reader: Reader) throws -> [ToldStay] {
        guard let stay = detail.stay else {
            return []
        }
        let ids = ([stay.emergency].compactMap { $0 }) + stay.encounters
        return try ids.compactMap { id in
            guard let encounter = detail.record.all("Encounter").first(where: { $0.id == id }) else {
                return nil
            }
            let numbers = encounter.root.list("identifier").compactMap { number in
                number.text("system").flatMap { system in number.text("value").map { "\(system)|\($0)" } }
            }
            return ToldStay(
                encounter: encounter, ledToIt: id == stay.emergency, isAlone: ids.count == 1,
                messages: try numbers.flatMap { try reader.messages(ofVisit: $0) })
        }
    }

    func model(now: Int64, zone: TimeZone) -> StayPage.Model.Told {
        let root = encounter.root
        func time(_ name: String) -> String? {
            root.text("period", name).flatMap { FHIRDate($0)?.low }.map { Words.dayTime($0, now: now, zone: zone) }
        }
        let place = root.text("serviceProvider", "display") ?? root.text("location", "location", "display")
        let kind = root.text("class", "display") ?? root.text("class", "code")
        let span = [time("start"), time("end")].compactMap { $0 }.joined(separator: " to ")
        return StayPage.Model.Told(
            text: [kind, place, span].compactMap { $0 }.joined(separator: ", "),
            why: ledToIt
                ? "It ended less than a day before the admission."
                : isAlone
                    ? "It alone tells of this stay." : "It overlaps, touches or goes on with the others of this stay.",
            messages: messages.map { message in
                let happened = Words.dayTime(message.occurred ?? message.received, now: now, zone: zone)
                return StayPage.Model.Message(
                    text: "\(FeedWords.event(message.event)), \(happened), from "
                        + message.sender.replacing("|", with: ", "))
            })
    }
}
