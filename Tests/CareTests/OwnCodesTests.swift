import Foundation
import Testing

/// Whoever reads an export finds every system, extension and canonical address of our own explained in one file.
struct OwnCodesTests {
    private static let listed: Set<String> = {
        var listed: Set<String> = []
        for line in ShippedContent.text("fhir/almoner-codes.csv").split(separator: "\n") where !line.hasPrefix("#") {
            let parts = line.split(separator: ",", maxSplits: 2, omittingEmptySubsequences: false)
            if parts.count == 3 {
                listed.insert(String(parts[0]))
                listed.insert("\(parts[0]):\(parts[1])")
            }
        }
        return listed
    }()

    private static func sources() -> [(name: String, text: String)] {
        let folder = ShippedContent.folder.deletingLastPathComponent().appending(path: "Sources")
        let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
        return (files?.allObjects ?? []).compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" }.compactMap {
            file in
            (try? String(contentsOf: file, encoding: .utf8)).map { (file.lastPathComponent, $0) }
        }
    }

    /// What stands between each `opening` and the next quotation mark.
    private static func texts(after opening: String, in text: String) -> [Substring] {
        text.components(separatedBy: opening).dropFirst().map { $0.prefix { $0 != "\"" && $0 != "\n" } }
    }

    @Test func `every address of our own in the sources is listed with its meaning`() {
        let sources = Self.sources()
        #expect(sources.count > 100)
        for (name, text) in sources {
            for rest in Self.texts(after: "\"urn:almoner:", in: text) {
                // What is put in at run time comes from a list of its own.
                let fixed = rest.components(separatedBy: "\\(").first ?? ""
                let address = fixed.hasSuffix(":") ? String(fixed.dropLast()) : fixed
                if !address.isEmpty {
                    #expect(Self.listed.contains("urn:almoner:\(address)"), "\(address) in \(name)")
                }
            }
        }
    }

    @Test func `every extension that is written by its short name is listed with its meaning`() {
        for (name, text) in Self.sources() {
            for short in Self.texts(after: "CareCode.mark(\"", in: text) {
                #expect(Self.listed.contains("urn:almoner:extension:\(short)"), "\(short) in \(name)")
            }
        }
    }
}
