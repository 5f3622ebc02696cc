package import Access
package import Content

/// What a caseload weighs and what counts when a care manager is suggested: Content/assignment/caseload.yaml.
package struct AssignmentRules: Sendable {
    /// Points when a care manager is suggested.
    package struct Suggest: Sendable, Equatable {
        package let room: Double
        package let language: Double
        package let continuity: Double
        package let place: Double
        package let awayWithinDays: Int
    }

    private static let file = "assignment/caseload.yaml"
    package let origin: ContentOrigin
    /// Points of a person by tier; nil is a person without one.
    private let tiers: [Tier?: Double]
    private let programs: [String: Double]
    package let interpreter: Double
    /// Points that somebody carries for whom nothing else was written down.
    package let usualCapacity: Double
    /// Nearly full from this share on.
    package let nearlyFull: Double
    package let suggest: Suggest

    /// - Parameters:
    ///   - content: the files.
    ///   - library: the programmes that may be named.
    /// - Throws: ``AccessContentFailure``
    init(content: Content, programs library: ProgramLibrary) throws(AccessContentFailure) {
        do {
            guard let bytes = content.file(Self.file) else {
                throw ContentProblem(place: "the file", problem: "it is not there")
            }
            let root = ContentField(root: try YAML.parse(bytes))
            try root.allow([
                "kind", "source", "version", "licence", "effectiveFrom", "effectiveTo", "weights", "capacity",
                "suggest",
            ])
            guard try root["kind"].text() == "assignment" else {
                throw root["kind"].problem("it is not assignment")
            }
            origin = try ContentOrigin(root)
            let weights = root["weights"]
            try weights.allow(["tier", "programs", "interpreter"])
            var tiers: [Tier?: Double] = [nil: try Self.points(weights["tier"]["unknown"])]
            for tier in Tier.allCases {
                tiers[tier] = try Self.points(weights["tier"][tier.name])
            }
            self.tiers = tiers
            var programs: [String: Double] = [:]
            for (name, field) in try weights["programs"].members() {
                guard library[name] != nil else {
                    throw field.problem("there is no programme \(name)")
                }
                programs[name] = try Self.points(field)
            }
            self.programs = programs
            interpreter = try Self.points(weights["interpreter"])
            usualCapacity = try Self.points(root["capacity"]["usual"])
            nearlyFull = try Self.points(root["capacity"]["nearlyFull"])
            guard usualCapacity > 0 else {
                throw root["capacity"]["usual"].problem("a number above zero is expected")
            }
            let suggest = root["suggest"]
            try suggest.allow(["room", "language", "continuity", "place", "awayWithinDays"])
            self.suggest = Suggest(
                room: try Self.points(suggest["room"]), language: try Self.points(suggest["language"]),
                continuity: try Self.points(suggest["continuity"]), place: try Self.points(suggest["place"]),
                awayWithinDays: try suggest["awayWithinDays"].int())
        } catch {
            throw AccessContentFailure(file: Self.file, problem: "\(error)")
        }
    }

    private static func points(_ field: ContentField) throws(ContentProblem) -> Double {
        let number = try field.number()
        guard 0...10_000 ~= number else {
            throw field.problem("0 to 10000 is expected")
        }
        return number
    }

    /// What the tier of a person weighs.
    package func points(tier: Tier?) -> Double { tiers[tier] ?? 0 }

    /// What an enrolment weighs besides.
    package func points(program: String) -> Double { programs[program] ?? 0 }

    /// What a person weighs.
    package func points(tier: Tier?, programs: some Sequence<String>, interpreter: Bool) -> Double {
        points(tier: tier) + programs.reduce(0) { $0 + points(program: $1) } + (interpreter ? self.interpreter : 0)
    }
}
