import Content
import Crypto
import HTTPTypes
import Hummingbird
import NIOCore

/// Style sheets, scripts and icons, out of the binary. Each answer may be kept until its bytes change.
struct DesignFiles: Sendable {
    static let prefix = "/design"

    private struct File {
        let bytes: ByteBuffer
        let type: String
        let tag: String
    }

    private let files: [String: File]

    init(content: Content) {
        var files: [String: File] = [:]
        for name in content.files(under: "design/") + content.files(under: "vendor/") {
            guard let bytes = content.file(name), let type = Self.type(of: name) else {
                continue
            }
            let hash = SHA256.hash(data: bytes).prefix(8).map { String($0, radix: 16) }.joined()
            let short = name.hasPrefix("design/") ? String(name.dropFirst("design/".count)) : name
            files[short] = File(bytes: ByteBuffer(bytes: bytes), type: type, tag: "\"\(hash)\"")
        }
        self.files = files
    }

    @Sendable func answer(_ request: Request, _ context: StaffContext) -> Response {
        let name = String(request.uri.path.dropFirst(Self.prefix.count + 1))
        guard let file = files[name] else {
            return Response(status: .notFound)
        }
        let headers: HTTPFields = [.contentType: file.type, .eTag: file.tag, .cacheControl: "max-age=600"]
        if request.headers[.ifNoneMatch] == file.tag {
            return Response(status: .notModified, headers: headers)
        }
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: file.bytes))
    }

    private static func type(of name: String) -> String? {
        switch name.split(separator: ".").last {
        case "css": "text/css; charset=utf-8"
        case "js": "text/javascript; charset=utf-8"
        case "svg": "image/svg+xml"
        case "woff2": "font/woff2"
        default: nil
        }
    }
}
