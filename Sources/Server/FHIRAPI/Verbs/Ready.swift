import Access
import FHIR
import HTTPTypes
import Records

/// What could be done for a change before the writer was reached.
struct Ready: Sendable {
    var resource: Prepared?
    var patch: JSONPatch?
    /// What is worth saying though it is no reason to refuse.
    var issues: [Issue] = []
}

extension FHIRAPI {
    /// Brings a resource into its kept form, judges it and finds its index rows.
    /// - Parameters:
    ///   - resource: as it came.
    ///   - type: the type that the address names.
    ///   - id: under which it is kept.
    ///   - place: where it stands, for what is said of it; nil for the whole body.
    ///   - replacing: gives other texts for references.
    /// - Returns: what the writer needs.
    /// - Throws: 400 for another type, 422 for what breaks the definitions.
    func ready(
        _ resource: JSONNode, _ type: String, id: String, in place: String? = nil,
        replacing: ((UnsafeBufferPointer<UInt8>, JSONNode) -> String?)? = nil
    ) throws -> Ready {
        let found = resource["resourceType"]?.string
        guard found == type else {
            throw Refusal(
                .badRequest, .invalid, at: place,
                found == nil
                    ? "A resource says what it is: resourceType is missing."
                    : "The address names \(type), the body is of another type.")
        }
        let document = try KeptForm.document(of: resource, id: id, replacing: replacing)
        var ready = Ready()
        if services.validation != .off {
            let issues = records.examine(document.root, as: type).map { place == nil ? $0 : $0.below(place ?? "") }
            if services.validation == .refuse,
                issues.contains(where: { $0.severity == .error || $0.severity == .fatal })
            {
                throw Refusal(.unprocessableContent, issues)
            }
            ready.issues = issues.map(\.softened)
        }
        ready.resource = records.prepareUnjudged(document)
        return ready
    }

    /// - Throws: 422 when what was stored refers to what is not there and the installation refuses that.
    func checkReferences(_ change: Change, _ ask: Ask) throws -> [Issue] {
        // A warning is worth its time only where it is shown.
        guard services.references == .refuse || services.references == .warn && ask.prefer.answer == .outcome else {
            return []
        }
        let missing = try change.danglingReferences().sorted()
        guard !missing.isEmpty else {
            return []
        }
        let severity: Issue.Severity = services.references == .refuse ? .error : .warning
        let issues = missing.prefix(20).map { Issue(severity, .notFound, "There is no \($0), which is referred to.") }
        if services.references == .refuse {
            throw Refusal(.unprocessableContent, issues)
        }
        return issues
    }
}

extension Issue {
    /// The same, below the place of an entry: `Bundle.entry[3].resource`.
    func below(_ place: String) -> Issue {
        let rest = expression.map { text in text.firstIndex(of: ".").map { String(text[$0...]) } ?? "" } ?? ""
        return Issue(severity, code, at: place + rest, diagnostics)
    }

    /// Worth saying, and no reason to refuse.
    var softened: Issue {
        severity == .error || severity == .fatal ? Issue(.warning, code, at: expression, diagnostics) : self
    }
}

/// The version that a client says it has changed. FHIR R4 §3.1.0.5
enum IfMatch {
    /// - Returns: nil when any will do.
    /// - Throws: 400 for what is no version tag.
    static func version(_ header: String?) throws -> Int? {
        guard let header, case let text = header.trimmed, text != "*" else {
            return nil
        }
        guard let version = Self.version(tag: text) else {
            throw Refusal(.badRequest, .value, "If-Match names a version like W/\"3\".")
        }
        return version
    }

    /// Reads `W/"3"` or `"3"`.
    static func version(tag: String) -> Int? {
        var text = tag[...]
        if text.hasPrefix("W/") {
            text = text.dropFirst(2)
        }
        if text.hasPrefix("\""), text.hasSuffix("\""), text.count >= 2 {
            text = text.dropFirst().dropLast()
        }
        return Int(text).flatMap { $0 > 0 ? $0 : nil }
    }
}
