import FHIR
import HTTPTypes

/// What the client would rather have (RFC 7240; FHIR R4 §3.1.0.1.7, §3.1.1.4).
struct Prefer: Sendable {
    enum Return: String, Sendable {
        case minimal, representation
        case outcome = "OperationOutcome"
    }

    /// nil: as the server thinks best.
    var answer: Return?
    /// Unknown search parameters are left out instead of refused.
    var isLenient = false

    init() {}

    /// Reads `return=minimal; handling=lenient`, commas or semicolons between; what is unknown is passed over.
    init(_ text: String?) {
        for part in (text ?? "").split(whereSeparator: { $0 == "," || $0 == ";" }) {
            let sides = part.split(separator: "=", maxSplits: 1)
            guard sides.count == 2 else {
                continue
            }
            let value = String(sides[1]).trimmed.filter { $0 != "\"" }
            switch String(sides[0]).trimmed.lowercased() {
            case "return": answer = Return(rawValue: value) ?? answer
            case "handling": isLenient = value == "lenient"
            default: continue
            }
        }
    }
}
