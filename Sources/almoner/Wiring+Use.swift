import Records

extension Wiring {
    /// Opens the records for one piece of work and ends them after it, so that what it has done has its seal in the audit.
    static func use<T>(_ options: DataOptions, _ work: (Wiring) async throws -> T) async throws -> T {
        let wiring = try await Wiring(options)
        do {
            let answer = try await work(wiring)
            try await wiring.records.end()
            return answer
        } catch {
            try? await wiring.records.end()
            throw error
        }
    }
}
