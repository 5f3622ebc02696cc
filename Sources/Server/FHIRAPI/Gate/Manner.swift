import FHIR
import Foundation
import HTTPTypes
import Hummingbird

/// How a client can be answered: in which format, packed or not, for eyes or for programs. FHIR R4 §3.1.0.1.9
struct Manner: Sendable {
    enum Format: Sendable {
        case json, page
    }

    var format: Format = .json
    var isPretty = false
    var takesGzip = false
    /// What a Binary holds is asked for, and not the resource.
    var isRaw = false
    /// Something was asked for that is not spoken here.
    private var refused: String?

    init() {}

    init(_ request: Request) throws {
        takesGzip = Self.takesGzip(request.headers[values: .acceptEncoding].joined(separator: ","))
        let accept = request.headers[values: .accept].joined(separator: ",")
        // What most clients send is not taken apart.
        guard !accept.isEmpty, accept != "application/fhir+json", accept != "*/*" else {
            return
        }
        var best: (weight: Double, format: Format)?
        for part in accept.split(separator: ",") {
            let pieces = part.split(separator: ";").map { String($0).trimmed }
            let weight = pieces.dropFirst().first { $0.hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) } ?? 1
            guard weight > 0, let kind = pieces.first, let format = Self.format(kind.lowercased()),
                best == nil || weight > best?.weight ?? 0
            else {
                continue
            }
            best = (weight, format)
        }
        format = best?.format ?? .json
        if best == nil {
            refused = accept
        }
    }

    /// `_format` goes before the header, `_pretty` beside it.
    mutating func hear(_ query: [(name: String, value: String)]) {
        for (name, value) in query {
            switch name {
            case "_format":
                let kind = value.lowercased().split(separator: ";").first.map { String($0).trimmed } ?? ""
                // An unescaped plus has become a space.
                let format = Self.format(kind.replacing(" ", with: "+"))
                refused = format == nil ? kind : nil
                self.format = format ?? .json
            case "_pretty": isPretty = value == "true"
            default: continue
            }
        }
    }

    /// - Throws: 406 when nothing that the client takes is spoken here.
    func check() throws {
        if refused != nil {
            throw Refusal(.notAcceptable, .notSupported, "Only JSON is spoken here: ask for application/fhir+json.")
        }
    }

    /// FHIR R4 §2.36.2: of a Binary everything else is the content.
    mutating func hear(_ ask: Ask, _ format: String?) {
        let isBinary = ask.method == .get && ask.path.first == "Binary" && [2, 4].contains(ask.path.count)
        if isBinary, refused != nil, format == nil {
            isRaw = true
            refused = nil
        }
    }

    private static func format(_ kind: String) -> Format? {
        switch kind {
        case "application/fhir+json", "application/json", "json", "text/json", "*/*", "application/*",
            "application/json-patch+json", "application/fhir+ndjson":
            .json
        case "text/html", "html", "application/xhtml+xml": .page
        default: nil
        }
    }

    static func isBrowser(_ request: Request) -> Bool {
        guard let accept = request.headers[.accept], let html = accept.range(of: "text/html") else {
            return false
        }
        return accept.range(of: "json").map { html.lowerBound < $0.lowerBound } ?? true
    }

    private static func takesGzip(_ header: String) -> Bool {
        !header.isEmpty
            && header.split(separator: ",").contains { part in
                let pieces = part.split(separator: ";").map { String($0).trimmed }
                guard pieces.first == "gzip" || pieces.first == "*" else {
                    return false
                }
                return pieces.dropFirst().first { $0.hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) } != 0
            }
    }
}
