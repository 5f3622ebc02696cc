import Access
import Dispatch
import FHIR
import HTTPTypes
import Records
import Synchronization

/// FHIR R4 §3.1.0.11.2 transaction: all or nothing, in the order DELETE, POST, PUT and PATCH, GET.
///
/// Ids are given, references rewritten, and resources judged and indexed beside the writer, on all cores. Only what
/// depends on a search (If-None-Exist, an update by search, conditional references) waits until the writer is reached, so
/// that nothing can come in between.
enum RunTransaction {
    static func perform(_ entries: [BundleEntry], _ ask: Ask, _ api: FHIRAPI) async throws -> Reply {
        let plan = try await Aside.run { try TransactionPlan(entries, api) }
        let answers = try await api.records.write(as: ask.caller, at: ask.now) { change in
            try TransactionRun(plan: plan, change: change, ask: ask, api: api).perform()
        }
        return RunBundle.answer("transaction-response", answers, ask)
    }
}

/// What can be known of a transaction before the writer is reached.
struct TransactionPlan: Sendable {
    enum Step: Sendable {
        /// Stored as it was made ready.
        case store(Ready, isNew: Bool)
        /// Decided by a search inside the transaction.
        case decide
        /// Carried out by its verb.
        case run(Ready)
    }

    struct Planned: Sendable {
        let entry: BundleEntry
        let interaction: Interaction
        var ask: Ask
        var step: Step

        /// What is stored of it, once that is known.
        var ready: Ready? {
            if case .store(let ready, _) = step { ready } else { nil }
        }
    }

    private(set) var planned: [Planned] = []
    private(set) var rewrite = Rewrite()

    /// - Throws: a ``Refusal`` that names the entries.
    init(_ entries: [BundleEntry], _ api: FHIRAPI) throws {
        planned.reserveCapacity(entries.count)
        var open: Set<String> = []
        for entry in entries {
            do {
                let (interaction, ask) = try entry.asked.get()
                planned.append(try plan(entry, interaction, ask, api, &open))
            } catch {
                throw entry.refusal(error)
            }
        }
        try refuseTwice()
        try makeReady(api, open: open)
    }

    /// Decides what an entry comes to be called; `open` gathers fullUrls of those that a search decides.
    private mutating func plan(
        _ entry: BundleEntry, _ interaction: Interaction, _ ask: Ask, _ api: FHIRAPI, _ open: inout Set<String>
    ) throws -> Planned {
        var ask = ask
        switch interaction.name {
        case "create" where ask.conditions.ifNoneExist?.isEmpty ?? true:
            ask.id = api.records.mintID()
            rewrite.note(entry.fullURL, as: "\(ask.type)/\(ask.id)", type: ask.type)
            return Planned(entry: entry, interaction: interaction, ask: ask, step: .decide)
        case "update":
            guard entry.resource?["id"]?.string == ask.id else {
                throw Refusal(.badRequest, .value, at: "resource.id", "The address and the body name different ids.")
            }
            guard ResourceID.isSound(ask.id) else {
                throw Refusal(
                    .badRequest, .value, at: "request.url", "An id is 1 to 64 letters, digits, dashes and dots.")
            }
            rewrite.note(entry.fullURL, as: "\(ask.type)/\(ask.id)", type: ask.type)
            return Planned(entry: entry, interaction: interaction, ask: ask, step: .decide)
        case "patch", "delete":
            rewrite.note(entry.fullURL, as: "\(ask.type)/\(ask.id)", type: ask.type)
        case "create", "conditional-update":
            if let fullURL = entry.fullURL {
                open.insert(fullURL)
                if let last = fullURL.split(separator: "/").last, fullURL.hasSuffix("/\(ask.type)/\(last)") {
                    open.insert("\(ask.type)/\(last)")
                }
            }
            return Planned(entry: entry, interaction: interaction, ask: ask, step: .decide)
        default: break
        }
        guard case .own = interaction.work else {
            return Planned(entry: entry, interaction: interaction, ask: ask, step: .run(Ready()))
        }
        throw Refusal(.badRequest, .notSupported, at: "request.url", "This is not done inside a transaction.")
    }

    /// FHIR R4 §3.1.0.11.2: a resource is changed by one entry alone, and a fullUrl names one.
    private func refuseTwice() throws {
        var changed: Set<String> = []
        var named: Set<String> = []
        for item in planned where item.ask.method != .get {
            if !item.ask.id.isEmpty, !item.interaction.name.hasPrefix("$"),
                !changed.insert("\(item.ask.type)/\(item.ask.id)").inserted
            {
                throw Refusal(
                    .badRequest, .duplicate, at: item.entry.expression,
                    "An earlier entry changes the same \(item.ask.type): in a transaction each is changed once.")
            }
            if let fullURL = item.entry.fullURL, item.entry.resource != nil, !named.insert(fullURL).inserted {
                throw Refusal(
                    .badRequest, .duplicate, at: "\(item.entry.expression).fullUrl",
                    "An earlier entry has the same fullUrl.")
            }
        }
    }

    /// Judges and indexes on all cores what no search decides.
    private mutating func makeReady(_ api: FHIRAPI, open: Set<String>) throws {
        let rewrite = rewrite
        let items = planned
        let results = Mutex<[(Int, Result<Step, Refusal>)]>([])
        DispatchQueue.concurrentPerform(iterations: Self.lanes) { lane in
            var done: [(Int, Result<Step, Refusal>)] = []
            for place in stride(from: lane, to: items.count, by: Self.lanes) {
                do {
                    if let step = try Self.step(items[place], rewrite, open, api) {
                        done.append((place, .success(step)))
                    }
                } catch {
                    done.append((place, .failure(items[place].entry.refusal(error))))
                }
            }
            results.withLock { $0 += done }
        }
        var issues: [Issue] = []
        var status: HTTPResponse.Status?
        for (place, result) in results.withLock({ $0 }).sorted(by: { $0.0 < $1.0 }) {
            switch result {
            case .success(let step): planned[place].step = step
            case .failure(let refusal):
                status = status ?? refusal.status
                issues += refusal.issues
            }
        }
        if let status {
            throw Refusal(status, Array(issues.prefix(100)))
        }
    }

    private static let lanes = 4

    /// - Returns: nil when it stays as it is: a search decides it, or something it refers to.
    private static func step(
        _ item: Planned, _ rewrite: Rewrite, _ open: Set<String>, _ api: FHIRAPI
    ) throws -> Step? {
        guard case .decide = item.step, let resource = item.entry.resource, !item.ask.id.isEmpty else {
            return nil
        }
        if !open.isEmpty || Self.mayHoldCondition(resource) {
            let needs = Rewrite.needs(of: resource)
            guard needs.conditions.isEmpty, needs.addresses.isDisjoint(with: open) else {
                return nil
            }
        }
        return .store(
            try api.ready(
                resource, item.ask.type, id: item.ask.id, in: "\(item.entry.expression).resource",
                replacing: rewrite.replacement),
            isNew: item.interaction.name == "create")
    }

    /// A quick look: most resources have no question mark in them at all.
    private static func mayHoldCondition(_ resource: JSONNode) -> Bool {
        resource.raw.contains(UInt8(ascii: "?"))
    }
}
