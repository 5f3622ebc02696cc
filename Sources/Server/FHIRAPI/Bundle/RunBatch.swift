import FHIR
import HTTPTypes
import Records

/// FHIR R4 §3.1.0.11.2 batch: each entry stands for itself.
enum RunBatch {
    /// So many are under way at once; their writes share commits.
    private static let width = 16
    /// Bytes of answers that one batch gathers.
    private static let mostBytes = 64 << 20

    static func perform(_ entries: [BundleEntry], _ ask: Ask, _ api: FHIRAPI) async throws -> Reply {
        var answers = [Reply?](repeating: nil, count: entries.count)
        var bytes = 0
        try await withThrowingTaskGroup(of: (Int, Reply).self) { group in
            var waiting = entries.makeIterator()
            func start() {
                guard let entry = waiting.next() else {
                    return
                }
                group.addTask { (entry.place, await Self.answer(entry, api)) }
            }
            for _ in 0..<width {
                start()
            }
            while let (place, answered) = try await group.next() {
                var answer = answered
                bytes += answer.body.reduce(0) { $0 + $1.count }
                if bytes > mostBytes, !answer.body.isEmpty, answer.status.code < 300 {
                    // What it did is done; only what it would show is left out.
                    answer.body = []
                    answer.issues.append(
                        .init(.warning, .tooCostly, "The answers of this batch are too large together. Ask on its own.")
                    )
                }
                answers[place] = answer
                start()
            }
        }
        return RunBundle.answer("batch-response", answers.compactMap { $0 }, ask)
    }

    private static func answer(_ entry: BundleEntry, _ api: FHIRAPI) async -> Reply {
        do {
            return try await api.perform(try entry.asked.get().ask)
        } catch {
            return entry.refusal(error).answer
        }
    }
}
