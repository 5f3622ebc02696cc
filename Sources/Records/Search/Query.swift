import FHIR

/// A search that the product itself asks: all terms must hold.
package struct Query: Sendable {
    package enum Term: Sendable {
        /// `system` nil: any system.
        case token(String, system: String?, code: String)
        /// The reference parameter points to this, for example `Patient/17`.
        case reference(String, String)
        /// The value begins within the range of milliseconds, the end apart.
        case date(String, Range<Int64>)
        /// The normalized text begins so.
        case string(String, prefix: String)
    }

    package var type: String
    package var terms: [Term]
    package var limit: Int

    package init(_ type: String, _ terms: [Term] = [], limit: Int = 1000) {
        self.type = type
        self.terms = terms
        self.limit = limit
    }

    /// The numbers of the parameters that it asks by.
    func parameters(_ definitions: Definitions) -> Set<Int> {
        guard let number = definitions.number(ofType: type) else {
            return []
        }
        let codes = terms.map { term in
            switch term {
            case .token(let code, _, _), .reference(let code, _), .date(let code, _), .string(let code, _): code
            }
        }
        return Set(codes.compactMap { definitions.searchParameter(number, $0)?.number })
    }

    /// - Returns: nil when nothing can match, because a word or a place that is asked for is not on file, or because the caller
    ///   reaches nobody.
    func sql(
        types: TypeTable, definitions: Definitions, words: WordTable, connection: any Connection,
        reach: ((SQLValue) -> String) -> String?
    ) throws -> (String, [SQLValue])? {
        guard let number = types.number(of: type) else {
            return nil
        }
        var values: [SQLValue] = [.integer(Int64(number))]
        // The plus keeps the planner from walking through all of a type: the terms are what find.
        var clauses = [terms.isEmpty ? "type = $1" : "+type = $1", "deleted = 0", "version > 0"]
        func bound(_ value: SQLValue) -> String {
            values.append(value)
            return "$\(values.count)"
        }
        func parameter(_ code: String) -> String? {
            definitions.searchParameter(number, code).map { bound(.integer(Int64($0.number))) }
        }
        for term in terms {
            switch term {
            case .token(let code, let system, let value):
                guard let parameter = parameter(code) else {
                    return nil
                }
                var clause =
                    "rid IN (SELECT rid FROM index_token WHERE parameter = \(parameter) AND code = \(bound(.text(IndexText.kept(value))))"
                if let system {
                    guard let word = try words.find(system, on: connection) else {
                        return nil
                    }
                    clause += " AND system = \(bound(.integer(word)))"
                }
                clauses.append(clause + ")")
            case .reference(let code, let target):
                guard let slash = target.firstIndex(of: "/"), let parameter = parameter(code),
                    let targetType = types.number(of: String(target[..<slash])),
                    let rid = try connection.first(
                        "SELECT rid FROM resource WHERE type = $1 AND id = $2",
                        [
                            .integer(Int64(targetType)), .text(String(target[target.index(after: slash)...])),
                        ], { $0.integer(0) })
                else {
                    return nil
                }
                clauses.append(
                    """
                    rid IN (SELECT rid FROM index_reference WHERE parameter = \(parameter)
                    AND target = \(bound(.integer(rid))))
                    """)
            case .date(let code, let range):
                guard let parameter = parameter(code) else {
                    return nil
                }
                clauses.append(
                    """
                    rid IN (SELECT rid FROM index_date WHERE parameter = \(parameter)
                    AND low >= \(bound(.integer(range.lowerBound))) AND low < \(bound(.integer(range.upperBound))))
                    """)
            case .string(let code, let prefix):
                guard let parameter = parameter(code) else {
                    return nil
                }
                let low = bound(.text(prefix))
                clauses.append(
                    """
                    rid IN (SELECT rid FROM index_string WHERE parameter = \(parameter)
                    AND value >= \(low) AND value < \(bound(.text(prefix + "\u{10FFFF}"))))
                    """)
            }
        }
        guard let open = reach(bound) else {
            return nil
        }
        clauses.append(open)
        let filter = clauses.joined(separator: " AND ")
        let limit = bound(.integer(Int64(limit)))
        return ("SELECT \(Stored.columns) FROM resource WHERE \(filter) ORDER BY rid LIMIT \(limit)", values)
    }
}
