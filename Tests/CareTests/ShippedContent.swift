import Foundation

/// The content files as they stand in the repository, so that tests see what is shipped.
enum ShippedContent {
    static let folder: URL = {
        var place = URL(filePath: #filePath)
        while place.path != "/", !FileManager.default.fileExists(atPath: place.appending(path: "Package.swift").path) {
            place.deleteLastPathComponent()
        }
        return place.appending(path: "Content")
    }()

    static func bytes(_ file: String) -> [UInt8]? {
        (try? Data(contentsOf: folder.appending(path: file))).map { [UInt8]($0) }
    }

    /// The files of a folder, as `plans/copd.yaml`.
    static func files(_ folder: String) -> [String] {
        let names =
            (try? FileManager.default.contentsOfDirectory(atPath: self.folder.appending(path: folder).path)) ?? []
        return names.sorted().map { "\(folder)/\($0)" }
    }

    static func text(_ file: String) -> String { String(decoding: bytes(file) ?? [], as: UTF8.self) }
}
