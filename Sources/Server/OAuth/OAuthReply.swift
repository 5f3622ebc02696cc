import FHIR
import HTTPTypes
import Hummingbird
import NIOCore

/// RFC 6749 §5.2: why no token was given.
struct OAuthRefusal: Error {
    var status: HTTPResponse.Status = .badRequest
    let code: String
    let reason: String
    var headers: HTTPFields = [:]

    static func invalidRequest(_ reason: String) -> OAuthRefusal {
        OAuthRefusal(code: "invalid_request", reason: reason)
    }

    static func invalidScope(_ reason: String) -> OAuthRefusal {
        OAuthRefusal(code: "invalid_scope", reason: reason)
    }

    /// The same for an unknown client, a wrong secret and a wrong assertion.
    static let invalidClient = OAuthRefusal(
        status: .unauthorized, code: "invalid_client", reason: "The client is not known, or did not show that it is.",
        headers: [.wwwAuthenticate: "Basic realm=\"almoner\""])

    var response: Response {
        var response = Response.oauth(["error": .string(code), "error_description": .string(reason)], status: status)
        for field in headers {
            response.headers.append(field)
        }
        return response
    }
}

extension Response {
    /// Never kept by anybody on the way: RFC 6749 §5.1.
    static func oauth(_ json: JSON, status: HTTPResponse.Status = .ok) -> Response {
        var response = Response.json(json, status: status)
        response.headers[.cacheControl] = "no-store"
        if let pragma = HTTPField.Name("Pragma") {
            response.headers[pragma] = "no-cache"
        }
        return response
    }

    static func json(_ json: JSON, status: HTTPResponse.Status = .ok) -> Response {
        var writer = JSONWriter()
        writer.write(json)
        return Response(
            status: status, headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: writer.bytes)))
    }
}
