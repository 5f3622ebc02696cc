import FHIR
package import Records

/// Ends the 30 days: the episode is finished (or cancelled, when it should never have been), what is still open of its
/// tasks is cancelled with the reason.
package struct CloseTransition: Sendable {
    package let episode: TransitionEpisode
    package let end: TransitionEnd
    /// When it ended, milliseconds since 1970; nil: now.
    package let at: Int64?
    /// How it went, where somebody said so.
    package let conclusion: Conclusion?

    /// How the 30 days went.
    package struct Conclusion: Sendable, Equatable {
        package let code: String
        package let words: String
        package let note: String?

        package init(code: String, words: String, note: String?) {
            self.code = code
            self.words = words
            self.note = note
        }

        static let system = "urn:almoner:code:transition-conclusion"
        static let url = "urn:almoner:extension:conclusion"
    }

    package init(
        _ episode: TransitionEpisode, _ end: TransitionEnd, at: Int64? = nil, conclusion: Conclusion? = nil
    ) {
        self.episode = episode
        self.end = end
        self.at = at
        self.conclusion = conclusion
    }

    @discardableResult
    package func perform(in change: Change) throws -> Resource {
        var resource = episode.resource.value
        resource["status"] = .string(end.status)
        var history = resource["statusHistory"]?.array ?? []
        // A period cannot end before it starts (per-1), and a death may be recorded as earlier than the discharge.
        let begun = [history.last?["period"]?["start"], resource["period"]?["start"]]
            .compactMap { $0?.string.flatMap { FHIRDate($0)?.low } }.max()
        let moment = FHIRDate.instant(max(min(at ?? change.now, change.now), begun ?? .min))
        if var last = history.popLast() {
            var period = last["period"] ?? [:]
            period["end"] = .string(moment)
            last["period"] = period
            history.append(last)
        }
        history.append(["status": .string(end.status), "period": ["start": .string(moment)]])
        resource["statusHistory"] = .array(history)
        var period = resource["period"] ?? [:]
        period["end"] = .string(moment)
        resource["period"] = period
        let others = (resource["extension"]?.array ?? []).filter { $0["url"]?.string != TransitionEpisode.reasonURL }
        let reason: JSON = [
            "url": .string(TransitionEpisode.reasonURL),
            "valueCodeableConcept": [
                "coding": [["system": .string(TransitionEnd.system), "code": .string(end.code)]],
                "text": .string(end.words),
            ],
        ]
        let said = conclusion.map { conclusion in
            JSON.object([
                JSONMember(name: "url", value: .string(Conclusion.url)),
                JSONMember(
                    name: "valueCodeableConcept",
                    value: [
                        "coding": [
                            ["system": .string(Conclusion.system), "code": .string(conclusion.code)]
                        ],
                        "text": .string(
                            [conclusion.words, conclusion.note].compactMap { $0 }.joined(separator: ". ")),
                    ]),
            ])
        }
        resource["extension"] = .array(others + [reason] + (said.map { [$0] } ?? []))
        let closed = try change.update(resource, ifVersion: episode.resource.version)
        for task in try TransitionTasks.of(episode, change.reader) where task.isOpen {
            if end == .completed, task.code == .day30 {
                try task.finish("completed", in: change)
            } else {
                try task.finish("cancelled", because: end.words, in: change)
            }
        }
        return closed
    }
}
