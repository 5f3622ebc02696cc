import CArgon2
import Dispatch
import Foundation

/// Argon2id with 19 MiB and two passes, two at a time: more would let a crowd of sign-ins take the machine.
enum Password {
    private static let queue: OperationQueue = {
        let queue = OperationQueue()
        queue.name = "passwords"
        queue.maxConcurrentOperationCount = 2
        return queue
    }()

    static func hash(_ password: String) async -> String {
        await onQueue {
            let salt = (0..<16).map { _ in UInt8.random(in: 0...255) }
            var encoded = [CChar](repeating: 0, count: 128)
            let bytes = Array(password.utf8)
            let status = argon2id_hash_encoded(2, 19 * 1024, 1, bytes, bytes.count, salt, salt.count, 32, &encoded, 128)
            precondition(status == ARGON2_OK.rawValue, "Argon2 could not get its memory")
            return String(decoding: encoded.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        }
    }

    static func verify(_ password: String, against encoded: String) async -> Bool {
        await onQueue {
            let bytes = Array(password.utf8)
            return argon2id_verify(encoded, bytes, bytes.count) == ARGON2_OK.rawValue
        }
    }

    /// Groups of five letters and digits that are not mistaken for each other: four are over 95 bits.
    static func random(groups: Int = 4) -> String {
        let letters = Array("abcdefghjkmnpqrstuvwxyz23456789")
        return (0..<groups).map { _ in String((0..<5).map { _ in letters.randomElement() ?? "x" }) }
            .joined(separator: "-")
    }

    private static func onQueue<T: Sendable>(_ work: @escaping @Sendable () -> T) async -> T {
        await withCheckedContinuation { continuation in
            queue.addOperation { continuation.resume(returning: work()) }
        }
    }
}
