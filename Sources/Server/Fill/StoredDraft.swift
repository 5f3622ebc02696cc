import Care
import FHIR
import Records

extension Instrument {
    /// The answers of a page that shows one question: those of the draft that it was made from, with that one as it is now.
    /// - Parameters:
    ///   - posted: what the page sent.
    ///   - place: the question that it showed.
    ///   - id: of the draft.
    ///   - version: of the draft, as the page had it.
    ///   - beginning: what stands there when nothing was kept yet.
    ///   - reader: who looks.
    /// - Returns: all answers, to be kept over that version.
    /// - Throws: ``RecordsFailure``
    func answers(
        posted: Answers, place: String, over id: String, version: Int?, beginning: Answers, by reader: Reader
    ) throws -> Answers {
        var all = beginning
        if let stored = try reader.find("QuestionnaireResponse", id) {
            var seen = stored
            if let version, version != stored.version,
                let then = try reader.history("QuestionnaireResponse", id).first(where: { $0.version == version })
            {
                seen = then
            }
            all = answers(from: seen.root)
        }
        all[place] = posted[place]
        return all
    }
}

/// What buttons of a form ask for besides keeping it: rows come and go.
struct RowAct {
    let answers: Answers
    let rows: [String: Int]

    /// nil for another button.
    init?(_ act: String?, _ instrument: Instrument, _ answers: Answers) {
        guard let act else {
            return nil
        }
        if act.hasPrefix("remove:") {
            self.answers = instrument.removing(row: String(act.dropFirst("remove:".count)), from: answers)
            rows = [:]
        } else if act.hasPrefix("add:") {
            let place = Instrument.Place(key: String(act.dropFirst("add:".count)))
            let first = Instrument.Place(linkId: place.linkId, rows: place.rows.dropLast() + [1]).key
            self.answers = answers
            rows = [first: min((place.rows.last ?? 1) + 1, Instrument.mostRows)]
        } else {
            return nil
        }
    }
}
