import Access
import Care
import Foundation
import Records

/// Programmes that are being tried out in this process: one an account, the newest. They are forgotten when the server
/// ends.
actor DryRuns {
    enum State: Sendable {
        case runs(done: Int)
        case done(DryRun.Report, at: Int64)
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
    private static let mostAtOnce = 2

    /// Begins one; an earlier one of the same account ends.
    /// - Parameters:
    ///   - run: what is tried out.
    ///   - title: what people call it.
    ///   - account: whose it is.
    ///   - hidden: what the account does not see.
    ///   - now: the clock.
    /// - Returns: its id.
    /// - Throws: ``NotNow`` when too many others run.
    func begin(
        _ run: DryRun, title: String, for account: String, hiding hidden: LabelMask,
        now: @escaping @Sendable () -> Int64
    ) throws -> String {
        for (id, old) in runs where old.account == account {
            tasks[id]?.cancel()
            tasks[id] = nil
            runs[id] = nil
        }
        guard tasks.count < Self.mostAtOnce else {
            throw NotNow("Others are trying out programmes just now. Try again in a few minutes.")
        }
        let id = UUID().uuidString.lowercased()
        let began = now()
        runs[id] = Run(id: id, account: account, title: title, began: began, state: .runs(done: 0))
        tasks[id] = Task {
            do {
                let report = try await run.run(hiding: hidden, at: began) { done in
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
