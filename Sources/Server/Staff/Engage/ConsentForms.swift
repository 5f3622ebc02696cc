import Access
import Care

extension EngageForms {
    /// Asks for a yes or no to one thing.
    var consent: FormModel {
        let programs = [("", "Any programme")] + record.entries.map { ($0.program.id, $0.program.title) }
        return FormModel(
            "\(path)/consent", submit: "Save the answer",
            intro: "The words to read out stand on this page under “What is asked, and what it opens”.",
            fields: [
                .radios(
                    "kind", "What for?", ConsentKind.asked.map { ($0.rawValue, policy.title($0)) },
                    chosen: value("consent", "kind") ?? ConsentKind.program.rawValue),
                .select("consent-program", "Which programme", programs, chosen: value("consent", "consent-program")),
                Field.radios(
                    "answer", "Answer", [("yes", "Yes"), ("no", "No")], chosen: value("consent", "answer") ?? "yes"
                ).with { $0.across = true },
                language("consent", "language"),
                ownWords("consent", "said"),
                .select("given-by", "Who answered?", people, chosen: value("consent", "given-by")),
                how("consent", "how"), witness("consent", "witness"),
                Field.line("caregiver-name", "Caregiver: name", value: value("consent", "caregiver-name")).with {
                    $0.optional = true
                    $0.hint = "Only for talking with a caregiver."
                },
                Field.line(
                    "caregiver-relation", "Caregiver: what they are to the person",
                    value: value("consent", "caregiver-relation")
                ).with { $0.optional = true },
                Field.line(
                    "caregiver-phone", "Caregiver: phone", value: value("consent", "caregiver-phone"), type: "tel"
                ).with { $0.optional = true },
                Field.line("until", "Until", value: value("consent", "until"), type: "date").with {
                    $0.optional = true
                    $0.short = true
                    $0.hint = "Left empty, it holds until it is taken back, or as long as stands with the words."
                },
            ].faulted(problems))
    }

    /// Asks for each way of being reached.
    var channels: FormModel {
        let asked = policy.channels.map { channel in
            let name = Self.field(channel.channel)
            let standing = record.ledger.entries.first { entry in
                entry.kind == .messaging && entry.channel == channel.channel && isGood(entry.id)
            }
            return Field.select(
                name, channel.title, [("", "Not answered"), ("yes", "Yes"), ("no", "No")],
                chosen: into == "channels" ? typed[name] : standing.map { $0.isRefusal ? "no" : "yes" }
            ).with {
                $0.short = true
                $0.hint = channel.gates
            }
        }
        return FormModel(
            "\(path)/channels", submit: "Save the answers",
            intro: "Ask about each way by itself. What is left as it stands stays as it is.",
            fields: (asked + [
                language("channels", "channels-language"), ownWords("channels", "channels-said"),
                .select("channels-by", "Who answered?", people, chosen: value("channels", "channels-by")),
                how("channels", "channels-how"), witness("channels", "channels-witness"),
            ]).faulted(problems))
    }

    /// The name of the question about a way.
    static func field(_ channel: MessagingChannel) -> String { "channel-\(channel.rawValue)" }

    private var people: [(String, String)] {
        [("", record.spokenName)] + record.relatives.map { ($0.reference, $0.name) }
    }

    private func language(_ form: String, _ name: String) -> Field {
        let there = policy[.program]?.words.map(\.language) ?? []
        let spoken = record.language.flatMap { there.contains($0) ? $0 : nil } ?? "en"
        return .select(
            name, "Read out in", there.map { ($0, Words.language($0)) }, chosen: value(form, name) ?? spoken)
    }

    private func how(_ form: String, _ name: String) -> Field {
        Field.select(
            name, "How did they answer?", [("", "Not said")] + ConsentHow.allCases.map { ($0.rawValue, $0.words) },
            chosen: value(form, name)
        ).with { $0.hint = "Some need a signature: it stands with the words." }
    }

    private func witness(_ form: String, _ name: String) -> Field {
        Field.line(name, "Witness: name", value: value(form, name)).with {
            $0.optional = true
            $0.hint = "Who else heard or saw it."
        }
    }

    private func ownWords(_ form: String, _ name: String) -> Field {
        Field.area(name, "What was said, if in other words", value: value(form, name), rows: 3).with {
            $0.optional = true
            $0.hint = "Left empty, the words were read out as they stand."
        }
    }
}
