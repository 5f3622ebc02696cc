import Care
import Foundation

/// What is being tried out in this process before it is put in force, going through everybody: one trial an account, the
/// newest. They are forgotten when the server ends.
actor Trials<Report: Sendable> {
    enum State: Sendable {
        case runs(done: Int)
        case done(Report, at: Int64)
        case failed
    }

    struct Run: Sendable {
        let id: String
        let account: String
        let title: String
        let began: Int64
        var state: State
    }

    private var runs: [String: Run] = [:]
    private var tasks: [String: Task<Void, Never>] = [:]
    /// Each goes through everybody: more at once would slow down the pages of all.
    private let mostAtOnce = 2

    /// Begins one; an earlier one of the same account ends.
    /// - Parameters:
    ///   - title: what people call what is tried out.
    ///   - account: whose it is.
    ///   - now: the clock.
    ///   - work: the trial, begun at a moment; it tells how many people are done.
    /// - Returns: its id.
    /// - Throws: ``NotNow`` when too many others run.
    func begin(
        title: String, for account: String, now: @escaping @Sendable () -> Int64,
        _ work:
            @escaping @Sendable (_ began: Int64, _ progress: @escaping @Sendable (Int) -> Void) async throws ->
            Report
    ) throws -> String {
        for (id, old) in runs where old.account == account {
            tasks[id]?.cancel()
            tasks[id] = nil
            runs[id] = nil
        }
        guard tasks.count < mostAtOnce else {
            throw NotNow("Others are trying something out just now. Try again in a few minutes.")
        }
        let id = UUID().uuidString.lowercased()
        let began = now()
        runs[id] = Run(id: id, account: account, title: title, began: began, state: .runs(done: 0))
        tasks[id] = Task {
            do {
                let report = try await work(began) { done in
                    Task { await self.note(id, .runs(done: done)) }
                }
                self.finish(id, .done(report, at: now()))
            } catch {
                self.finish(id, .failed)
            }
        }
        return id
    }

    /// The run of that id, for the account whose it is.
    func find(_ id: String, of account: String) -> Run? { runs[id].flatMap { $0.account == account ? $0 : nil } }

    private func note(_ id: String, _ state: State) {
        // Word of progress may come late.
        if case .runs(let before)? = runs[id]?.state, case .runs(let done) = state, done > before {
            runs[id]?.state = state
        }
    }

    private func finish(_ id: String, _ state: State) {
        tasks[id] = nil
        runs[id]?.state = state
    }
}
