import Subprocess

/// Runs a script of the repository with Python, as bin/ci does.
///
/// Not with Foundation's `Process`: up to Swift 6.3 it reads beyond the list of open files, which ends the whole process
/// now and then when more than 1,300 are open, as they are when all tests run at once
/// (swift-corelibs-foundation issue 5472).
/// - Parameters:
///   - path: the script.
///   - arguments: what follows it.
/// - Returns: whether it ended well, and what it wrote.
/// - Throws: when it cannot be begun.
package func runScript(_ path: String, _ arguments: [String]) async throws -> (isGood: Bool, output: String) {
    let result = try await run(
        .name("python3"), arguments: Arguments([path] + arguments), output: .string(limit: 1 << 20),
        error: .discarded)
    return (result.terminationStatus.isSuccess, result.standardOutput ?? "")
}
