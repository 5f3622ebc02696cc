import FHIR
import HTTPTypes

/// One request of the matrix.
struct MatrixRequest: Sendable {
    let method: HTTPRequest.Method
    let path: String
    var body: [UInt8]?
    var headers: [String: String] = [:]

    init(
        _ method: HTTPRequest.Method, _ path: String, _ resource: JSON? = nil, _ headers: [String: String] = [:]
    ) {
        self.method = method
        self.path = "/fhir" + path
        body = resource?.serialized()
        self.headers = headers
    }

    /// `Patient?name=x`, from parameters that are not escaped yet.
    static func search(_ type: String, _ parameters: [(String, String)], _ headers: [String: String] = [:])
        -> MatrixRequest
    {
        MatrixRequest(.get, "/\(type)?\(form(parameters))", nil, headers)
    }

    static func searchByForm(_ type: String, _ parameters: [(String, String)]) -> MatrixRequest {
        var request = MatrixRequest(
            .post, type.isEmpty ? "/_search" : "/\(type)/_search", nil,
            ["Content-Type": "application/x-www-form-urlencoded"])
        request.body = Array(form(parameters).utf8)
        return request
    }

    static func form(_ parameters: [(String, String)]) -> String {
        parameters.map { "\(escaped($0))=\(escaped($1))" }.joined(separator: "&")
    }

    static func escaped(_ text: String) -> String {
        text.utf8.map { byte -> String in
            switch byte {
            case 48...57, 65...90, 97...122, 45, 46, 95, 126: return String(UnicodeScalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                return "%" + (digits.count == 1 ? "0" + digits : digits)
            }
        }.joined()
    }

    var words: String {
        "\(method) \(path) \(headers.sorted { $0.key < $1.key }) \(String(decoding: (body ?? []).prefix(300), as: UTF8.self))"
    }
}

/// Requests that prove one thing.
struct MatrixGroup: Sendable {
    let name: String
    var requests: [MatrixRequest]

    init(_ name: String, _ requests: [MatrixRequest]) {
        self.name = name
        self.requests = requests
    }
}
