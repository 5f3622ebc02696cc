import Crypto
package import Foundation
import Glibc

/// Signs the seals of the audit: Ed25519. Made at the first start, in a file of its own that only its owner can read.
package struct AuditKey: Sendable {
    private let key: Curve25519.Signing.PrivateKey

    package enum Failure: Error {
        case unreadable(String)
        /// Others can read it, so that it proves nothing.
        case openToOthers(String)
        /// Records on PostgreSQL were opened without saying where the key is.
        case nowhere
    }

    /// Reads the key of a file, or makes one there.
    /// - Throws: ``Failure``
    package init(file: URL) throws {
        if access(file.path, F_OK) != 0 {
            try Self.make(file)
        }
        key = try Self.read(file)
    }

    /// Reads the key of a file; nil when there is none.
    /// - Throws: ``Failure``
    package init?(existing file: URL) throws {
        guard access(file.path, F_OK) == 0 else {
            return nil
        }
        key = try Self.read(file)
    }

    private static func make(_ file: URL) throws {
        try? FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        let text = Curve25519.Signing.PrivateKey().rawRepresentation.base64EncodedString() + "\n"
        let descriptor = open(file.path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            // Another process that started at the same moment made it.
            guard errno == EEXIST else {
                throw Failure.unreadable(file.path)
            }
            return
        }
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        guard write(descriptor, bytes, bytes.count) == bytes.count, fsync(descriptor) == 0 else {
            throw Failure.unreadable(file.path)
        }
    }

    private static func read(_ file: URL) throws -> Curve25519.Signing.PrivateKey {
        var status = stat()
        guard stat(file.path, &status) == 0 else {
            throw Failure.unreadable(file.path)
        }
        guard status.st_mode & 0o077 == 0 else {
            throw Failure.openToOthers(file.path)
        }
        // Who makes it at this moment needs a moment more.
        for _ in 0..<20 {
            if let text = try? String(contentsOf: file, encoding: .utf8), text.hasSuffix("\n"),
                let raw = Data(base64Encoded: String(text.dropLast())),
                let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: raw)
            {
                return key
            }
            usleep(10_000)
        }
        throw Failure.unreadable(file.path)
    }

    /// The public half, as base64.
    package var publicText: String { key.publicKey.rawRepresentation.base64EncodedString() }

    func sign(_ bytes: [UInt8]) throws -> [UInt8] {
        Array(try key.signature(for: bytes))
    }

    /// Whether one of some public keys, each as base64, signed these bytes.
    static func isSigned(_ bytes: [UInt8], _ signature: [UInt8], by keys: [Curve25519.Signing.PublicKey]) -> Bool {
        keys.contains { $0.isValidSignature(signature, for: bytes) }
    }

    static func publicKey(_ text: String) -> Curve25519.Signing.PublicKey? {
        Data(base64Encoded: text).flatMap { try? Curve25519.Signing.PublicKey(rawRepresentation: $0) }
    }
}

extension AuditKey.Failure: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unreadable(let path):
            "The key of the audit cannot be read or made at \(path). Choose another place with --audit-key."
        case .openToOthers(let path): "The key of the audit can be read by others. Run: chmod 600 \(path)"
        case .nowhere: "Say where the key of the audit is."
        }
    }
}
