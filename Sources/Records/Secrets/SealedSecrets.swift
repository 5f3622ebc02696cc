import Crypto
package import Foundation

/// Seals what has to be read again later: AES-256-GCM, bound to what it is for, so that a sealed text that is copied to
/// another account or another use does not open.
package struct SealedSecrets: Sendable {
    /// What a secret is for; becomes part of the seal.
    struct Purpose: Sendable {
        let text: String

        static func secondFactor(of account: String) -> Purpose { Purpose(text: "second-factor/" + account) }
        static func recovery(of account: String) -> Purpose { Purpose(text: "recovery/" + account) }
        fileprivate static let check = Purpose(text: "check")
    }

    struct CannotOpen: Error {}

    private let key: SymmetricKey

    /// A key that is forgotten with the process, for tests and for what keeps nothing.
    package static func passing() -> SealedSecrets { SealedSecrets(key: SymmetricKey(size: .bits256)) }

    /// Opens the key file, and makes one when the records never had any.
    /// - Parameters:
    ///   - file: where the key is, apart from the data.
    ///   - records: they remember by a sealed word which key they were used with.
    /// - Returns: what seals and opens with that key.
    /// - Throws: ``KeyFile/Failure`` when the file is missing, another one, or open to others.
    package static func open(_ file: URL, for records: Records) async throws -> SealedSecrets {
        let known = try await records.engine.read { connection in try Self.check(on: connection) }
        guard let found = try KeyFile.read(file) else {
            guard known == nil else {
                throw KeyFile.Failure.missing(path: file.path)
            }
            guard let made = try KeyFile.make(file) else {
                return try await open(file, for: records)
            }
            return try await remembered(SealedSecrets(key: made), file, records)
        }
        return try await remembered(SealedSecrets(key: found), file, records)
    }

    /// The first key that was used stays the key: of two processes that start at once, the second has to have the same.
    private static func remembered(
        _ secrets: SealedSecrets, _ file: URL, _ records: Records
    ) async throws -> SealedSecrets {
        let sealed = try secrets.seal(Array("almoner".utf8), .check)
        let kept = try await records.transaction { connection, _ in
            if let kept = try Self.check(on: connection) {
                return kept
            }
            try connection.run(
                "INSERT INTO setting (name, value) VALUES ('key-check', $1)",
                [.text(Data(sealed).base64EncodedString())])
            return sealed
        }
        guard (try? secrets.open(kept, .check)) == Array("almoner".utf8) else {
            throw KeyFile.Failure.wrong(path: file.path)
        }
        return secrets
    }

    private static func check(on connection: any Connection) throws -> [UInt8]? {
        try connection.first("SELECT value FROM setting WHERE name = 'key-check'", []) { $0.text(0) }
            .map { Array(Data(base64Encoded: $0 ?? "") ?? Data()) }
    }

    func seal(_ secret: [UInt8], _ purpose: Purpose) throws -> [UInt8] {
        guard let box = try AES.GCM.seal(secret, using: key, authenticating: Array(purpose.text.utf8)).combined else {
            throw CannotOpen()
        }
        return Array(box)
    }

    /// - Throws: ``CannotOpen`` for what was sealed with another key, for something else, or was changed.
    func open(_ sealed: [UInt8], _ purpose: Purpose) throws -> [UInt8] {
        guard let box = try? AES.GCM.SealedBox(combined: sealed),
            let secret = try? AES.GCM.open(box, using: key, authenticating: Array(purpose.text.utf8))
        else {
            throw CannotOpen()
        }
        return Array(secret)
    }

    /// What stands in place of a short secret that only has to be recognised: without the key it cannot be tried out.
    func mark(_ secret: String, _ purpose: Purpose) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: Array("\(purpose.text)\u{0}\(secret)".utf8), using: key))
    }

    /// A stamp for what a page hands out and gets back: nobody else can make one, and every process with the key knows it.
    package func stamp(_ text: String) -> String {
        Data(mark(text, Purpose(text: "form"))).base64EncodedString()
    }
}
