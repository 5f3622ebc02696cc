import Content
import Crypto
import Foundation

/// What is in force when a server starts, as the audit keeps it: who may do what, by which version of which file, and how
/// strict the server was told to be.
enum InForce {
    /// The folders of Content that decide who sees what and how somebody signs in.
    private static let folders = ["roles/", "labels/", "consents/", "portal/", "sign-in/"]

    /// By the name of a file: its version, and the beginning of its hash, because not everybody who changes a file
    /// changes the version in it.
    static func content(_ content: Content) -> [String: String] {
        var found: [String: String] = [:]
        for file in folders.flatMap({ content.files(under: $0) }) {
            let bytes = content.file(file) ?? []
            let version = (try? YAML.parse(bytes)).flatMap { try? ContentOrigin(ContentField(root: $0)).version }
            found[file] = "version \(version ?? "none"), \(hash(bytes))"
        }
        return found
    }

    /// A file that an option names, by the beginning of its hash.
    static func file(_ path: String) throws -> String {
        hash(try Data(contentsOf: URL(filePath: path)))
    }

    private static func hash(_ bytes: some DataProtocol) -> String {
        let hash = SHA256.hash(data: bytes).prefix(8).map {
            String($0 >> 4, radix: 16) + String($0 & 15, radix: 16)
        }
        return "sha256 \(hash.joined())"
    }
}
