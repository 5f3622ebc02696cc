import Care
import FHIR
import Foundation
import Records

/// Feeds and their messages in words.
enum FeedWords {
    static func state(_ state: MessageState) -> (text: String, tone: String) {
        switch state {
        case .waiting: ("Waits", "soon")
        case .done: ("Done", "good")
        case .kept: ("Kept, without effect", "note")
        case .review: ("Whom does it mean?", "soon")
        case .refused: ("Refused", "now")
        case .failed: ("Failed, tried again", "now")
        }
    }

    /// What a trigger means (HL7 v2.5.1, chapter 3).
    static func event(_ event: String) -> String {
        let trigger = event.split(separator: "^").dropFirst().first.map(String.init) ?? event
        return meanings[trigger].map { "\($0) (\(trigger))" } ?? event.replacing("^", with: " ")
    }

    private static let meanings = [
        "A01": "Admitted", "A02": "Moved", "A03": "Discharged", "A04": "Registered", "A06": "Became an inpatient",
        "A07": "Became an outpatient", "A08": "Details changed", "A11": "Admission cancelled",
        "A12": "Move cancelled", "A13": "Discharge cancelled", "A28": "Person added", "A31": "Person changed",
        "A40": "Two entries joined", "A60": "Allergies changed",
    ]

    /// How long a feed has been silent beyond what is expected of it; nil when it is not.
    static func silence(_ feed: ExpectedFeed, last: Int64?, now: Int64, zone: TimeZone) -> String? {
        guard let silence = feed.silence else {
            return nil
        }
        let clock = Words.time(now, zone: zone).split(separator: ":").compactMap { Int($0) }
        let day = Words.calendarDay(now, zone: zone).weekday
        guard clock.count == 2, silence.hours.contains(clock[0] * 60 + clock[1]), silence.days.contains(day) else {
            return nil
        }
        guard let last else {
            return "No message has ever come."
        }
        guard now - last > Int64(silence.minutes) * 60_000 else {
            return nil
        }
        return "Silent: the last message came \(Words.ago(last, now: now, zone: zone))."
    }

    /// How long something has waited: "3 seconds", "12 minutes".
    static func lag(_ since: Int64?, now: Int64) -> String {
        guard let since else {
            return "none"
        }
        let seconds = max(0, now - since) / 1000
        return seconds < 120 ? Words.count(Int(seconds), "second") : Words.count(Int(seconds / 60), "minute")
    }
}
