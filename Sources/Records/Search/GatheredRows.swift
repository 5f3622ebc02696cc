import FHIR

/// The index rows of a batch, by the shape of their tables.
final class GatheredRows {
    struct Text: Equatable {
        let parameter: Int64
        let text: String
        let more: Int64
        let rid: Int64
    }

    struct Numbers: Equatable {
        let parameter: Int64
        let first: Int64
        let second: Int64
        let rid: Int64

        static func < (left: Numbers, right: Numbers) -> Bool {
            (left.parameter, left.first, left.second, left.rid) < (
                right.parameter, right.first, right.second, right.rid
            )
        }
    }

    var tokens: [Text] = []
    var strings: [Text] = []
    var uris: [Numbers] = []
    var dates: [Numbers] = []
    var references: [Numbers] = []
    /// Too few for their order to matter.
    var others: [(row: IndexRow, rid: Int64, link: Int64)] = []

    /// Takes out what comes twice. To be called on sorted rows.
    func dropDoubles() {
        func unique<Row: Equatable>(_ rows: inout [Row]) {
            var last: Row?
            rows.removeAll { row in
                defer { last = row }
                return row == last
            }
        }
        unique(&tokens)
        unique(&strings)
        unique(&uris)
        unique(&dates)
        unique(&references)
    }

    /// The order need not be the database's own: it only brings neighbours together.
    func sort() {
        func before(_ left: Text, _ right: Text) -> Bool {
            left.parameter != right.parameter
                ? left.parameter < right.parameter
                : left.text != right.text
                    ? left.text < right.text : (left.rid, left.more) < (right.rid, right.more)
        }
        tokens.sort(by: before)
        strings.sort(by: before)
        uris.sort(by: <)
        dates.sort(by: <)
        references.sort(by: <)
    }
}
