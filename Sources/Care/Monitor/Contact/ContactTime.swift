package import FHIR

/// The time that was spent on a contact: stretches that end when a call is parked, and their sum.
///
/// Kept at the Encounter as the extension `minutes`, one a stretch: actor, credential, start, end and programme. A
/// correction stands beside them with its reason; the stretches stay as they were.
package struct ContactTime: Sendable {
    package struct Stretch: Sendable, Equatable {
        package let actor: String?
        package let credential: String?
        package let program: String?
        package let start: Int64
        /// nil while the clock runs.
        package let end: Int64?
    }

    package struct Correction: Sendable, Equatable {
        package let minutes: Int
        package let original: Int
        package let reason: String
        package let by: String?
        package let at: Int64?
    }

    package let stretches: [Stretch]
    package let corrections: [Correction]

    package var isRunning: Bool { stretches.contains { $0.end == nil } }

    /// Milliseconds that were measured until now, whatever was corrected.
    package func measured(at now: Int64) -> Int64 {
        stretches.reduce(0) { $0 + max(0, ($1.end ?? now) - $1.start) }
    }

    /// Whole minutes, rounded down: what was corrected, or what was measured.
    package func minutes(at now: Int64) -> Int {
        corrections.last?.minutes ?? Int(measured(at: now) / 60_000)
    }

    package init(_ encounter: JSONNode) {
        stretches = CareCode.marks(encounter, "minutes").compactMap { mark in
            guard let start = CareMoment.of(Self.part(mark, "start")?.text("valueInstant")) else {
                return nil
            }
            return Stretch(
                actor: Self.part(mark, "actor")?.text("valueReference", "reference"),
                credential: Self.part(mark, "credential")?.text("valueString"),
                program: Self.part(mark, "program")?.text("valueCode"), start: start,
                end: CareMoment.of(Self.part(mark, "end")?.text("valueInstant")))
        }
        corrections = CareCode.marks(encounter, "minutes-corrected").compactMap { mark in
            guard let minutes = Self.part(mark, "minutes")?["valueInteger"]?.int,
                let original = Self.part(mark, "original")?["valueInteger"]?.int
            else {
                return nil
            }
            return Correction(
                minutes: minutes, original: original, reason: Self.part(mark, "reason")?.text("valueString") ?? "",
                by: Self.part(mark, "by")?.text("valueReference", "reference"),
                at: CareMoment.of(Self.part(mark, "at")?.text("valueInstant")))
        }
    }

    private static func part(_ mark: JSONNode, _ name: String) -> JSONNode? {
        mark.list("extension").first { $0["url"]?.string == name }
    }
}

extension ContactTime {
    /// A new running stretch.
    static func begin(by signer: Signer, credential: String?, program: String?, at now: Int64) -> JSON {
        var parts: [JSON] = [["url": "actor", "valueReference": .reference(signer.practitioner)]]
        if let credential {
            parts.append(["url": "credential", "valueString": .string(credential)])
        }
        if let program {
            parts.append(["url": "program", "valueCode": .string(program)])
        }
        parts.append(["url": "start", "valueInstant": .string(FHIRDate.instant(now))])
        return ["url": .string(CareCode.extensions + "minutes"), "extension": .array(parts)]
    }

    /// The same Encounter with its running stretch ended.
    static func stop(_ encounter: JSON, at now: Int64) -> JSON {
        var encounter = encounter
        let ended = (encounter["extension"]?.array ?? []).map { mark -> JSON in
            guard mark["url"]?.string == CareCode.extensions + "minutes", let parts = mark["extension"]?.array,
                !parts.contains(where: { $0["url"] == "end" })
            else {
                return mark
            }
            var mark = mark
            mark["extension"] = .array(parts + [["url": "end", "valueInstant": .string(FHIRDate.instant(now))]])
            return mark
        }
        if !ended.isEmpty {
            encounter["extension"] = .array(ended)
        }
        return encounter
    }

    static func correction(
        minutes: Int, original: Int, reason: String, by signer: Signer, at now: Int64
    ) -> JSON {
        [
            "url": .string(CareCode.extensions + "minutes-corrected"),
            "extension": [
                ["url": "minutes", "valueInteger": .int(minutes)], ["url": "original", "valueInteger": .int(original)],
                ["url": "reason", "valueString": .string(reason)],
                ["url": "by", "valueReference": .reference(signer.practitioner)],
                ["url": "at", "valueInstant": .string(FHIRDate.instant(now))],
            ],
        ]
    }
}
