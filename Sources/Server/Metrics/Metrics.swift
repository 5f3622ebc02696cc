import HTTPTypes
import Hummingbird
import Records
import Synchronization

/// What the server counts of itself: requests by the template of their route and the class of their status, and how long
/// they took. A template holds no id and no name, whatever was asked for.
final class Metrics: Sendable {
    private struct Key: Hashable {
        let route: String
        let method: String
        let status: String
    }

    private struct State {
        var counts: [Key: Int] = [:]
        var buckets = [Int](repeating: 0, count: Metrics.bounds.count)
        var count = 0
        var seconds = 0.0
        var underWay = 0
    }

    private let state = Mutex(State())
    /// Upper bounds in seconds.
    private static let bounds = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 10]

    func began() {
        state.withLock { $0.underWay += 1 }
    }

    func ended(_ route: String, _ method: HTTPRequest.Method, _ status: Int, after time: Duration) {
        let seconds = Double(time.components.seconds) + Double(time.components.attoseconds) / 1e18
        let key = Key(route: route, method: Self.known(method), status: "\(status / 100)xx")
        state.withLock { state in
            state.underWay -= 1
            state.counts[key, default: 0] += 1
            state.count += 1
            state.seconds += seconds
            if let place = Self.bounds.firstIndex(where: { seconds <= $0 }) {
                state.buckets[place] += 1
            }
        }
    }

    /// A method that nobody knows is a word that somebody sent.
    private static func known(_ method: HTTPRequest.Method) -> String {
        let methods: [HTTPRequest.Method] = [.get, .head, .post, .put, .patch, .delete, .options]
        return methods.contains(method) ? method.rawValue : "other"
    }

    /// The text that Prometheus reads.
    func text(_ audit: AuditHealth, messages: [MessageState: Int]) -> String {
        let state = state.withLock { $0 }
        var lines = [
            "# HELP almoner_requests_total Requests by route, method and class of status.",
            "# TYPE almoner_requests_total counter",
        ]
        for (key, count) in state.counts.sorted(by: { ($0.key.route, $0.key.method) < ($1.key.route, $1.key.method) }) {
            lines.append(
                "almoner_requests_total{route=\"\(key.route)\",method=\"\(key.method)\",status=\"\(key.status)\"} \(count)"
            )
        }
        lines += [
            "# HELP almoner_request_seconds How long requests took.", "# TYPE almoner_request_seconds histogram",
        ]
        var below = 0
        for (bound, count) in zip(Self.bounds, state.buckets) {
            below += count
            lines.append("almoner_request_seconds_bucket{le=\"\(bound)\"} \(below)")
        }
        lines += [
            "almoner_request_seconds_bucket{le=\"+Inf\"} \(state.count)",
            "almoner_request_seconds_sum \(state.seconds)", "almoner_request_seconds_count \(state.count)",
            "# HELP almoner_requests_under_way Requests that wait for their answer.",
            "# TYPE almoner_requests_under_way gauge", "almoner_requests_under_way \(state.underWay)",
            "# HELP almoner_audit_unsealed_seconds How long the oldest line of the audit has waited for its seal.",
            "# TYPE almoner_audit_unsealed_seconds gauge", "almoner_audit_unsealed_seconds \(audit.unsealedFor)",
            "# HELP almoner_audit_sealing Whether the last sealing of the audit went well.",
            "# TYPE almoner_audit_sealing gauge", "almoner_audit_sealing \(audit.failure == nil ? 1 : 0)",
        ]
        lines += [
            "# HELP almoner_messages Messages of other systems, by how far they have come.",
            "# TYPE almoner_messages gauge",
        ]
        lines += MessageState.allCases.map { "almoner_messages{state=\"\($0.rawValue)\"} \(messages[$0] ?? 0)" }
        return lines.joined(separator: "\n") + "\n"
    }
}

/// Counts every request.
struct Counted: RouterMiddleware {
    let metrics: Metrics

    func handle(
        _ request: Request, context: StaffContext, next: (Request, StaffContext) async throws -> Response
    ) async throws -> Response {
        let began = ContinuousClock.now
        metrics.began()
        do {
            let response = try await next(request, context)
            metrics.ended(
                context.endpointPath ?? "none", request.method, response.status.code, after: .now - began)
            return response
        } catch {
            let status = (error as? any HTTPResponseError)?.status.code ?? 500
            metrics.ended(context.endpointPath ?? "none", request.method, status, after: .now - began)
            throw error
        }
    }
}
