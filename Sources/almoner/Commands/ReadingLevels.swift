import ArgumentParser
import Care
import Content
import Foundation
import Server

/// `almoner reading-levels`: how hard the texts are that people read, those of a site's own content folder included.
struct ReadingLevels: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reading-levels",
        abstract: "Measure every text that people read, in each language.",
        discussion:
            "Ends with 1 when a text is harder than sixth grade (short education sheets: fourth in English, fifth in Spanish)."
    )

    @Option(
        help: "The data folder, for the content of a site's own in it. What came with the program alone unless given.")
    var data: String?

    @Flag(help: "Print the table as Markdown.")
    var markdown = false

    func run() throws {
        let content = Content(folder: data.map { URL(filePath: $0).appending(path: "content") })
        let texts = MeasuredText.all(try CareContent(content: content)) + PortalTexts.all
        print(markdown ? Self.document(texts) : Self.lines(texts))
        let hard = texts.filter(\.isTooHard)
        guard hard.isEmpty || markdown else {
            throw ExitCode(1)
        }
    }

    private static func level(_ text: MeasuredText) -> [String] {
        func one(_ value: Double?) -> String { value.map { String(format: "%.1f", $0) } ?? "" }
        return [one(text.grade), one(text.spanish), one(text.inflesz)]
    }

    private static func lines(_ texts: [MeasuredText]) -> String {
        texts.map { text in
            let cells = [text.group.rawValue, text.name, text.language, String(text.words)] + level(text)
            return (cells + (text.isTooHard ? ["too hard"] : [])).joined(separator: "\t")
        }.joined(separator: "\n")
    }

    private static func document(_ texts: [MeasuredText]) -> String {
        var lines = [
            """
            # Reading levels

            Made by `bin/reading-levels` from the content. Every text that people read is measured, in each language in \
            which it is there. English: grade by Flesch-Kincaid (Kincaid and others 1975). Spanish: Fernández Huerta (1959, \
            in the corrected form of Law 2011), where 90 and more reads like fourth grade, 80 like fifth and 70 like sixth; \
            and the perspicuity of Szigriszt Pazos (1993), read on the INFLESZ scale (Barrio-Cantalejo 2008): over 80 very \
            easy, over 65 quite easy, over 55 normal, over 40 somewhat hard.

            The limits are grade 6 and 70; for short education sheets grade 4 and 80. What is over is marked. Tests fail \
            above the limits for education sheets, plans and our own forms.

            What the formulas do not see: whether a text is true, kind, or in the right order. They count the length of words \
            and sentences. Few words make a level jumpy: below 30 it says little. Syllables are counted by rules that are \
            tested on words of known length. Names of illnesses make a text harder by the formula than to somebody who has \
            the illness. The Spanish has not been tried with readers.
            """
        ]
        for group in MeasuredText.Group.allCases {
            let rows = texts.filter { $0.group == group }
            guard !rows.isEmpty else {
                continue
            }
            lines.append("\n## \(group.rawValue)\n")
            lines.append("| text | language | words | grade | Fernández Huerta | INFLESZ | |")
            lines.append("|---|---|---|---|---|---|---|")
            lines += rows.map { text in
                let cells =
                    [text.name, text.language, String(text.words)] + level(text) + [text.isTooHard ? "over" : ""]
                return "| " + cells.joined(separator: " | ") + " |"
            }
            for language in Set(rows.map(\.language)).sorted() {
                let own = rows.filter { $0.language == language }
                let all = own.compactMap { $0.grade ?? $0.spanish }
                guard !all.isEmpty, let worst = language == "en" ? all.max() : all.min() else {
                    continue
                }
                let mean = all.reduce(0, +) / Double(all.count)
                lines.append(
                    String(
                        format:
                            "\n\(language): \(own.count) texts, mean %.1f, hardest %.1f, \(own.filter(\.isTooHard).count) over.",
                        mean, worst))
            }
        }
        return lines.joined(separator: "\n")
    }
}
