import ArgumentParser
import Care
import Content
import Exchange
import Foundation

/// `almoner content`: what a site puts beside or instead of what comes with the program.
struct ContentCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "content", abstract: "Check a site's own forms, programmes, plan packs and other files.",
        subcommands: [Check.self])

    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say all that is wrong with a site's own content, before the server is started with it.",
            discussion: """
                Every file with a fault is named with line and reason, and the command ends with 1. The checks are those \
                of the start. A server that is running goes on undisturbed.
                """)

        @Argument(help: "The folder with instruments/, programs/, plans/ and so on: DIR/content of a data folder.")
        var folder: String

        func run() throws {
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue else {
                throw ValidationError("\(folder) is no folder.")
            }
            let content = Content(folder: URL(filePath: folder))
            let report = CheckContent(content).run()
            let feeds = Self.fault(ofFeeds: content)
            for (words, names) in [("added", report.added), ("instead of the program's", report.replaced)] {
                for name in names {
                    print("\(words): \(name)")
                }
            }
            for fault in report.faults {
                print("\(fault)")
            }
            if let feeds {
                print(feeds)
            }
            let count = report.faults.count + (feeds == nil ? 0 : 1)
            print(
                count == 0
                    ? "\(report.added.count + report.replaced.count) files, nothing wrong."
                    : count == 1 ? "1 fault." : "\(count) faults.")
            guard count == 0 else {
                throw ExitCode(1)
            }
        }

        /// What is wrong with who sends messages, which Care does not know; nil when nothing is.
        private static func fault(ofFeeds content: Content) -> String? {
            do throws(FeedRulesFailure) {
                _ = try FeedRules(content: { content.file($0) }, zone: .current)
                return nil
            } catch {
                return "\(error)"
            }
        }
    }
}
