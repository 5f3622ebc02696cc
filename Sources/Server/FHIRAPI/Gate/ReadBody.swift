import FHIR
import Gzip
import HTTPTypes
import Hummingbird
import NIOCore

/// Reads what came with a request: its kind, its size and its time are checked while it arrives.
struct ReadBody: Sendable {
    let limits: APILimits
    let budget: BodyBudget

    /// Puts the body into the ask: a form as parameters, anything else as a parsed document.
    /// - Throws: 400, 408, 413, 415 or 503.
    func read(_ request: Request, into ask: inout Ask) async throws {
        let limits = limits
        let kind = try Kind(request, ask)
        let isPacked = try isPacked(request)
        if let length = request.headers[.contentLength].flatMap({ Int($0) }) {
            guard length <= limits.body else {
                throw tooLong
            }
            if length == 0, kind == .anything {
                return
            }
        } else if request.headers[.transferEncoding] == nil, kind == .anything {
            return
        }
        let share = BodyBudget.Share(budget)
        var bytes = try await bytes(of: request, share)
        guard !bytes.isEmpty || kind == .json || kind == .patch else {
            return
        }
        if isPacked {
            let packed = bytes
            // What records usually become is counted before, what is more than that after.
            let usual = min(limits.body, packed.count * 12)
            try share.take(usual)
            do {
                bytes = try await budget.work(on: usual) { try Gzip.unpacked(packed, limit: limits.body) }
                try share.take(max(0, bytes.count - usual))
            } catch Gzip.Failure.tooLarge {
                throw tooLong
            } catch is Gzip.Failure {
                throw Refusal(.badRequest, .invalid, "The body is not whole gzip.")
            }
        }
        if kind == .form {
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw Refusal(.badRequest, .value, "The form is not in UTF-8.")
            }
            ask.query += try APIAddress.parameters(text)
            return
        }
        guard !bytes.isEmpty else {
            throw Refusal(.badRequest, .required, "There is no body.")
        }
        let text = bytes
        ask.body = try await budget.work(on: text.count) { try JSONDocument(text).root }
        ask.share = share
    }

    private var tooLong: Refusal {
        var refusal = Refusal(.contentTooLarge, .tooLong, "The body is longer than \(limits.body >> 20) MB.")
        refusal.headers[.connection] = "close"
        return refusal
    }

    private enum Kind {
        case json, patch, form
        /// An operation that may come without a body.
        case anything

        init(_ request: Request, _ ask: Ask) throws {
            let header = request.headers[.contentType] ?? ""
            let pieces = header.lowercased().split(separator: ";").map { String($0).trimmed }
            if let charset = pieces.first(where: { $0.hasPrefix("charset=") }),
                !["utf-8", "\"utf-8\"", "utf8", "us-ascii"].contains(charset.dropFirst("charset=".count))
            {
                throw Refusal(.unsupportedMediaType, .notSupported, "Only UTF-8 is read here.")
            }
            let isSearch = ask.path.last == "_search"
            let isOperation = ask.path.last?.hasPrefix("$") ?? false
            switch pieces.first ?? "" {
            case "application/x-www-form-urlencoded" where isSearch: self = .form
            case "" where isSearch || isOperation: self = .anything
            case "application/json-patch+json" where ask.method == .patch: self = .patch
            case "application/fhir+json", "application/json", "text/json":
                guard ask.method != .patch else {
                    throw Refusal(
                        .unsupportedMediaType, .notSupported, "A patch is sent as application/json-patch+json.")
                }
                self = .json
            case "":
                throw Refusal(.unsupportedMediaType, .notSupported, "Say what is sent: application/fhir+json.")
            default:
                throw Refusal(
                    .unsupportedMediaType, .notSupported, "Only JSON is spoken here: send application/fhir+json.")
            }
        }
    }

    private func isPacked(_ request: Request) throws -> Bool {
        switch request.headers[.contentEncoding]?.lowercased() {
        case nil, "identity": return false
        case "gzip", "x-gzip": return true
        default: throw Refusal(.unsupportedMediaType, .notSupported, "Bodies are read plain or packed with gzip.")
        }
    }

    /// Collects the body while it may take no longer and be no longer than the limits say.
    private func bytes(of request: Request, _ share: BodyBudget.Share) async throws -> [UInt8] {
        // A promise of a large body takes no room before it is kept.
        let length = min(request.headers[.contentLength].flatMap { Int($0) } ?? 0, 1 << 20)
        try share.take(length)
        let limits = limits
        return try await withThrowingTaskGroup(of: [UInt8]?.self) { group in
            group.addTask {
                var bytes: [UInt8] = []
                bytes.reserveCapacity(length)
                var taken = length
                for try await buffer in request.body {
                    guard bytes.count + buffer.readableBytes <= limits.body else {
                        throw self.tooLong
                    }
                    if bytes.count + buffer.readableBytes > taken {
                        let more = max(buffer.readableBytes, 1 << 16)
                        try share.take(more)
                        taken += more
                    }
                    bytes.append(contentsOf: buffer.readableBytesView)
                }
                return bytes
            }
            group.addTask {
                try await Task.sleep(for: limits.bodyTime)
                return nil
            }
            defer { group.cancelAll() }
            guard let bytes = try await group.next() ?? nil else {
                var refusal = Refusal(.requestTimeout, .timeout, "The body took too long to arrive.")
                refusal.headers[.connection] = "close"
                throw refusal
            }
            return bytes
        }
    }
}
