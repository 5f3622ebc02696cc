import FHIR
package import Records

/// Who would take a person on, best first, each with the reasons by factor. A suggestion: a person decides.
package struct SuggestManager: Sendable {
    package struct Factor: Sendable, Equatable {
        package let words: String
        package let points: Double
    }

    package struct Suggestion: Sendable {
        package let desk: CaseloadPicture.Desk
        package let factors: [Factor]
        /// Why they cannot take anybody on; nil: they can.
        package let hindrance: String?

        package var points: Double { factors.reduce(0) { $0 + $1.points } }
    }

    package static let reads: Set<String> = ["Patient", "EpisodeOfCare", "Encounter", "RiskAssessment"]

    /// - Parameters:
    ///   - record: of the person, with ``reads``.
    ///   - program: the one that they would be enrolled in; nil: none is chosen yet.
    ///   - picture: what everybody carries.
    ///   - rules: what counts how much.
    ///   - now: milliseconds since 1970.
    /// - Returns: everybody, those who can take somebody on first, by points.
    package static func read(
        _ record: PersonRecord, program: String?, _ picture: CaseloadPicture, _ rules: AssignmentRules, at now: Int64
    ) -> [Suggestion] {
        let line = PersonLine(record)
        let weight = rules.points(
            tier: PanelRisk(record).tier, programs: [program].compactMap(\.self), interpreter: line.needsInterpreter)
        let person = Facts(record, line)
        return picture.desks.map { desk in
            Suggestion(
                desk: desk, factors: factors(desk, weight, person, rules),
                hindrance: hindrance(desk, weight, now: now))
        }.sorted { one, other in
            (one.hindrance == nil ? 0 : 1, -one.points, one.desk.staff.name)
                < (other.hindrance == nil ? 0 : 1, -other.points, other.desk.staff.name)
        }
    }

    /// What of a person counts.
    private struct Facts {
        let language: String
        let city: String
        /// How often each has had the person in their care, or spoken with them.
        var careManagers: Set<String> = []
        var spoken: [String: Int] = [:]

        init(_ record: PersonRecord, _ line: PersonLine) {
            language = String(line.language.prefix { $0 != "-" })
            let address = record.patient?.root.list("address") ?? []
            city = (address.first { $0.text("use") == "home" } ?? address.first)?.text("city") ?? ""
            for enrollment in Enrollment.all(record) where enrollment.status != .cancelled {
                if let manager = enrollment.careManager {
                    careManagers.insert(manager)
                }
            }
            for contact in record.all("Encounter").compactMap(Contact.init) where contact.mayHearHealth {
                spoken[contact.owner, default: 0] += 1
            }
        }
    }

    private static func factors(
        _ desk: CaseloadPicture.Desk, _ weight: Double, _ person: Facts, _ rules: AssignmentRules
    ) -> [Factor] {
        let after = desk.load.points + weight
        let room = desk.capacity > 0 ? max(0, 1 - after / desk.capacity) : 0
        var all = [
            Factor(
                words: "Room: \(number(after)) of \(number(desk.capacity)) points with this person",
                points: (rules.suggest.room * room * 10).rounded() / 10)
        ]
        let languages = desk.staff.languages
        if !person.language.isEmpty, person.language != "en" || !languages.isEmpty {
            let speaks = languages.contains(person.language)
            all.append(
                Factor(
                    words: speaks
                        ? "Speaks their language"
                        : languages.isEmpty ? "Languages not recorded" : "Needs an interpreter",
                    points: speaks ? rules.suggest.language : 0))
        }
        if person.careManagers.contains(desk.staff.reference) {
            all.append(Factor(words: "Had them in care before", points: rules.suggest.continuity))
        } else if let times = person.spoken[desk.staff.reference] {
            all.append(
                Factor(
                    words: "Spoke with them \(times == 1 ? "once" : "\(times) times")",
                    points: rules.suggest.continuity / 2))
        }
        if !person.city.isEmpty, person.city.lowercased() == desk.staff.city.lowercased() {
            all.append(Factor(words: "Works in \(desk.staff.city), where they live", points: rules.suggest.place))
        }
        return all
    }

    private static func hindrance(_ desk: CaseloadPicture.Desk, _ weight: Double, now: Int64) -> String? {
        if desk.staff.licenceEnded != nil {
            return "Credentials have expired"
        }
        if let absence = desk.absence {
            return absence.covers(now) ? "Away now" : "Away soon"
        }
        return desk.load.points + weight > desk.capacity ? "Full" : nil
    }

    /// "12", "12.5".
    package static func number(_ points: Double) -> String {
        let tenths = Int(exactly: (min(max(points, -1e9), 1e9) * 10).rounded()) ?? 0
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(abs(tenths % 10))"
    }
}
