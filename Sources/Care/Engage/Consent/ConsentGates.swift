package import Access
package import Content
package import Records

/// What each consent gates, act by act, from Content/consents/gates.yaml.
package struct ConsentGates: Sendable {
    package enum Need: Sendable, Equatable {
        case kind(ConsentKind)
        case way(MessagingChannel)
    }

    package struct Act: Sendable {
        /// The name in the file: `enrol`.
        package let name: String
        package let title: String
        package let need: Need
        /// Whether what is open without an answer opens this act too.
        package let mayBePresumed: Bool
        /// What holds while the gate is closed.
        package let meanwhile: String
    }

    /// How a gate stands for a person.
    package enum State: Sendable, Equatable {
        /// Agreed; until when, milliseconds since 1970.
        case open(until: Int64?)
        /// Nobody asked; it is allowed without an answer.
        case presumed
        case unasked
        case refused
        /// It was agreed to once: taken back or run out.
        case ended

        package var isOpen: Bool {
            switch self {
            case .open, .presumed: true
            case .unasked, .refused, .ended: false
            }
        }
    }

    private static let file = "consents/gates.yaml"
    package let origin: ContentOrigin
    package let acts: [Act]

    /// - Throws: ``AccessContentFailure``
    init(content: Content) throws(AccessContentFailure) {
        do {
            guard let bytes = content.file(Self.file) else {
                throw ContentProblem(place: "the file", problem: "it is not there")
            }
            let root = ContentField(root: try YAML.parse(bytes))
            try root.allow(["kind", "source", "version", "licence", "effectiveFrom", "effectiveTo", "acts"])
            guard try root["kind"].text() == "consent-gates" else {
                throw root["kind"].problem("it is not consent-gates")
            }
            origin = try ContentOrigin(root)
            acts = try root["acts"].list().map { field in
                try field.allow(["act", "title", "needs", "presumed", "meanwhile"])
                let needs = try field["needs"].text()
                let way = needs.hasPrefix("way:") ? MessagingChannel(rawValue: String(needs.dropFirst(4))) : nil
                guard let need = way.map(Need.way) ?? ConsentKind(rawValue: needs).map(Need.kind) else {
                    throw field["needs"].problem("\(needs) is no consent of policy.yaml")
                }
                let presumed = try field["presumed"].optionalText() ?? "yes"
                guard presumed == "yes" || presumed == "no" else {
                    throw field["presumed"].problem("yes or no is expected")
                }
                return Act(
                    name: try field["act"].text(), title: try field["title"].text(), need: need,
                    mayBePresumed: presumed == "yes",
                    meanwhile: try field["meanwhile"].text())
            }
        } catch {
            throw AccessContentFailure(file: Self.file, problem: "\(error)")
        }
    }

    /// How a gate stands.
    /// - Parameters:
    ///   - act: what is to be done.
    ///   - record: with Consent.
    ///   - policy: what is open without an answer.
    ///   - program: for an act about one programme, its id.
    ///   - now: milliseconds since 1970.
    /// - Returns: how it stands.
    package static func state(
        of act: Act, _ record: PersonRecord, policy: ConsentPolicy, program: String? = nil, at now: Int64
    ) -> State {
        switch act.need {
        case .way(let channel):
            let may = MessagingDecision(record, policy: policy, at: now)
            switch may.answer(channel) {
            case .agreed: return may.isOpen(channel) ? .open(until: nil) : .refused
            case .presumed: return may.isOpen(channel) ? .presumed : .refused
            case .unasked: return .unasked
            case .refused: return .refused
            case .closed: return .ended
            }
        case .kind(let kind):
            let ours = ConsentLedger(record).entries.filter { entry in
                entry.kind == kind && (program == nil || entry.program == nil || entry.program == program)
            }
            let standing = ours.filter { $0.holds(at: now) }
            // A no to one caregiver or programme leaves the others open.
            if standing.contains(where: { $0.isRefusal && ($0.program == nil && $0.caregiver == nil || program != nil) }
            ) {
                return .refused
            }
            let agreed = standing.filter { !$0.isRefusal }
            if !agreed.isEmpty {
                let ends = agreed.map(\.until)
                return .open(until: ends.contains(nil) ? nil : ends.compactMap { $0 }.max())
            }
            if !standing.isEmpty {
                return .refused
            }
            if ours.contains(where: { !$0.isRefusal }) {
                return .ended
            }
            return act.mayBePresumed && policy[kind]?.presumed != nil ? .presumed : .unasked
        }
    }
}
