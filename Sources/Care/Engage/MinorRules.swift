import Content
import FHIR

/// Why the ages of minors cannot be used.
package struct MinorRulesFailure: Error, Equatable, CustomStringConvertible {
    package let problem: String

    package var description: String { "\(MinorRules.file): \(problem)" }
}

/// When a person agrees for themselves. What somebody else agreed to for a child lapses on that day.
package struct MinorRules: Sendable {
    static let file = "consents/minors.yaml"
    /// Years.
    package let majority: Int

    /// Loads Content/consents/minors.yaml.
    /// - Throws: ``MinorRulesFailure``
    package init(content: (String) -> [UInt8]?) throws(MinorRulesFailure) {
        guard let bytes = content(Self.file) else {
            throw MinorRulesFailure(problem: "it is not there")
        }
        do {
            let root = ContentField(root: try YAML.parse(bytes))
            _ = try ContentOrigin(root)
            majority = try root["majority"].int()
        } catch {
            throw MinorRulesFailure(problem: "\(error)")
        }
        guard (0...25).contains(majority) else {
            throw MinorRulesFailure(problem: "majority: an age of 0 to 25 is expected")
        }
    }

    /// The first moment of the day on which a person is of age, in UTC; the earliest that it may be where the birth date is not
    /// known to the day.
    /// - Parameter birth: as FHIR writes it.
    /// - Returns: milliseconds since 1970; nil when the birth date is not known.
    package func comesOfAge(born birth: String?) -> Int64? {
        guard let born = birth.flatMap({ FHIRDate($0) })?.firstDay else {
            return nil
        }
        return Int64(born.adding(months: majority * 12).daysSinceEpoch) * 86_400_000
    }
}
