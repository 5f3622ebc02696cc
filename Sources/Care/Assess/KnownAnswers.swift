import FHIR
package import Records

/// Answers that the records hold already, so that nobody is asked twice. Each names where it comes from; whoever fills
/// in the form confirms or changes it.
package struct KnownAnswers: Sendable {
    package struct Known: Sendable, Equatable {
        package let answers: [Answer]
        /// Where it stands, in plain words: `tobacco use in the records`.
        package let source: String
        /// A FHIR date as it was written; nil when none was.
        package let date: String?
    }

    /// By link id.
    package let byQuestion: [String: Known]

    package static let reads: Set<String> = [
        "Patient", "Observation", "Condition", "MedicationRequest", "AllergyIntolerance", "Encounter",
        "QuestionnaireResponse",
    ]

    /// - Parameters:
    ///   - instrument: the form that is to be filled in.
    ///   - record: the types of ``reads``.
    ///   - history: what was asked before.
    ///   - from: a form just handed in whose answers are the beginning of this one.
    ///   - now: milliseconds since 1970.
    /// - Returns: the answers that are known, by question.
    package static func of(
        _ instrument: Instrument, _ record: PersonRecord, history: AssessmentHistory, from: AssessmentHistory.Entry?,
        now: Int64
    ) -> KnownAnswers {
        var known: [String: Known] = [:]
        if !instrument.domains.isEmpty {
            known = standing(instrument, history)
            known.merge(records(record, now: now)) { _, records in records }
        }
        if let from {
            for (linkId, answers) in instrument.carriedOver(from.answers, from: from.instrument) {
                known[linkId] = Known(
                    answers: answers, source: "answered in \(from.instrument.short)",
                    date: from.response.root.text("authored"))
            }
        }
        return KnownAnswers(byQuestion: known.filter { instrument.item($0.key) != nil })
    }

    /// Facts that seldom change, as the last intake has them. How someone feels is always asked anew.
    private static let lasting: Set<String> = [
        "medicines-who-sets-up", "medicines-pharmacy", "function-equipment", "supports-lives-with", "supports-helpers",
        "supports-services", "language-spoken", "language-read", "language-interpreter", "culture-wishes",
        "hearing-vision-aids", "home-visitors", "life-planning-directive", "life-planning-proxy",
        "life-planning-code-status", "what-matters-most", "what-matters-strengths", "medical-tobacco",
    ]

    private static func standing(_ instrument: Instrument, _ history: AssessmentHistory) -> [String: Known] {
        guard let last = history.latestIntake(likeOf: instrument) else {
            return [:]
        }
        let date = last.response.root.text("authored")
        return last.answers.filter { lasting.contains($0.key) }
            .mapValues { Known(answers: $0, source: "said in the last intake", date: date) }
    }

    private static func records(_ record: PersonRecord, now: Int64) -> [String: Known] {
        var known: [String: Known] = [:]
        known["medical-tobacco"] = tobacco(record)
        known["language-spoken"] = language(record)
        known["medical-conditions"] = list(conditions(record), "problems in the records")
        known["medicines-list"] = list(medicines(record), "medicines in the records, not reconciled")
        known["medicines-allergies"] = list(allergies(record), "allergies in the records")
        for (linkId, classes, words) in [
            ("medical-ed-visits", ["EMER"], "emergency visits in the records"),
            ("medical-hospital-stays", ["IMP", "ACUTE", "NONAC"], "hospital stays in the records"),
        ] {
            let visits = visits(record, classes, since: now - 365 * 86_400_000)
            if let last = visits.last {
                known[linkId] = Known(answers: [.integer(visits.count)], source: words, date: last)
            }
        }
        return known
    }

    /// LOINC 72166-2, answered in SNOMED CT as US Core Smoking Status has it.
    private static func tobacco(_ record: PersonRecord) -> Known? {
        let codes = [
            "266919005": "never", "8517006": "stopped", "449868002": "every-day", "428041000124106": "some-days",
            "428071000124103": "every-day", "428061000124105": "every-day", "77176002": "every-day",
        ]
        let found = record.all("Observation").filter { $0.root.codes("code").contains("72166-2") }
            .max { ($0.root.text("effectiveDateTime") ?? "") < ($1.root.text("effectiveDateTime") ?? "") }
        guard let found, let answer = found.root.codes("valueCodeableConcept").compactMap({ codes[$0] }).first else {
            return nil
        }
        return Known(
            answers: [.code(answer)], source: "tobacco use in the records", date: found.root.text("effectiveDateTime"))
    }

    private static func language(_ record: PersonRecord) -> Known? {
        let all = record.patient?.root.list("communication") ?? []
        let best = all.first { $0["preferred"]?.bool == true } ?? all.first
        guard let words = best?["language"]?.conceptText else {
            return nil
        }
        return Known(answers: [.text(words)], source: "language in the records", date: nil)
    }

    /// Active problems; findings of everyday life that some systems file with them are still problems to a reader.
    private static func conditions(_ record: PersonRecord) -> [(String, String?)] {
        record.all("Condition").filter { condition in
            let isActive = condition.root.codes("clinicalStatus").contains {
                ["active", "recurrence", "relapse"].contains($0)
            }
            let isConcern = condition.root.list("category").contains { category in
                category.list("coding").contains { $0.text("code") == "health-concern" }
            }
            return isActive && !isConcern
        }.compactMap { condition in
            condition.root["code"]?.conceptText.map {
                ($0, condition.root.text("recordedDate") ?? condition.root.text("onsetDateTime"))
            }
        }
    }

    private static func medicines(_ record: PersonRecord) -> [(String, String?)] {
        record.all("MedicationRequest").filter { $0.root.text("status") == "active" }.compactMap { request in
            request.root["medicationCodeableConcept"]?.conceptText.map { ($0, request.root.text("authoredOn")) }
        }
    }

    private static func allergies(_ record: PersonRecord) -> [(String, String?)] {
        record.all("AllergyIntolerance").filter { allergy in
            !allergy.root.codes("clinicalStatus").contains { ["inactive", "resolved"].contains($0) }
                && !allergy.root.codes("verificationStatus").contains { ["entered-in-error", "refuted"].contains($0) }
        }.compactMap { allergy in
            allergy.root["code"]?.conceptText.map { ($0, allergy.root.text("recordedDate")) }
        }
    }

    /// One name a line, each once, with the date of the newest.
    private static func list(_ found: [(String, String?)], _ source: String) -> Known? {
        var names: [String] = []
        for (name, _) in found where !names.contains(name) {
            names.append(name)
        }
        let text = names.joined(separator: "\n")
        guard !names.isEmpty, text.unicodeScalars.count <= 4000 else {
            return nil
        }
        return Known(answers: [.text(text)], source: source, date: found.compactMap(\.1).max())
    }

    /// The days on which visits of these classes began, oldest first.
    private static func visits(_ record: PersonRecord, _ classes: [String], since: Int64) -> [String] {
        record.all("Encounter").compactMap { encounter in
            guard let code = encounter.root.text("class", "code"), classes.contains(code),
                encounter.root.text("status") != "cancelled", encounter.root.text("status") != "entered-in-error",
                let start = encounter.root.text("period", "start"), let date = FHIRDate(start), date.low >= since
            else { return nil }
            return start
        }.sorted()
    }
}

extension JSONNode {
    /// The codes of a member that is a CodeableConcept.
    func codes(_ name: String) -> [String] { self[name]?.list("coding").compactMap { $0.text("code") } ?? [] }

    /// What a CodeableConcept says: its text, else the first display.
    var conceptText: String? { text("text") ?? list("coding").lazy.compactMap { $0.text("display") }.first }
}
