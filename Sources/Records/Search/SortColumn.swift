import FHIR

/// Where a sort key stands: a column of the resource's own row, or of its rows in an index table.
struct SortColumn {
    enum Place {
        case own(String)
        case rows(table: String, column: String, parameters: [Int])
    }

    let place: Place
    let isDescending: Bool

    init(_ sort: SearchSort, definitions: Definitions) {
        isDescending = sort.isDescending
        switch sort.key {
        case .id: place = .own("id")
        case .updated: place = .own("updated")
        case .parameter(let number, let kind):
            let (table, column) =
                switch kind {
                case .date: ("index_date", "low")
                case .string: ("index_string", "value")
                case .number: ("index_number", "low")
                case .quantity: ("index_quantity", "low")
                default: ("index_token", "code")
                }
            place = .rows(table: table, column: column, parameters: definitions.rowOwners(of: number))
        }
    }

    var isOwn: Bool {
        if case .own = place { true } else { false }
    }

    /// The key of a row `r`: the smallest of several values, or the greatest when it descends; nil when there is none.
    var value: SQLText {
        switch place {
        case .own(let column): return SQLText(stringLiteral: "r." + column)
        case .rows(let table, let column, let parameters):
            let pick = isDescending ? "max" : "min"
            let each = parameters.map { parameter -> SQLText in
                "SELECT v.\(column) AS value FROM \(table) v WHERE v.rid = r.rid AND v.parameter = \(parameter)"
            }
            return each.count == 1
                ? "(SELECT \(pick)(v.\(column)) FROM \(table) v WHERE v.rid = r.rid AND v.parameter = \(parameters[0]))"
                : "(SELECT \(pick)(w.value) FROM (\(SQLText.joined(each, by: " UNION ALL "))) w)"
        }
    }

    var direction: String { isDescending ? " DESC" : "" }
}
