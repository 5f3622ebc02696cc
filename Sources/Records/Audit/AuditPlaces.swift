package import Foundation

/// Where the audit keeps what must not lie with the data: whoever can change the database should not reach these.
package struct AuditPlaces: Sendable {
    /// The private key that seals are signed with.
    package var key: URL
    /// Folders that each hold the signed head of every lane; the first is also read when the audit is verified.
    package var heads: [URL]

    package init(key: URL, heads: [URL]) {
        self.key = key
        self.heads = heads
    }

    /// Beside a data folder: `DATA.audit-key` and `DATA.audit`.
    package static func beside(_ folder: URL) -> AuditPlaces {
        let folder = folder.standardizedFileURL
        let parent = folder.deletingLastPathComponent()
        let name = folder.lastPathComponent
        return AuditPlaces(
            key: parent.appending(path: "\(name).audit-key"),
            heads: [parent.appending(path: "\(name).audit", directoryHint: .isDirectory)])
    }
}
