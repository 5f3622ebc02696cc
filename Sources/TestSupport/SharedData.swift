package import Foundation

/// The optional folder `../shared` beside the checkout: FHIR definitions and records to run on.
package enum SharedData {
    package static let folder: URL? = {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let shared = root.deletingLastPathComponent().appending(path: "shared")
        guard FileManager.default.fileExists(atPath: shared.path) else {
            print("skipped: tests on ../shared (it is not there)")
            return nil
        }
        return shared
    }()

    package static var isThere: Bool { folder != nil }

    /// The files of a folder below `../shared`, sorted by name; empty when it is not there.
    package static func files(in path: String, ending: String) -> [URL] {
        guard let folder else {
            return []
        }
        let place = folder.appending(path: path)
        let all = try? FileManager.default.contentsOfDirectory(at: place, includingPropertiesForKeys: nil)
        return (all ?? []).filter { $0.lastPathComponent.hasSuffix(ending) }
            .sorted { $0.lastPathComponent < $1.lastPathComponent }
    }
}
