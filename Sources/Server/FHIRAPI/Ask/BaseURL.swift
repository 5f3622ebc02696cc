import FHIR
import HTTPTypes
import Hummingbird

/// Under which address the API is reached.
enum BaseURL {
    /// The address that is set for the installation, or what the request was sent to.
    /// - Parameters:
    ///   - request: its host is believed only when it is made of letters, digits, dots, dashes and a port.
    ///   - configured: for example `https://care.example`; nil when none is set.
    /// - Returns: the address of the API without a slash at the end.
    /// - Throws: 400 for a host that cannot be one.
    static func of(_ request: Request, configured: String?) throws -> String {
        if let configured {
            return configured + "/fhir"
        }
        let host = request.head.authority ?? ""
        guard !host.isEmpty, host.utf8.count <= 255, host.utf8.allSatisfy(isOfHost) else {
            throw Refusal(.badRequest, .value, "The Host header does not name a host.")
        }
        return "http://\(host)/fhir"
    }

    private static func isOfHost(_ byte: UInt8) -> Bool {
        switch byte {
        case 48...57, 65...90, 97...122: true
        default: "-.:[]_".utf8.contains(byte)
        }
    }
}
