import ArgumentParser
import FHIR
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// The same HTTP server with the same limits, answering from memory what the real one answered: what a read or a search
/// would cost if there were no sign-in, no policy, no audit and no database.
struct Replay: AsyncParsableCommand {
    @Argument(help: "A file of recorded answers, one a line: {\"path\", \"headers\": [[name, value]], \"body\"}.")
    var answers: String

    @Option(help: "The port to listen on.")
    var port: Int

    private struct Recorded {
        let headers: HTTPFields
        let body: ByteBuffer
    }

    func run() async throws {
        let held = try load()
        let router = Router()
        router.get("fhir/**") { request, _ -> Response in
            guard let recorded = held[request.uri.string] else {
                return Response(status: .notFound)
            }
            return Response(status: .ok, headers: recorded.headers, body: .init(byteBuffer: recorded.body))
        }
        var logger = Logger(label: "replay") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .error
        // As AlmonerServer sets it up.
        let application = Application(
            responder: router.buildResponder(),
            server: .http1(
                configuration: .init(
                    idleTimeout: .seconds(60),
                    httpDecoderConfiguration: .init(
                        maxHeaderFieldSize: 16 * 1024, maxHeaderListSize: 64 * 1024, maxHeaderFieldCount: 100))),
            configuration: ApplicationConfiguration(
                address: .hostname("127.0.0.1", port: port), serverName: nil, backlog: 256),
            logger: logger)
        try await application.runService()
    }

    private func load() throws -> [String: Recorded] {
        let file = try Data(contentsOf: URL(filePath: answers))
        var held: [String: Recorded] = [:]
        for line in file.split(separator: UInt8(ascii: "\n")) {
            let document = try JSONDocument(Array(line))
            guard let path = document.root["path"]?.string, let body = document.root["body"]?.string else {
                throw ValidationError("A line of \(answers) has no path or no body.")
            }
            var headers = HTTPFields()
            for pair in document.root.list("headers") {
                let parts = pair.elements.compactMap(\.string)
                if let name = parts.first.flatMap({ HTTPField.Name($0) }), let value = parts.last {
                    headers.append(HTTPField(name: name, value: value))
                }
            }
            held[path] = Recorded(headers: headers, body: ByteBuffer(string: body))
        }
        return held
    }
}
