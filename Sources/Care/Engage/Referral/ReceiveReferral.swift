package import FHIR
package import Records

/// Takes in a referral, whoever sends it: the request, and the task of intake with its clock.
package struct ReceiveReferral: Sendable {
    /// Who is meant, when it is not somebody on file.
    package struct Person: Sendable, Equatable {
        package var given: String
        package var family: String
        package var birth: CalendarDay?
        package var phone: String?
        package var postcode: String?
        /// A tag such as `es`.
        package var language: String?

        package init(
            given: String, family: String, birth: CalendarDay?, phone: String? = nil, postcode: String? = nil,
            language: String? = nil
        ) {
            self.given = given
            self.family = family
            self.birth = birth
            self.phone = phone
            self.postcode = postcode
            self.language = language
        }
    }

    package enum About: Sendable {
        /// The id of a Patient on file.
        case known(String)
        case written(Person)
    }

    package let about: About
    package let source: Referral.Source
    /// The name of who refers, and how to answer.
    package var sender: String?
    package var senderPhone: String?
    /// For example `Practitioner/ruth`, for one who has an account.
    package var requester: String?
    package let program: Program?
    package let reason: String
    package let isUrgent: Bool
    /// The same key never makes two referrals.
    package let key: String?
    package let content: ReferralContent

    package init(
        about: About, source: Referral.Source, sender: String? = nil, senderPhone: String? = nil,
        requester: String? = nil, program: Program?, reason: String, isUrgent: Bool = false, key: String? = nil,
        content: ReferralContent
    ) {
        self.about = about
        self.source = source
        self.sender = sender
        self.senderPhone = senderPhone
        self.requester = requester
        self.program = program
        self.reason = reason
        self.isUrgent = isUrgent
        self.key = key
        self.content = content
    }

    /// The most letters of a text that somebody from outside writes.
    package static let longest = 1_000

    /// - Returns: the ServiceRequest, or the one that the key has made before.
    /// - Throws: ``FormProblems`` on `reason`; ``NotNow`` when the person has died.
    @discardableResult
    package func perform(in change: Change) throws -> Resource {
        if let key,
            let known = try change.reader.search(
                Query("ServiceRequest", [.token("identifier", system: OpenTask.keySystem, code: key)], limit: 1)
            ).first
        {
            return known
        }
        guard !reason.isEmpty, reason.count <= Self.longest else {
            throw FormProblems(
                "reason",
                reason.isEmpty ? "Say what the referral is for." : "Keep this below \(Self.longest) letters.")
        }
        if case .known(let id) = about {
            let patient = try change.reader.get("Patient", id)
            guard PersonState.isListed(patient.root) else {
                throw NotNow("This person has died or is no longer on file under this entry.")
            }
        }
        let request = try change.create(json(at: change.now))
        if let referral = Referral(request) {
            try Intake(referral: referral, content: content).open(in: change)
        }
        return request
    }

    private func json(at now: Int64) -> JSON {
        var contained: [JSON] = []
        var subject = "#\(Referral.written)"
        switch about {
        case .known(let id): subject = "Patient/\(id)"
        case .written(let person): contained.append(patient(person))
        }
        var requester: JSON? = self.requester.map {
            .compact(["reference": .string($0), "display": sender.map { .string($0) }])
        }
        if requester == nil, sender != nil || senderPhone != nil, case .written = about {
            contained.append(senderResource)
            requester = .compact(["reference": .string("#\(Referral.sender)"), "display": sender.map { .string($0) }])
        } else if requester == nil, let sender {
            requester = ["display": .string(sender)]
        }
        return .compact([
            "resourceType": "ServiceRequest",
            "contained": contained.isEmpty ? nil : .array(contained),
            "extension": [CareCode.mark("referred-by", "valueCode", .string(source.rawValue))],
            "identifier": key.map { [["system": .string(OpenTask.keySystem), "value": .string($0)]] },
            "status": "active",
            "intent": self.requester == nil ? "proposal" : "order",
            "category": [CareCode.concept(Referral.snomed, Referral.category, "Care management")],
            "priority": isUrgent ? "urgent" : "routine",
            "code": program.map { CareCode.concept(CareCode.program, $0.id, $0.title) },
            "subject": .reference(subject),
            "authoredOn": .string(FHIRDate.instant(now)),
            "requester": requester,
            "reasonCode": [["text": .string(reason)]],
        ])
    }

    private func patient(_ person: Person) -> JSON {
        .compact([
            "resourceType": "Patient",
            "id": .string(Referral.written),
            "name": [["family": .string(person.family), "given": [.string(person.given)]]],
            "telecom": person.phone.map { [["system": "phone", "value": .string($0)]] },
            "birthDate": person.birth.map { .string($0.text) },
            "address": person.postcode.map { [["postalCode": .string($0)]] },
            "communication": person.language.map {
                [["language": ["coding": [["system": "urn:ietf:bcp:47", "code": .string($0)]]], "preferred": true]]
            },
        ])
    }

    private var senderResource: JSON {
        .compact([
            "resourceType": "RelatedPerson",
            "id": .string(Referral.sender),
            "patient": .reference("#\(Referral.written)"),
            "name": sender.map { [["text": .string($0)]] },
            "telecom": senderPhone.map { [["system": "phone", "value": .string($0)]] },
        ])
    }
}

/// The task of intake that goes with a referral.
package struct Intake: Sendable {
    package let referral: Referral
    package let content: ReferralContent

    package init(referral: Referral, content: ReferralContent) {
        self.referral = referral
        self.content = content
    }

    private var key: String { "referral/\(referral.id)" }

    /// - Returns: nil when there is none yet.
    func find(by reader: Reader) throws -> Resource? {
        try reader.search(
            Query("Task", [.token("identifier", system: OpenTask.keySystem, code: key)], limit: 1)
        ).first
    }

    /// - Returns: the task, also when it is there already.
    @discardableResult
    package func open(in change: Change) throws -> Resource {
        if let known = try find(by: change.reader) {
            return known
        }
        return try change.create(
            .compact([
                "resourceType": "Task",
                "identifier": [["system": .string(OpenTask.keySystem), "value": .string(key)]],
                "basedOn": [.reference(referral.resource.reference)],
                "status": "requested",
                "intent": "order",
                "priority": referral.isUrgent ? "urgent" : "routine",
                "code": CareCode.concept(TaskCode.system, TaskCode.referral.rawValue, "Referral"),
                "description": .string("Referred by: \(referral.from). Who is meant, and are they taken?"),
                "focus": .reference(referral.resource.reference),
                "for": referral.person.map { .reference("Patient/\($0)") },
                "authoredOn": .string(FHIRDate.instant(change.now)),
                "restriction": ["period": ["end": .string(FHIRDate.instant(referral.due(content)))]],
            ]))
    }

    /// Moves the task on, with a line of who did what.
    func move(
        to status: String, _ words: String, reason: JSON? = nil, in change: Change,
        _ edit: (inout JSON) -> Void = { _ in }
    ) throws {
        _ = try CareTask(open(in: change)).store(words, in: change) { json in
            json["status"] = .string(status)
            json["statusReason"] = reason
            json["businessStatus"] = ["text": .string(words)]
            edit(&json)
        }
    }
}

/// Opens the task of intake for referrals that came by the API. Nothing that was sent stays without a clock.
package struct TakeInReferrals: Sendable {
    package let content: ReferralContent

    package init(content: ReferralContent) {
        self.content = content
    }

    /// How many open referrals are looked at in one go.
    private static let most = 500

    /// - Returns: those that wait for their task.
    package func waiting(by reader: Reader) throws -> [Referral] {
        try ReferralList.open(by: reader, most: Self.most).filter { referral in
            try Intake(referral: referral, content: content).find(by: reader) == nil
        }
    }

    package func perform(_ waiting: [Referral], in change: Change) throws {
        for referral in waiting {
            try Intake(referral: referral, content: content).open(in: change)
        }
    }
}

/// Referrals as lists show them.
package enum ReferralList {
    /// Those that nobody has decided, the urgent first, then the oldest.
    package static func open(by reader: Reader, most: Int = 200) throws -> [Referral] {
        try list("active", reader, most).sorted {
            ($0.isUrgent ? 0 : 1, $0.at, $0.id) < ($1.isUrgent ? 0 : 1, $1.at, $1.id)
        }
    }

    /// Those that were decided, the latest first.
    package static func decided(by reader: Reader, most: Int = 50) throws -> [Referral] {
        let all = try list("completed", reader, 500) + list("revoked", reader, 500)
        return Array(all.sorted { ($1.resource.updated, $0.id) < ($0.resource.updated, $1.id) }.prefix(most))
    }

    private static func list(_ status: String, _ reader: Reader, _ most: Int) throws -> [Referral] {
        try reader.search(
            Query(
                "ServiceRequest",
                [
                    .token("category", system: Referral.snomed, code: Referral.category),
                    .token("status", system: nil, code: status),
                ], limit: most)
        ).compactMap(Referral.init)
    }
}
