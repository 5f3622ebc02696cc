import FHIR

/// Turns the terms of a search into clauses: looks up words and places, and puts the caller's reach into every link.
struct ResolveTerm {
    let connection: any Connection
    let types: TypeTable
    let definitions: Definitions
    let words: WordTable
    let reach: ReachFilter
    let base: String?

    /// More systems of one code than these are not looked up one by one.
    private static let mostSystems = 8

    func clause(_ term: SearchTerm, of type: Int) throws -> Clause {
        switch term {
        case .nothing: return .never
        case .ids(let ids): return self.ids(ids, of: type)
        case .updated(let tests): return updated(tests, of: type)
        case .token(let parameter, let tests, let negated): return try token(parameter, tests, negated: negated)
        case .string(let parameters, let tests): return string(parameters, tests)
        case .date(let parameter, let tests):
            return owned(parameter) { parameter in
                rows(
                    "index_date", parameter, tests.map { Comparison.date($0) },
                    source: .joined(tests.map { Comparison.dates(parameter, $0) }, by: " UNION ALL "),
                    canGive: !tests.contains { $0.prefix == .ne })
            }
        case .number(let parameter, let tests):
            return owned(parameter) { parameter in
                rows(
                    "index_number", parameter, tests.map { Comparison.number($0) },
                    source: .joined(tests.map { Comparison.numbers("index_number", parameter, $0) }, by: " UNION ALL "),
                    canGive: !tests.contains { $0.prefix == .ne })
            }
        case .quantity(let parameter, let tests): return try owned(parameter) { try quantity($0, tests) }
        case .uri(let parameter, let tests): return try uri(definitions.rowOwners(of: parameter), tests)
        case .reference(let parameters, let tests): return try reference(parameters, tests)
        case .near(let parameter, let tests):
            return rows("index_composite", parameter, tests.map(Comparison.near), source: nil, canGive: true)
        case .together(let test): return try together(test)
        case .missing(let parameter, let isMissing): return missing(parameter, isMissing)
        case .chain(let parameter, let links): return try chain(parameter, links)
        case .has(let parameter, let link): return try has(parameter, link)
        case .any(let terms): return .any(try terms.map { try clause($0, of: type) })
        case .all(let terms):
            guard !terms.isEmpty else {
                return .always()
            }
            return try all(try terms.map { try clause($0, of: type) })
        }
    }

    // MARK: The resource's own columns

    private func ids(_ ids: [String], of type: Int) -> Clause {
        let list = SQLText.joined(ids.map { "\(.text($0))" }, by: ", ")
        return Clause(
            probe: { candidate in "\(candidate.row ?? "r").id IN (\(list))" }, needsRow: true,
            source: "SELECT o.rid AS rid FROM resource o WHERE o.type = \(type) AND o.id IN (\(list))")
    }

    private func updated(_ tests: [DateTest], of type: Int) -> Clause {
        // A moment is a stretch of one millisecond.
        func condition(_ alias: String) -> SQLText {
            let each = tests.map { test -> SQLText in
                // Only the source may choose the index by time; for a candidate it would be the wrong one.
                let moment = SQLText(stringLiteral: alias == "o" ? "o.updated" : "(\(alias).updated + 0)")
                switch test.prefix {
                case .eq, .ap: return "(\(moment) >= \(test.low) AND \(moment) < \(test.high))"
                case .ne: return "(\(moment) < \(test.low) OR \(moment) >= \(test.high))"
                case .gt, .sa: return "\(moment) >= \(test.high)"
                case .lt, .eb: return "\(moment) < \(test.low)"
                case .ge: return "\(moment) >= \(test.low)"
                case .le: return "\(moment) < \(test.high)"
                }
            }
            return "(\(SQLText.joined(each, by: " OR ")))"
        }
        return Clause(
            probe: { condition($0.row ?? "r") }, needsRow: true,
            source: """
                SELECT o.rid AS rid FROM resource o WHERE o.type = \(type) AND o.version > 0 AND \(condition("o"))
                """)
    }

    private func missing(_ parameter: Int, _ isMissing: Bool) -> Clause {
        let bits = definitions.rowOwners(of: parameter).reduce(UInt64(0)) {
            $0 | 1 << UInt64($1 % SearchParameter.second)
        }
        return Clause(
            probe: { "(\($0.row ?? "r").present & \(Int64(bitPattern: bits))) \(isMissing ? "=" : "<>") 0" },
            needsRow: true)
    }

    /// A clause on the rows of a parameter, wherever they are kept.
    private func owned(_ parameter: Int, _ clause: (Int) throws -> Clause) rethrows -> Clause {
        let owners = definitions.rowOwners(of: parameter)
        return owners.count == 1 ? try clause(owners[0]) : .any(try owners.map(clause))
    }

    // MARK: Rows of index tables

    /// Rows that are found from the resource by an index whose name ends in `_of`.
    private func rows(
        _ table: String, _ parameter: Int, _ conditions: [SQLText], source: SQLText?, canGive: Bool
    ) -> Clause {
        let condition = SQLText.joined(conditions.map { "(\($0))" }, by: " OR ")
        let given: SQLText =
            source ?? "SELECT i.rid AS rid FROM \(table) i WHERE i.parameter = \(parameter) AND (\(condition.of("i")))"
        return Clause(
            probe: { candidate in
                """
                (SELECT 1 FROM \(table) x WHERE x.rid = \(candidate.rid) AND x.parameter = \(parameter)
                AND (\(condition.of("x"))) LIMIT 1) IS NOT NULL
                """
            }, source: canGive ? given : nil)
    }

    private func string(_ parameters: [Int], _ tests: [StringTest]) -> Clause {
        let each = parameters.flatMap(definitions.rowOwners(of:)).map { parameter -> Clause in
            let source = tests.map { test -> SQLText in
                "SELECT s.rid AS rid FROM index_string s WHERE s.parameter = \(parameter) AND \(Comparison.string(test).of("s"))"
            }
            var clause = rows(
                "index_string", parameter, tests.map { Comparison.string($0) },
                source: .joined(source, by: " UNION ALL "), canGive: true)
            if tests.count == 1, let test = tests.first, case .exact = test.mode {
                clause.postings = [
                    .init(
                        table: "index_string",
                        key: "@.parameter = \(parameter) AND \(Comparison.string(test))")
                ]
            }
            return clause
        }
        return each.count == 1 ? each[0] : .any(each)
    }

    private func quantity(_ parameter: Int, _ tests: [QuantityTest]) throws -> Clause {
        let units = try tests.map { test -> SQLText in
            guard let code = test.code, case .named = test.system else {
                return test.code.map {
                    "(@.code = \(.text(IndexText.kept($0))) OR @.unit = \(.text(IndexText.kept($0))))"
                } ?? "1 = 1"
            }
            return
                "@.code = \(.text(IndexText.kept(code))) AND @.system IN (\(SQLText.list(try systems(test.system) ?? [])))"
        }
        return rows(
            "index_quantity", parameter, zip(tests, units).map { "\(Comparison.number($0.number)) AND \($1)" },
            source: .joined(
                zip(tests, units).map { Comparison.numbers("index_quantity", parameter, $0.number, and: $1) },
                by: " UNION ALL "),
            canGive: !tests.contains { $0.number.prefix == .ne })
    }

    /// The numbers of the systems that a test admits; nil for any.
    private func systems(_ test: SystemTest) throws -> [Int64]? {
        switch test {
        case .any: return nil
        case .none: return [0]
        // A system that nothing on file has: no row has the number -1.
        case .named(let name, let orNone):
            return [try words.find(name, on: connection) ?? -1] + (orNone ? [0] : [])
        }
    }

    // MARK: Tokens

    private func token(_ number: Int, _ tests: [TokenTest], negated: Bool) throws -> Clause {
        var postings: [Clause.Posting] = []
        var loose: [SQLText] = []
        let isSecond = number % SearchParameter.perType >= SearchParameter.second
        let owners =
            isSecond
            ? definitions.rowOwners(of: number - SearchParameter.second).map { $0 + SearchParameter.second }
            : definitions.rowOwners(of: number)
        for (test, parameter) in tests.flatMap({ test in owners.map { (test, $0) } }) {
            guard let code = test.code else {
                loose.append(
                    "@.parameter = \(parameter) AND @.system IN (\(SQLText.list(try systems(test.system) ?? [])))")
                continue
            }
            let wanted = try systems(test.system) ?? systems(of: code, parameter)
            if let wanted {
                postings += wanted.map {
                    .init(
                        table: "index_token",
                        key:
                            "@.parameter = \(parameter) AND @.code = \(.text(IndexText.kept(code))) AND @.system = \($0)"
                    )
                }
            } else {
                loose.append("@.parameter = \(parameter) AND @.code = \(.text(IndexText.kept(code)))")
            }
        }
        return keyed("index_token", postings, loose: loose, negated: negated)
    }

    /// The systems in which a code is on file; nil for too many.
    private func systems(
        of code: String, _ parameter: Int, in table: String = "index_token"
    ) throws -> [Int64]? {
        var found: [Int64] = []
        let key: SQLText = "parameter = \(parameter) AND code = \(.text(IndexText.kept(code)))"
        try connection.each(
            """
            WITH RECURSIVE s (system) AS (
                SELECT min(system) FROM \(table) WHERE \(key)
                UNION ALL SELECT (SELECT min(system) FROM \(table) WHERE \(key) AND system > s.system)
                FROM s WHERE s.system IS NOT NULL)
            SELECT system FROM s WHERE system IS NOT NULL LIMIT \(Self.mostSystems + 1)
            """
        ) { row in
            if let system = row.integer(0) {
                found.append(system)
            }
        }
        return found.count > Self.mostSystems ? nil : found
    }

    /// Rows that are asked for by their whole key.
    private func keyed(
        _ table: String, _ postings: [Clause.Posting], loose: [SQLText] = [], negated: Bool = false
    ) -> Clause {
        guard !postings.isEmpty || !loose.isEmpty else {
            return negated ? .always() : .never
        }
        let sources =
            postings.map { "SELECT k.rid AS rid FROM \(table) k WHERE \($0.key.of("k"))" as SQLText }
            + loose.map { "SELECT k.rid AS rid FROM \(table) k WHERE \($0.of("k"))" }
        let probe: (Clause.Candidate) -> SQLText = { candidate in
            let each =
                postings.map { posting -> SQLText in
                    """
                    (SELECT 1 FROM \(table) x WHERE \(posting.key.of("x")) AND x.rid = \(candidate.rid) LIMIT 1)
                    IS NOT NULL
                    """
                }
                + loose.map { condition -> SQLText in
                    """
                    (SELECT 1 FROM \(table) x WHERE x.rid = \(candidate.rid) AND \(condition.of("x")) LIMIT 1)
                    IS NOT NULL
                    """
                }
            return "(\(SQLText.joined(each, by: " OR ")))"
        }
        if negated {
            return Clause(probe: { "NOT \(probe($0))" }, mayStray: true)
        }
        return Clause(
            probe: probe, source: .joined(sources, by: " UNION ALL "),
            postings: loose.isEmpty && postings.count <= Self.mostSystems ? postings : [])
    }

    private func uri(_ owners: [Int], _ tests: [URITest]) throws -> Clause {
        var found: [Int64] = []
        var loose: [SQLText] = []
        for test in tests {
            switch test.mode {
            case .exact: found += try words.find(test.text, on: connection).map { [$0] } ?? []
            case .above:
                // Every beginning of the text that ends before a slash.
                for place in test.text.indices where test.text[place] == "/" {
                    found += try words.find(String(test.text[..<place]), on: connection).map { [$0] } ?? []
                }
                found += try words.find(test.text, on: connection).map { [$0] } ?? []
            case .below:
                found += try words.find(test.text, on: connection).map { [$0] } ?? []
                let start = test.text.hasSuffix("/") ? test.text : test.text + "/"
                // All words are asked for at once: up to a limit, those that only hidden resources hold would crowd out
                // the others.
                loose += owners.map { parameter in
                    """
                    @.parameter = \(parameter) AND @.value IN (SELECT w.id FROM word w WHERE w.text >= \(.text(start))
                    AND w.text < \(.text(start + "\u{10FFFF}")))
                    """
                }
            }
        }
        return keyed(
            "index_uri",
            owners.flatMap { parameter in
                found.map { .init(table: "index_uri", key: "@.parameter = \(parameter) AND @.value = \($0)") }
            }, loose: loose)
    }

    // MARK: References

    private func reference(_ parameters: [Int], _ tests: [ReferenceTest]) throws -> Clause {
        let targets = try tests.flatMap(places)
        return keyed(
            "index_reference",
            parameters.flatMap { parameter in
                targets.map {
                    .init(table: "index_reference", key: "@.parameter = \(parameter) AND @.target = \($0)")
                }
            })
    }

    /// The numbers of what a reference may mean: this server's absolute addresses are the same as relative ones.
    private func places(_ test: ReferenceTest) throws -> [Int64] {
        let address: SQLText = "SELECT rid FROM resource WHERE type = -1 AND id = "
        let statement: SQLText
        switch test {
        case .place(let type, let id):
            let here: SQLText =
                "SELECT rid FROM resource WHERE type = \(types.number(of: type) ?? -2) AND id = \(.text(id))"
            statement = base.map { "\(here) UNION ALL \(address)\(.text("\($0)/\(type)/\(id)"))" } ?? here
        case .id(let id, let names):
            let numbers = names.compactMap(types.number).map(Int64.init)
            statement = "SELECT rid FROM resource WHERE type IN (\(SQLText.list(numbers))) AND id = \(.text(id))"
        case .url(let url): statement = "\(address)\(.text(url))"
        }
        var found: [Int64] = []
        try connection.each(statement) { row in
            if let rid = row.integer(0) {
                found.append(rid)
            }
        }
        return found
    }

    // MARK: Composites

    private func together(_ test: TogetherTest) throws -> Clause {
        // Columns that stand before the amount in the key, then the amount, then the rest.
        var before: [(column: String, test: SQLText)] = []
        var amount: NumberTest?
        var rest: [SQLText] = []
        for part in test.parts {
            switch part {
            case .code(let token):
                var wanted = try systems(token.system)
                if let code = token.code {
                    before.append(("code", "= \(.text(IndexText.kept(code)))"))
                    wanted = try wanted ?? systems(of: code, test.parameter, in: "index_composite")
                }
                if let wanted {
                    before.append(("system", "IN (\(SQLText.list(wanted.isEmpty ? [-1] : wanted)))"))
                }
            case .otherCode(let token):
                if let code = token.code {
                    rest.append("@.text = \(.text(IndexText.kept(code)))")
                }
                if let systems = try systems(token.system) {
                    rest.append("@.more IN (\(SQLText.list(systems)))")
                }
            case .reference(let reference):
                let found = try places(reference)
                guard !found.isEmpty else {
                    return .never
                }
                rest.append("@.more IN (\(SQLText.list(found)))")
            case .amount(let quantity):
                amount = quantity.number
                if let code = quantity.code {
                    rest.append("@.text = \(.text(IndexText.kept(code)))")
                }
                if case .named = quantity.system, let systems = try systems(quantity.system) {
                    rest.append("@.more IN (\(SQLText.list(systems)))")
                }
            case .date(let date): rest.append(Comparison.date(date))
            case .number(let number): amount = number
            case .first(let number): rest.append(Comparison.number(number).column("high", is: "low"))
            case .second(let number): rest.append(Comparison.number(number).column("low", is: "high"))
            case .text(let text): rest.append(Comparison.string(text, column: "text"))
            }
        }
        let others = SQLText.joined(["1 = 1"] + rest, by: " AND ")
        let conditions = before.map { "@.\($0.column) \($0.test)" as SQLText } + [others]
        let condition = SQLText.joined(conditions + (amount.map { [Comparison.number($0)] } ?? []), by: " AND ")
        let source = amount.map {
            Comparison.numbers("index_composite", test.parameter, $0, before: before, and: others)
        }
        return rows(
            "index_composite", test.parameter, [condition], source: source, canGive: amount?.prefix != .ne)
    }
}

extension SQLText {
    /// Compares another column: a single number that stands in one column of two.
    fileprivate func column(_ name: String, is other: String) -> SQLText {
        SQLText(replacing: "@.\(name)", with: "@.\(other)", in: self)
    }
}
