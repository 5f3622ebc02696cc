package import Content

/// Until when an assessment is begun and complete. Content/clocks/assessment.yaml
package struct AssessmentClocks: Sendable, Equatable {
    package struct Times: Sendable, Equatable {
        package var begunWithinDays: Int
        package var completeWithinDays: Int
    }

    /// After how much trying somebody may be called unreachable.
    package struct Unreachable: Sendable, Equatable {
        package let attempts: Int
        package let means: Int
        package let overDays: Int
    }

    package static let file = "clocks/assessment.yaml"

    package let origin: ContentOrigin
    /// The names of the forms that are the assessment.
    package let forms: Set<String>
    /// One that was done so many days before the enrolment counts.
    package let countsFromBeforeDays: Int
    package let unreachable: Unreachable
    private let times: Times
    private let byProgram: [String: Times]

    package func times(in program: String) -> Times { byProgram[program] ?? times }

    /// - Throws: ``ContentFailure``
    package init(content: Content) throws {
        self = try CareContent.read(Self.file, content) { root throws(ContentProblem) in try AssessmentClocks(root) }
    }

    init(_ root: ContentField) throws(ContentProblem) {
        try root.allow([
            "kind", "source", "version", "licence", "effectiveFrom", "effectiveTo", "forms", "begunWithinDays",
            "completeWithinDays", "countsFromBeforeDays", "unreachable", "programs",
        ])
        guard try root["kind"].text() == "assessment-clocks" else {
            throw root["kind"].problem("it is not assessment-clocks")
        }
        origin = try ContentOrigin(root)
        forms = Set(try root["forms"].texts())
        guard !forms.isEmpty else { throw root["forms"].problem("no form is named") }
        countsFromBeforeDays = try root["countsFromBeforeDays"].days()
        try root["unreachable"].allow(["attempts", "means", "overDays"])
        unreachable = Unreachable(
            attempts: try root["unreachable"]["attempts"].int(), means: try root["unreachable"]["means"].int(),
            overDays: try root["unreachable"]["overDays"].days())
        guard unreachable.means > 0, unreachable.attempts >= unreachable.means else {
            throw root["unreachable"].problem("there are at least as many attempts as means, and one of each")
        }
        times = Times(
            begunWithinDays: try root["begunWithinDays"].days(),
            completeWithinDays: try root["completeWithinDays"].days())
        var found: [String: Times] = [:]
        for (program, field) in try root["programs"].members() {
            try field.allow(["begunWithinDays", "completeWithinDays"])
            var own = times
            if field["begunWithinDays"].isPresent { own.begunWithinDays = try field["begunWithinDays"].days() }
            if field["completeWithinDays"].isPresent {
                own.completeWithinDays = try field["completeWithinDays"].days()
            }
            found[program] = own
        }
        byProgram = found
        for own in [times] + found.values where own.begunWithinDays > own.completeWithinDays {
            throw root["completeWithinDays"].problem("it would be complete before it is begun")
        }
    }
}
