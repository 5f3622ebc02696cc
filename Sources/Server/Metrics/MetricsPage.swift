import HTTPTypes
import Hummingbird
import NIOCore
import Records

/// `/metrics`: for a Prometheus on this machine, or for one that comes with the token that was set.
struct MetricsPage: Sendable {
    let services: Services
    let metrics: Metrics

    @Sendable func show(_ request: Request, _ context: StaffContext) async throws -> Response {
        guard mayRead(request, context) else {
            throw HTTPError(.notFound)
        }
        let messages = try await Inbox(records: services.records).counts()
        return Response(
            status: .ok,
            headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8", .cacheControl: "no-store"],
            body: .init(byteBuffer: ByteBuffer(string: metrics.text(services.records.auditHealth, messages: messages))))
    }

    /// A proxy on this machine also comes from here; it says for whom it asks.
    private func mayRead(_ request: Request, _ context: StaffContext) -> Bool {
        if services.metricsAreOpen {
            return true
        }
        return context.isFromHere && Self.forwarded.allSatisfy { request.headers[$0] == nil }
    }

    private static let forwarded = ["Forwarded", "X-Forwarded-For", "X-Real-IP"].compactMap { HTTPField.Name($0) }
}
