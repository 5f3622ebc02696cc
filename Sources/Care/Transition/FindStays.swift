package import FHIR
package import Records

/// Puts a person's encounters together to stays.
///
/// - Counted: class inpatient (`IMP`, `ACUTE`, `NONAC`), begun and not cancelled.
/// - Encounters of one kind that overlap or touch are one stay. So is a transfer: admitted at another facility on the day
///   of discharge or the day after; and a return to the same facility for the same reason on the day of discharge. (CMS
///   hospital-wide readmission logic.)
/// - An emergency visit that ended within 24 hours before the admission belongs to it.
///
/// Pure: the same encounters in any order give the same stays, oldest first.
package struct FindStays: Sendable {
    private static let day: Int64 = 86_400_000

    package let stays: [Stay]
    /// Encounters that were recorded in error or cancelled.
    package let void: Set<String>
    /// Emergency visits that did not lead to a stay: when each began, oldest first.
    package let emergencyVisits: [Int64]

    package init(_ encounters: [Resource]) {
        self.init(encounters.map { (id: $0.id, root: $0.root) })
    }

    package init(_ encounters: [(id: String, root: JSONNode)]) {
        var void: Set<String> = []
        var pieces: [Piece] = []
        var emergencies: [Piece] = []
        for (id, root) in encounters {
            let status = root["status"]?.string ?? ""
            if ["cancelled", "entered-in-error"].contains(status) {
                void.insert(id)
            }
            guard ["arrived", "triaged", "in-progress", "onleave", "finished"].contains(status),
                let piece = Piece(id, root, isFinished: status == "finished")
            else {
                continue
            }
            switch root.text("class", "code") {
            case "IMP", "ACUTE", "NONAC": pieces.append(piece)
            case "EMER" where status == "finished": emergencies.append(piece)
            default: break
            }
        }
        var stays: [Stay] = []
        for piece in pieces.sorted(by: Piece.isEarlier) {
            // The newest stay of the same kind; a nursing stay between two parts of a hospital stay is its own.
            let place = stays.lastIndex { $0.kind == piece.kind && $0.goesOn(with: piece) }
            if let place {
                stays[place].add(piece)
            } else {
                stays.append(Stay(piece))
            }
        }
        var alone: [Int64] = []
        for visit in emergencies.sorted(by: Piece.isEarlier) {
            let end = visit.end ?? visit.start
            let place = stays.firstIndex { $0.admitted >= visit.start && $0.admitted - end <= Self.day }
            if let place {
                stays[place].emergency = stays[place].emergency ?? visit.id
                stays[place].urgency = .unplanned
            } else {
                alone.append(visit.start)
            }
        }
        self.stays = stays
        self.void = void
        emergencyVisits = alone
    }
}

/// What one encounter says.
struct Piece {
    let id: String
    let kind: Stay.Kind
    let start: Int64
    let startDay: Int
    let end: Int64?
    let endDay: Int?
    let isFinished: Bool
    let facility: String?
    let reason: String?
    let disposition: Stay.Disposition
    let urgency: Stay.Urgency

    init?(_ id: String, _ root: JSONNode, isFinished: Bool) {
        guard let start = root.text("period", "start").flatMap({ FHIRDate($0) }) else {
            return nil
        }
        let end = root.text("period", "end").flatMap { FHIRDate($0) }
        self.id = id
        self.start = start.low
        startDay = start.firstDay.daysSinceEpoch
        self.end = end.map { max($0.low, start.low) }
        endDay = end.map { max($0.firstDay.daysSinceEpoch, start.firstDay.daysSinceEpoch) }
        self.isFinished = isFinished
        kind = Self.kind(root)
        facility =
            root.text("serviceProvider", "display") ?? root.text("location", "location", "display")
            ?? root.text("hospitalization", "origin", "display")
            ?? root.text("serviceProvider", "reference").flatMap { $0.hasPrefix("Organization/") ? $0 : nil }
        reason = Self.words(root.list("reasonCode").first) ?? root.text("reasonReference", "display")
        disposition = Self.disposition(root.at("hospitalization", "dischargeDisposition"))
        urgency = Self.urgency(root)
    }

    static func isEarlier(_ left: Piece, _ right: Piece) -> Bool {
        (left.start, left.end ?? .max, left.id) < (right.start, right.end ?? .max, right.id)
    }

    static func words(_ concept: JSONNode?) -> String? {
        guard let concept else {
            return nil
        }
        let said = concept["text"]?.string ?? concept.list("coding").lazy.compactMap { $0["display"]?.string }.first
        return said.flatMap { $0.isEmpty ? nil : String($0.prefix(TextLimit.line)) }
    }

    /// Nursing and hospice stays are often classed as inpatient: their type, or its words, tells them apart.
    private static func kind(_ root: JSONNode) -> Stay.Kind {
        let codes = root.list("type").flatMap { $0.list("coding") }.compactMap { $0["code"]?.string }
        for code in codes {
            if let kind = kinds[code] {
                return kind
            }
        }
        let said = root.list("type").compactMap { words($0)?.lowercased() }.joined(separator: " ")
        if said.contains("hospice") { return .hospice }
        if said.contains("nursing") { return .nursing }
        if said.contains("rehabilitation") || said.contains("detoxification") { return .rehabilitation }
        if said.contains("psychiatric") { return .psychiatric }
        return root.text("class", "code") == "NONAC" ? .nursing : .acute
    }

    /// SNOMED CT types of encounter.
    private static let kinds: [String: Stay.Kind] = [
        "305336008": .hospice, "183919006": .hospice, "305911006": .nursing, "449411000124106": .nursing,
        "56876005": .rehabilitation, "305351004": .acute,
    ]

    private static func disposition(_ concept: JSONNode?) -> Stay.Disposition {
        guard let concept else {
            return .unknown
        }
        for coding in concept.list("coding") {
            if let code = coding["code"]?.string, let found = dispositions[code] {
                return found
            }
        }
        return .other
    }

    /// HL7 discharge-disposition, the discharge status codes of US claims, and SNOMED CT for hospice.
    private static let dispositions: [String: Stay.Disposition] = [
        "home": .home, "alt-home": .home, "other-hcf": .other, "hosp": .hospice, "long": .nursing,
        "aadvice": .againstAdvice, "exp": .died, "psy": .psychiatric, "rehab": .rehabilitation, "snf": .nursing,
        "oth": .other, "01": .home, "02": .acuteCare, "03": .nursing, "04": .nursing, "05": .acuteCare, "06": .home,
        "07": .againstAdvice, "20": .died, "40": .died, "41": .died, "42": .died, "43": .acuteCare, "50": .hospice,
        "51": .hospice, "61": .nursing, "62": .rehabilitation, "63": .nursing, "64": .nursing, "65": .psychiatric,
        "66": .acuteCare, "428361000124107": .hospice, "428371000124100": .hospice,
    ]

    /// Our own, simple reading: the priority, then where the person came from. Nothing is guessed.
    private static func urgency(_ root: JSONNode) -> Stay.Urgency {
        let priority = root.at("priority")?.list("coding").compactMap { $0["code"]?.string } ?? []
        if priority.contains("EL") { return .planned }
        if !Set(priority).isDisjoint(with: ["EM", "UR", "S"]) { return .unplanned }
        // A visit to the emergency department that became the stay.
        if root.list("classHistory").contains(where: { $0.text("class", "code") == "EMER" }) { return .unplanned }
        let source = root.at("hospitalization", "admitSource")?.list("coding").compactMap { $0["code"]?.string } ?? []
        return source.contains("emd") ? .unplanned : .unknown
    }
}

extension Stay {
    init(_ piece: Piece) {
        encounters = [piece.id]
        kind = piece.kind
        admitted = piece.start
        admittedDay = piece.startDay
        discharged = piece.end
        dischargedDay = piece.endDay
        isOver = piece.isFinished || piece.end != nil
        facility = piece.facility
        reason = piece.reason
        disposition = piece.disposition
        urgency = piece.urgency
    }

    func goesOn(with piece: Piece) -> Bool {
        guard let discharged, let dischargedDay else {
            // Open: what begins on the same day is the same stay told twice. A stay whose end was never recorded must
            // not swallow all that came after it.
            return piece.startDay == admittedDay || !isOver && piece.start - admitted < 7 * 86_400_000
        }
        if piece.start <= discharged {
            return true
        }
        let later = piece.startDay - dischargedDay
        if let facility, let other = piece.facility, facility != other {
            return later <= 1
        }
        return later == 0 && reason != nil && reason == piece.reason
    }

    mutating func add(_ piece: Piece) {
        encounters.append(piece.id)
        facility = piece.facility ?? facility
        reason = reason ?? piece.reason
        if !piece.isFinished && piece.end == nil {
            (discharged, dischargedDay, isOver) = (nil, nil, false)
            disposition = .unknown
        } else if let end = piece.end, end >= discharged ?? .min {
            (discharged, dischargedDay, isOver) = (end, piece.endDay, true)
            disposition = piece.disposition == .unknown ? disposition : piece.disposition
        }
    }
}
