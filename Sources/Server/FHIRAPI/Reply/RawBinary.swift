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
        set(&headers, type: root["contentType"]?.string)
        if isHeadOnly {
            return Response(
                status: .ok, headers: headers,
                body: ResponseBody(contentLength: data.count) { writer in try await writer.finish(nil) })
        }
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: data)))
    }

    /// What goes with the bytes of a file.
    /// - Parameters:
    ///   - headers: of the answer.
    ///   - said: what the file says that it is.
    ///   - name: what it is to be called where it is kept.
    static func set(_ headers: inout HTTPFields, type said: String?, name: String? = nil) {
        headers[.contentType] = type(said)
        headers[.contentSecurityPolicy] = "sandbox; default-src 'none'; frame-ancestors 'none'"
        // Signs that mean something in a header are left out; RFC 6266 4.3 knows the rest.
        let plain = name.map {
            String($0.unicodeScalars.filter { (" "..."~").contains($0) && !"\"\\%;".unicodeScalars.contains($0) })
        }
        headers[.contentDisposition] =
            "attachment"
            + (name.map {
                "; filename=\"\(plain.flatMap { $0.isEmpty ? nil : $0 } ?? "file")\"; filename*=UTF-8''\($0.formEncoded)"
            }
                ?? "")
    }

    private static func type(_ said: String?) -> String {
        let kind = said?.lowercased().split(separator: ";").first.map { String($0).trimmed } ?? ""
        guard shown.contains(kind) else {
            return "application/octet-stream"
        }
        return kind.hasPrefix("text/") ? "\(kind); charset=utf-8" : kind
    }
}
