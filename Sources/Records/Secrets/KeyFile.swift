import Crypto
package import Foundation
import Glibc

/// The file that holds the key of all sealed secrets. It lies apart from the data, so that whoever gets hold of a copy of
/// the database alone cannot read them.
package enum KeyFile {
    private static let head = "almoner-key-1 "

    package enum Failure: Error, Sendable, Equatable {
        /// The records hold secrets, and the file that opens them is not there.
        case missing(path: String)
        /// There is a file, and it is not the one with which the secrets were sealed.
        case wrong(path: String)
        case unreadable(path: String)
        /// Others than its owner may read the file.
        case open(path: String)
        case cannotWrite(path: String)
    }

    /// - Returns: nil when there is no such file.
    static func read(_ file: URL) throws -> SymmetricKey? {
        let path = file.path
        var facts = stat()
        guard stat(path, &facts) == 0 else {
            guard errno == ENOENT else {
                throw Failure.unreadable(path: path)
            }
            return nil
        }
        guard facts.st_mode & 0o077 == 0 else {
            throw Failure.open(path: path)
        }
        guard let data = try? Data(contentsOf: file) else {
            throw Failure.unreadable(path: path)
        }
        let text = String(decoding: data, as: UTF8.self)
        guard text.hasPrefix(head),
            let key = Data(base64Encoded: text.dropFirst(head.count).filter { !$0.isNewline }), key.count == 32
        else {
            throw Failure.wrong(path: path)
        }
        return SymmetricKey(data: key)
    }

    /// Makes a new key that only the owner can read. A file that is there already stays as it is.
    /// - Returns: nil when another process made one in the same moment.
    static func make(_ file: URL) throws -> SymmetricKey? {
        // Whole or not at all: it gets its name when it is on the disk.
        let draft = file.path + ".\(getpid())"
        let descriptor = Glibc.open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw Failure.cannotWrite(path: file.path)
        }
        defer {
            close(descriptor)
            unlink(draft)
        }
        let key = SymmetricKey(size: .bits256)
        let bytes = Array((head + key.withUnsafeBytes { Data($0).base64EncodedString() } + "\n").utf8)
        guard bytes.withUnsafeBytes({ Glibc.write(descriptor, $0.baseAddress, $0.count) }) == bytes.count,
            fsync(descriptor) == 0
        else {
            throw Failure.cannotWrite(path: file.path)
        }
        guard link(draft, file.path) == 0 else {
            guard errno == EEXIST else {
                throw Failure.cannotWrite(path: file.path)
            }
            return nil
        }
        return key
    }
}

/// In words for the person at a terminal: what it means and what to do.
extension KeyFile.Failure: CustomStringConvertible {
    package var description: String {
        switch self {
        case .missing(let path):
            "The key file \(path) is not there. It was made at the first start, apart from the data: bring it back from "
                + "your copy, or name its place with --key-file. Without it nobody with a second factor can sign in."
        case .wrong(let path):
            "The key file \(path) is not the one that these records were used with. Bring the right one back, or name its "
                + "place with --key-file."
        case .unreadable(let path): "The key file \(path) cannot be read by this user."
        case .open(let path): "The key file \(path) can be read by others. Run: chmod 600 \(path)"
        case .cannotWrite(let path): "The key file \(path) cannot be written. Name another place with --key-file."
        }
    }
}
