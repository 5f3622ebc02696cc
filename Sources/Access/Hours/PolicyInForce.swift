import Foundation
import Synchronization

/// The policies that are in force at one time or another: one for each set of rules whose time it is, made once.
final class PolicyTimes: Sendable {
    private struct State {
        /// The minute that was asked for last, and what holds in it: hours and days change on the minute.
        var minute = Int64.min
        var current: RoleLibrary?
        var made: [[Bool]: RoleLibrary] = [:]
    }

    private let state = Mutex(State())
    /// More sets than these come only from a clock that is turned to and fro.
    private static let most = 64

    func inForce(of roles: RoleLibrary, at now: Int64, in zone: TimeZone) -> RoleLibrary {
        // Downwards also before 1970.
        let minute = (now - ((now % 60_000) + 60_000) % 60_000) / 60_000
        return state.withLock { state in
            if state.minute == minute, let current = state.current {
                return current
            }
            let holds = roles.timed.map { $0.holds(at: now, in: zone) }
            let made = state.made[holds] ?? roles.without(timesThatDoNotHold: holds)
            if state.made.count >= Self.most {
                state.made = [:]
            }
            state.made[holds] = made
            state.minute = minute
            state.current = made
            return made
        }
    }
}

extension Policy {
    /// The policy with those rules only whose time it is, by milliseconds since 1970.
    package func inForce(at now: Int64) -> Policy {
        guard !roles.timed.isEmpty else {
            return self
        }
        return Policy(roles: times.inForce(of: roles, at: now, in: zone), labels: labels, ages: ages, zone: zone)
    }
}

extension RoleLibrary {
    /// The library without the rules that do not hold; it is told so for each of ``timed``.
    func without(timesThatDoNotHold holds: [Bool]) -> RoleLibrary {
        var rest = holds[...]
        return RoleLibrary(
            all.map { role in
                RolePolicy(
                    role: role.role, title: role.title, version: role.version, given: role.given, offices: role.offices,
                    // What holds now holds without a time for as long as this is used.
                    rules: role.rules.compactMap { rule in
                        rule.when == nil ? rule : rest.popFirst() == true ? rule.always : nil
                    })
            })
    }
}
