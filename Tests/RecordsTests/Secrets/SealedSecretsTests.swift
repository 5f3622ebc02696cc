import Foundation
import TestSupport
import Testing

@testable import Records

struct SealedSecretsTests {
    @Test(arguments: Engines.all)
    func `the first start makes a key file that only its owner reads, the next one uses it`(
        engine: TestEngine
    ) async throws {
        try await ScratchRecords.inFolder(engine) { records, folder in
            let file = folder.appending(path: "site.key")
            let first = try await SealedSecrets.open(file, for: records)
            let mode = try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? Int
            #expect(mode == 0o600)
            let sealed = try first.seal([1, 2, 3], .secondFactor(of: "sam"))
            let second = try await SealedSecrets.open(file, for: records)
            #expect(try second.open(sealed, .secondFactor(of: "sam")) == [1, 2, 3])
        }
    }

    @Test(arguments: Engines.all) func `a missing, another or an open key file stops the start and says why`(
        engine: TestEngine
    ) async throws {
        try await ScratchRecords.inFolder(engine) { records, folder in
            let file = folder.appending(path: "site.key")
            _ = try await SealedSecrets.open(file, for: records)
            let away = folder.appending(path: "away.key")
            try FileManager.default.moveItem(at: file, to: away)
            await #expect(throws: KeyFile.Failure.missing(path: file.path)) {
                try await SealedSecrets.open(file, for: records)
            }
            #expect(!FileManager.default.fileExists(atPath: file.path))
            _ = try KeyFile.make(file)
            await #expect(throws: KeyFile.Failure.wrong(path: file.path)) {
                try await SealedSecrets.open(file, for: records)
            }
            try Data("not a key".utf8).write(to: file)
            chmod(file.path, 0o600)
            await #expect(throws: KeyFile.Failure.wrong(path: file.path)) {
                try await SealedSecrets.open(file, for: records)
            }
            chmod(away.path, 0o640)
            await #expect(throws: KeyFile.Failure.open(path: away.path)) {
                try await SealedSecrets.open(away, for: records)
            }
            chmod(away.path, 0o600)
            _ = try await SealedSecrets.open(away, for: records)
        }
    }

    @Test func `what was changed or is for something else does not open`() throws {
        let secrets = SealedSecrets.passing()
        var sealed = try secrets.seal([7], .secondFactor(of: "sam"))
        #expect(throws: SealedSecrets.CannotOpen.self) { try secrets.open(sealed, .secondFactor(of: "sal")) }
        sealed[sealed.count - 1] ^= 1
        #expect(throws: SealedSecrets.CannotOpen.self) { try secrets.open(sealed, .secondFactor(of: "sam")) }
        #expect(throws: SealedSecrets.CannotOpen.self) { try secrets.open([], .secondFactor(of: "sam")) }
    }
}
