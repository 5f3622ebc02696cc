import Care
import FHIR
import Foundation
import Records

/// What a form that was handed in came to: the part `result` of `assessment.mustache`.
struct AssessmentResult {
    let title: String
    let score: String
    let band: String
    let tone: String
    let asks: String
    let parts: [String]
    let files: [File]

    struct File {
        let question: String
        let file: ShownFile
    }

    /// What one set of answers came to; `person` is the id of the Patient.
    init(_ entry: AssessmentHistory.Entry, of person: String) {
        let screening = entry.screening
        let instrument = entry.instrument
        title = instrument.short
        let folder = Self.files(of: person, entry.response.id)
        files = Answer.Attachment.all(in: entry.response.root).map { question, file in
            let words = instrument.item(question)?.text ?? ""
            return File(
                question: words + ([".", "?", "!", ":"].contains { words.hasSuffix($0) } ? "" : ":"),
                file: ShownFile(file, in: folder))
        }
        tone = Self.tone(screening)
        // Two answers may ask for the same.
        let dangers = screening.safety.map(\.action).reduce(into: [String]()) { all, action in
            if !all.contains(action) { all.append(action) }
        }
        guard let scoring = instrument.scoring, let most = scoring.total?.to else {
            let outcomes = instrument.conclusions(entry.answers)
            let done = outcomes.count { if case .concluded = $0.outcome { true } else { false } }
            score = outcomes.isEmpty ? "" : "\(done) of \(outcomes.count)"
            band = outcomes.isEmpty ? "handed in" : done == outcomes.count ? "all parts concluded" : "parts concluded"
            asks = (dangers + ["What follows from it belongs into the plan."]).joined(separator: " ")
            parts = outcomes.isEmpty ? screening.notes + Self.answers(entry) : Self.conclusions(outcomes)
            return
        }
        score =
            switch (screening.total, scoring.total?.combine) {
            case (_?, .max): ""
            case (let total?, _): "\(scoring.written(total)) of \(scoring.written(most))"
            case (nil, _): "no total"
            }
        band = screening.band?.severity ?? "not scored"
        let next = screening.band?.action ?? "Ask the questions that were left open."
        asks = (dangers + [next]).joined(separator: " ")
        parts = screening.notes + Self.answers(entry)
    }

    /// Where the files of a response are.
    static func files(of person: String, _ response: String) -> String {
        "/people/\(person)/answers/\(response)/files/"
    }

    /// A word or two for a list: "14, moderate".
    static func short(_ entry: AssessmentHistory.Entry) -> String {
        let scoring = entry.instrument.scoring
        let total = scoring?.total?.combine == .max ? nil : entry.screening.total.flatMap { scoring?.written($0) }
        let words = [total, entry.screening.band?.severity].compactMap(\.self)
        return words.isEmpty ? "handed in" : words.joined(separator: ", ")
    }

    static func tone(_ screening: Screening) -> String {
        if !screening.safety.isEmpty {
            return "now"
        }
        return switch screening.verdict {
        case .positive, .review: "soon"
        case .negative: "good"
        case nil: "note"
        }
    }

    private static func answers(_ entry: AssessmentHistory.Entry) -> [String] {
        entry.instrument.questions.compactMap { item in
            guard item.kind != .attachment, let given = entry.answers[item.linkId], !given.isEmpty else {
                return nil
            }
            let points = entry.screening.items.first { $0.linkId == item.linkId }?.points
            let words = AssessmentForm.words(given, to: item)
            let mark = [".", "?", "!", ":"].contains { item.text.hasSuffix($0) } ? "" : ":"
            return "\(item.text)\(mark) \(words)" + (points.map { " (\($0))" } ?? "")
        }
    }

    private static func conclusions(_ outcomes: [DomainConclusion]) -> [String] {
        outcomes.map { conclusion in
            switch conclusion.outcome {
            case .concluded(let words): "\(conclusion.title): \(words)"
            case .notDone(let words): "\(conclusion.title): not done, because \(words)"
            case .open, .both: "\(conclusion.title): open"
            }
        }
    }
}
