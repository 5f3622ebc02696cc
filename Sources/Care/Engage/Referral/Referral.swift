package import FHIR
package import Records

/// Somebody was sent to a programme: a ServiceRequest for care management, with a Task of intake. Until somebody on file
/// has been recognised, who is meant is only written in it, as a Patient that it contains: nothing of it is in any
/// record of a person.
package struct Referral: Sendable {
    /// SNOMED CT: outpatient care management.
    package static let category = "737492002"
    static let snomed = "http://snomed.info/sct"
    /// The key of who is meant, among what the request contains.
    static let written = "person"
    static let sender = "sender"

    package enum State: String, Sendable {
        /// Nobody on file has been recognised yet.
        case received
        /// It is known who is meant; whether they are taken is open.
        case matched
        case accepted
        case declined
    }

    /// Who refers.
    package enum Source: String, Sendable, CaseIterable {
        case person = "self"
        case family, provider, program

        package var words: String {
            switch self {
            case .person: "The person"
            case .family: "Family or friend"
            case .provider: "Provider"
            case .program: "Another programme"
            }
        }
    }

    package let resource: Resource
    /// The id of the Patient, once recognised.
    package let person: String?
    /// The id of the programme; nil when nobody said which.
    package let program: String?
    package let state: State
    package let source: Source?
    /// The name of who refers, in words.
    package let from: String
    package let fromPhone: String?
    /// For example `Practitioner/ruth`.
    package let requester: String?
    package let reason: String
    /// Milliseconds since 1970.
    package let at: Int64
    /// Whether what was written speaks of danger.
    package let isUrgent: Bool

    package var id: String { resource.id }
    package var version: Int { resource.version }

    /// Who is meant, as it was written.
    package var written: JSONNode? {
        resource.root.list("contained").first { $0["id"]?.string == Self.written }
    }

    /// - Returns: nil for a request of another kind.
    package init?(_ request: Resource) {
        let root = request.root
        guard request.type == "ServiceRequest",
            root.list("category").contains(where: { CareCode.code($0, in: Self.snomed) == Self.category })
        else {
            return nil
        }
        resource = request
        let subject = root.text("subject", "reference") ?? ""
        person = subject.hasPrefix("Patient/") ? String(subject.dropFirst("Patient/".count)) : nil
        program = CareCode.code(root["code"], in: CareCode.program)
        switch root.text("status") {
        case "completed": state = .accepted
        case "revoked", "entered-in-error": state = .declined
        default: state = person == nil ? .received : .matched
        }
        source = CareCode.marks(root, "referred-by").last?.text("valueCode").flatMap(Source.init)
        let sender = root.list("contained").first { $0["id"]?.string == Self.sender }
        requester = root.text("requester", "reference").flatMap { $0.hasPrefix("#") ? nil : $0 }
        from =
            root.text("requester", "display") ?? sender?.list("name").first?.text("text") ?? source?.words
            ?? "Not said"
        fromPhone = sender?.list("telecom").first?.text("value")
        reason =
            root.list("reasonCode").compactMap { $0.text("text") }.joined(separator: "; ")
        at = root.text("authoredOn").flatMap { FHIRDate($0) }?.low ?? request.updated
        isUrgent = ["urgent", "asap", "stat"].contains(root.text("priority") ?? "")
    }

    /// When it is late, milliseconds since 1970.
    package func due(_ content: ReferralContent) -> Int64 { at + Int64(content.decideWithinDays) * 86_400_000 }

    /// - Throws: ``NotNow`` when it is no referral or is decided; `RecordsFailure.stale` when it was read at another
    ///   version.
    static func open(_ id: String, version: Int?, in change: Change) throws -> Referral {
        let request = try change.reader.get("ServiceRequest", id)
        if let version, version != request.version {
            throw RecordsFailure.stale(current: request)
        }
        guard let referral = Referral(request) else {
            throw NotNow("This is not a referral to care management.")
        }
        guard referral.state == .received || referral.state == .matched else {
            throw NotNow("This referral is decided already.")
        }
        return referral
    }
}
