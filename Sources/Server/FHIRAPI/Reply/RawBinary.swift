import FHIR
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// FHIR R4 §2.36.2: a Binary that is asked for as anything but a resource is given as what it holds. It is somebody's
/// file: of a few kinds that programs only show, it keeps its own type, everything else is bytes; browsers are told to
/// keep it and to do nothing with it.
enum RawBinary {
    private static let shown: Set<String> = [
        "application/pdf", "image/png", "image/jpeg", "image/gif", "image/webp", "text/plain", "text/csv",
    ]

    /// - Returns: nil for what is no Binary with content.
    static func response(_ answer: Reply, _ headers: HTTPFields, isHeadOnly: Bool) -> Response? {
        guard answer.status == .ok, let root = try? JSONDocument(answer.body.flatMap { $0 }).root,
            root["resourceType"]?.string == "Binary", let text = root["data"]?.string,
            let data = Data(base64Encoded: text, options: .ignoreUnknownCharacters)
        else {
            return nil
        }
        var headers = headers
        headers[.contentType] = type(root["contentType"]?.string)
        headers[.contentSecurityPolicy] = "sandbox; default-src 'none'; frame-ancestors 'none'"
        headers[.contentDisposition] = "attachment"
        if isHeadOnly {
            return Response(
                status: .ok, headers: headers,
                body: ResponseBody(contentLength: data.count) { writer in try await writer.finish(nil) })
        }
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: data)))
    }

    private static func type(_ said: String?) -> String {
        let kind = said?.lowercased().split(separator: ";").first.map { String($0).trimmed } ?? ""
        guard shown.contains(kind) else {
            return "application/octet-stream"
        }
        return kind.hasPrefix("text/") ? "\(kind); charset=utf-8" : kind
    }
}
