import Care
import FHIR
import Foundation

/// Referrals and likenesses in words.
enum ReferralWords {
    static func state(_ referral: Referral) -> (text: String, tone: String) {
        switch referral.state {
        case .received: ("Who is meant?", "soon")
        case .matched: ("To be decided", "soon")
        case .accepted: ("Accepted", "good")
        case .declined: ("Declined", "note")
        }
    }

    /// "Same: family name, birth date. Near: given name (a short form of the other). Different: telephone."
    static func evidence(_ evidence: MatchEvidence) -> String {
        let groups: [(MatchEvidence.Agreement, String)] = [
            (.same, "Same"), (.near, "Near"), (.different, "Different"),
        ]
        return groups.compactMap { agreement, title in
            let fields = evidence.lines.filter { $0.agreement == agreement }.map { line in
                line.field.words.lowercased() + (line.why.map { " (\($0))" } ?? "")
            }
            return fields.isEmpty ? nil : "\(title): \(fields.joined(separator: ", "))."
        }.joined(separator: " ")
    }

    static func verdict(_ evidence: MatchEvidence) -> (text: String, tone: String) {
        switch evidence.verdict {
        case .sure: ("Surely the same", "good")
        case .review: ("May be the same", "soon")
        case .new: ("Not likely the same", "note")
        }
    }

    /// "WHITFIELD, Delores, born 14 Mar 1948".
    static func who(_ patient: JSONNode, now: Int64, zone: TimeZone) -> String {
        let born = Words.date(patient.text("birthDate"), now: now, zone: zone)
        return Words.listName(patient) + (born.map { ", born \($0)" } ?? "")
    }

    static func phones(_ patient: JSONNode) -> String? {
        let all = SearchKeys.phones(patient).map(\.shown)
        return all.isEmpty ? nil : all.joined(separator: ", ")
    }

    static func address(_ patient: JSONNode) -> String? {
        let homes = patient.list("address").map { home in
            (home.list("line").compactMap(\.string) + ["city", "state", "postalCode"].compactMap { home.text($0) })
                .joined(separator: ", ")
        }.filter { !$0.isEmpty }
        return homes.isEmpty ? nil : homes.joined(separator: "; ")
    }
}
