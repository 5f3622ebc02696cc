package import Content
package import FHIR

/// From which age a person decides alone over the portal. Content/consents/minors.yaml
package struct AgeRule: Sendable {
    private static let file = "consents/minors.yaml"
    package let adult: Int

    package init(adult: Int = 18) {
        self.adult = adult
    }

    /// - Throws: ``AccessContentFailure``
    package init(content: Content) throws(AccessContentFailure) {
        do {
            guard let bytes = content.file(Self.file) else {
                throw ContentProblem(place: "the file", problem: "it is not there")
            }
            let root = ContentField(root: try YAML.parse(bytes))
            try root.allow(["kind", "source", "version", "licence", "effectiveFrom", "effectiveTo", "majority"])
            _ = try ContentOrigin(root)
            adult = try root["majority"].int()
            guard (0...25).contains(adult) else {
                throw root["majority"].problem("an age of 0 to 25 is expected")
            }
        } catch {
            throw AccessContentFailure(file: Self.file, problem: "\(error)")
        }
    }

    /// Whether a person is alive and of age. Who was born on an unknown day is not: closed in doubt.
    /// - Parameters:
    ///   - patient: the Patient.
    ///   - now: milliseconds since 1970.
    /// - Returns: false in doubt.
    package func decidesAlone(_ patient: JSONNode, at now: Int64) -> Bool {
        guard patient["deceasedDateTime"] == nil, patient["deceasedBoolean"]?.bool != true,
            let birth = patient["birthDate"]?.string.flatMap({ FHIRDate($0, as: .date) }), birth.precision == .day
        else {
            return false
        }
        // The day counts where on earth it begins last, so that nobody is of age too early.
        let today = CalendarDay(daysSinceEpoch: FHIRDate.days(now - Self.latestZone))
        return birth.firstDay.years(until: today) >= adult
    }

    private static let latestZone: Int64 = 12 * 3_600_000
}
