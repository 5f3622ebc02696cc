/// What the consents of a person say now of one kind, or of one thing within it. Pure, and closed in doubt.
///
/// A no stands over a yes. What is said of one thing stands over what is said of all, but for a no to all that came later.
/// Taking back works from then on (42 CFR 2.31(a)(6), 45 CFR 164.508(b)(5)).
package struct ConsentDecision: Sendable, Equatable {
    package enum Answer: Sendable, Equatable {
        case agreed, refused
        /// Nobody has asked, and the law allows it without an answer.
        case presumed
        /// Nobody has asked.
        case unasked
        /// Something is on file, and nothing of it holds now: taken back, over, not yet begun, or not understood.
        case closed
    }

    /// What of a kind is asked for: `provision.code` of the Consents that speak of it alone.
    package struct Part: Sendable {
        package let system: String
        package let code: String
        /// Whether a yes to the whole kind covers it. A no always does.
        package let byGeneral: Bool

        package init(system: String, code: String, byGeneral: Bool) {
            self.system = system
            self.code = code
            self.byGeneral = byGeneral
        }
    }

    package let answer: Answer
    /// When this may be otherwise, milliseconds since 1970; nil: as long as no consent changes.
    package let until: Int64?

    package var isOpen: Bool { answer == .agreed || answer == .presumed }

    /// - Parameters:
    ///   - consents: all of the person.
    ///   - kind: in `urn:almoner:consent`.
    ///   - part: what of it; nil: the kind as a whole, to which a yes to some part is none.
    ///   - isPresumed: whether the law allows it while nobody has asked.
    ///   - now: milliseconds since 1970.
    package init(
        _ consents: [ConsentReading], kind: String, part: Part? = nil, isPresumed: Bool = false, at now: Int64
    ) {
        let ours = consents.filter { $0.kind == kind && Self.mayConcern($0, part) }
        until = ours.filter { if case .unclear = $0.answer { false } else { true } }
            .flatMap { [$0.from, $0.until].compactMap { $0 } }.filter { $0 > now }.min()
        let holding = ours.filter { ($0.from ?? .min) <= now && now < ($0.until ?? .max) }
        let denials = holding.filter { $0.answer == .deny }
        let permits = holding.filter { $0.answer == .permit && !$0.hasActor && Self.isUnderstood($0.codes, part) }
        let narrow = permits.filter { !$0.codes.isEmpty }.compactMap(\.given).max()
        if denials.contains(where: { !$0.codes.isEmpty || $0.hasActor }) {
            answer = .refused
        } else if permits.contains(where: { !$0.codes.isEmpty }),
            denials.allSatisfy({ denial in narrow.map { $0 >= denial.given ?? .max } ?? false })
        {
            answer = .agreed
        } else if !denials.isEmpty {
            answer = .refused
        } else if permits.contains(where: { $0.codes.isEmpty }), part?.byGeneral ?? true {
            answer = .agreed
        } else if ours.contains(where: { $0.wasPermit && (!$0.codes.isEmpty || part?.byGeneral ?? true) }) {
            answer = .closed
        } else {
            answer = isPresumed ? .presumed : .unasked
        }
    }

    /// Whether a consent of the kind may speak of what is asked for: not when it speaks of other parts alone.
    private static func mayConcern(_ consent: ConsentReading, _ part: Part?) -> Bool {
        guard let part else {
            return true
        }
        let isOfOthers =
            !consent.codes.isEmpty
            && consent.codes.allSatisfy { $0.hasPrefix("\(part.system)|") && $0 != "\(part.system)|\(part.code)" }
        return !isOfOthers
    }

    /// Whether each code by which a consent is narrowed is known. Of a kind as a whole none is.
    private static func isUnderstood(_ codes: [String], _ part: Part?) -> Bool {
        guard let part else {
            return codes.isEmpty
        }
        return codes.allSatisfy { $0.hasPrefix("\(part.system)|") }
    }
}
