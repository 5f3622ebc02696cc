import Access
import Hummingbird
import Logging
import NIOCore
import Records

/// A request on its way through the gate.
struct StaffContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// Set by ``SignedIn``.
    var session: Sessions.Session?
    /// What opens the session. Set by ``SignedIn``.
    var token: String?
    /// What the last action did, told once.
    var notice: String?
    /// What the request came by.
    private let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        channel = source.channel
        coreContext = CoreRequestContextStorage(source: source)
    }

    /// Whether the request came from this machine.
    var isFromHere: Bool {
        guard let address = channel.remoteAddress?.ipAddress else {
            return false
        }
        return address == "::1" || address.hasPrefix("127.") || address.hasPrefix("::ffff:127.")
    }

    /// Ends the connection in a moment, once a refusal has had the time to arrive: whoever still sends a body that nobody
    /// reads holds no place.
    func closeSoon() {
        let channel = channel
        channel.eventLoop.scheduleTask(in: .seconds(3)) { channel.close(promise: nil) }
    }

    /// The address at the other end of the connection: a browser's, or a proxy's.
    var peer: String? { channel.remoteAddress?.ipAddress }

    var maxUploadSize: Int { Form.largestBody }

    /// Who asks. Only behind ``SignedIn``.
    func caller() throws -> Caller {
        guard let session else {
            throw HTTPError(.unauthorized)
        }
        return session.account.caller
    }

    /// A part of the address, for example the id in `/people/:id`.
    func part(_ name: String) throws -> String {
        guard let value = parameters.get(name), value.utf8.count <= 64 else {
            throw HTTPError(.notFound)
        }
        return value
    }
}
