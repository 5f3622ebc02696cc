import Access
import Care

/// What to say when somebody is tried, with the names put in.
struct ScriptWords {
    struct Line {
        let title: String
        let text: String
    }

    struct Model {
        let title: String
        /// BCP 47.
        let language: String
        let lines: [Line]
    }

    private static let titles: [OutreachScripts.Part: String] = [
        .opening: "Before it is clear who speaks", .offer: "Once two identifiers match",
        .message: "What may be left or sent",
    ]

    /// - Parameters:
    ///   - record: of the person.
    ///   - channel: how they are tried now.
    ///   - caller: who tries.
    ///   - services: scripts and the name of the site.
    /// - Returns: nil where there are no words for this way.
    static func model(
        _ record: EngageRecord, by channel: RecordAttempt.Channel, _ caller: Caller, _ services: Services
    ) -> Model? {
        guard let script = services.care.outreach.script(of: record.running, by: channel) else {
            return nil
        }
        let language = script.words.contains { $0.language == record.language } ? record.language ?? "en" : "en"
        let program = record.entries.first { $0.readiness.verdict == .met }?.program
        // What a person reads of a programme is there in English.
        let summary = language == "en" ? program?.patientSummary ?? "" : ""
        let names = OutreachScripts.Names(
            site: services.site, caller: caller.name, name: record.spokenName,
            programme: program.map { ($0.title, summary) })
        let lines = OutreachScripts.Part.allCases.compactMap { part -> Line? in
            guard let words = script.words(part, in: language), let title = titles[part],
                // Without a programme there is nothing to offer yet.
                program != nil || !words.text.contains("{programme}"),
                part != .message || channel != .phone || record.messaging.isOpen(.voicemail)
            else {
                return nil
            }
            return Line(title: title, text: names.filled(words.text).replacing("  ", with: " "))
        }
        return lines.isEmpty ? nil : Model(title: script.title, language: language, lines: lines)
    }
}
