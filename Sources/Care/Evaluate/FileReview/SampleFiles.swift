import FHIR
package import Records

/// Draws files of a programme and a period for a review. The same seed among the same files draws the same ones, so that
/// somebody else can draw them again.
package struct SampleFiles: Sendable {
    package enum State: String, Sendable, CaseIterable {
        case open, closed, any

        package var words: String {
            switch self {
            case .open: "Open"
            case .closed: "Closed"
            case .any: "Open and closed"
            }
        }

        /// Values of the search parameter `status` of EpisodeOfCare.
        fileprivate var statuses: String {
            switch self {
            case .open: "active,onhold"
            case .closed: "finished"
            case .any: "active,onhold,finished"
            }
        }
    }

    /// The id of the programme.
    package let program: String
    package let state: State
    /// Files that were open on one of these days, `yyyy-mm-dd`, both included.
    package let from: String
    package let to: String
    package let count: Int
    package let seed: UInt64

    package static let most = 30
    private static let mostFiles = 20_000

    package init(program: String, state: State, from: String, to: String, count: Int, seed: UInt64) {
        self.program = program
        self.state = state
        self.from = from
        self.to = to
        self.count = min(max(1, count), Self.most)
        self.seed = seed
    }

    package struct Sample: Sendable {
        /// Ids of EpisodeOfCare, in the order in which they were drawn.
        package let episodes: [String]
        /// Among how many.
        package let among: Int
    }

    /// Only what is drawn is opened: among how many is known by their ids alone.
    /// - Throws: `SearchRefusal` for days that are none; what the database reports.
    package func draw(by reader: Reader, at now: Int64) throws -> Sample {
        let query = try SearchParser(definitions: reader.definitions).parse(
            [
                SearchPair("type", "\(CareCode.program)|\(program)"),
                SearchPair("status", state.statuses), SearchPair("date", "gt\(Self.moved(from, by: -1))"),
                SearchPair("date", "lt\(Self.moved(to, by: 1))"),
            ], in: .type("EpisodeOfCare"), now: now)
        let ids = try reader.matches(query, limit: Self.mostFiles).map(\.id).sorted()
        return Sample(episodes: Self.drawn(count, of: ids, seed: seed), among: ids.count)
    }

    /// A search by day compares with the whole of it: after the day before, and before the day after, means on these days.
    private static func moved(_ day: String, by days: Int) -> String {
        CalendarDay(day).map { $0.adding(days: days).text } ?? day
    }

    /// The first steps of a Fisher-Yates shuffle by SplitMix64 (Steele, Lea, Flood 2014), which gives the same numbers on
    /// every machine.
    static func drawn(_ count: Int, of ids: [String], seed: UInt64) -> [String] {
        var ids = ids
        var state = seed
        func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
        let wanted = min(count, ids.count)
        for place in 0..<wanted {
            let left = UInt64(ids.count - place)
            ids.swapAt(place, place + Int(next() % left))
        }
        return Array(ids.prefix(wanted))
    }
}
