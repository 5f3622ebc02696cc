/// A social need found in coded answers or conditions.
package struct SocialNeed: Sendable, Hashable {
    /// `food-insecurity`, `homelessness`, …: the category names of the Gravity project where it has one.
    package let domain: String
    /// The ICD-10-CM code, or question and answer as `71802-3=LA31995-6`, that first showed it.
    package let evidence: String

    package init(domain: String, evidence: String) {
        self.domain = domain
        self.evidence = evidence
    }
}

/// Which codes and answers show a social need.
package struct SocialNeedRules: Sendable {
    /// An answer to a coded question: its answer code, or its number for a question that is scored.
    package struct Answer: Sendable, Hashable {
        package let question: String
        package let answer: String

        package init(question: String, answer: String) {
            self.question = question
            self.answer = answer
        }
    }

    private let answers: [Answer: String]
    private let thresholds: [String: (least: Int, domain: String)]
    private let prefixes: [DiagnosisCode: String]

    /// - Throws: what is wrong with `risk/social_answers.csv` or `risk/social_codes.csv`.
    package init(content: (String) -> [UInt8]?) throws(RiskContentFailure) {
        let asked = try RiskTable(file: "risk/social_answers.csv", bytes: content("risk/social_answers.csv"))
        let (question, answer) = (try asked.column("question"), try asked.column("answer"))
        let named = try asked.column("domain")
        var answers: [Answer: String] = [:]
        var thresholds: [String: (least: Int, domain: String)] = [:]
        for row in asked.rows {
            if row[answer].hasPrefix(">=") {
                guard let least = Int(row[answer].dropFirst(2)) else { throw asked.failure(row, "not a number") }
                thresholds[row[question]] = (least, row[named])
            } else {
                answers[Answer(question: row[question], answer: row[answer])] = row[named]
            }
        }
        let coded = try RiskTable(file: "risk/social_codes.csv", bytes: content("risk/social_codes.csv"))
        let (prefix, domain) = (try coded.column("prefix"), try coded.column("domain"))
        var prefixes: [DiagnosisCode: String] = [:]
        for row in coded.rows {
            guard let code = DiagnosisCode(prefix: row[prefix]) else { throw coded.failure(row, "not a prefix") }
            prefixes[code] = row[domain]
        }
        self.answers = answers
        self.thresholds = thresholds
        self.prefixes = prefixes
    }

    /// The codes of the questions whose answers can show a need.
    package var questions: Set<String> { Set(answers.keys.map(\.question)).union(thresholds.keys) }

    /// The needs shown, one a domain, sorted by domain.
    package func needs(diagnoses: [DiagnosisCode], answers given: [Answer]) -> [SocialNeed] {
        var found: [String: String] = [:]
        for code in diagnoses {
            for length in stride(from: code.length, to: 2, by: -1) {
                guard let domain = prefixes[code.prefix(length)] else { continue }
                if found[domain] == nil { found[domain] = code.dotted }
                break
            }
        }
        for answer in given {
            var domain = answers[answer]
            if let scored = thresholds[answer.question], let points = Int(answer.answer), points >= scored.least {
                domain = scored.domain
            }
            if let domain, found[domain] == nil { found[domain] = "\(answer.question)=\(answer.answer)" }
        }
        return found.map { SocialNeed(domain: $0.key, evidence: $0.value) }.sorted { $0.domain < $1.domain }
    }
}
