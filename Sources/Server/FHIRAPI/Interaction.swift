import Access
import FHIR
import HTTPTypes
import Records

/// One thing that the API can do: how it is asked for, and what does it. Routes, batch entries and the
/// CapabilityStatement are all made from these.
struct Interaction: Sendable {
    /// A part of its path.
    enum Part: Sendable, Equatable {
        case type, id, version
        /// The type that is searched for in a compartment.
        case within
        case word(String)
    }

    /// What carries it out.
    enum Work: Sendable {
        /// Looks, inside one stable view.
        case look(@Sendable (Ask, Reader, FHIRAPI) throws -> Reply)
        /// Changes, inside one transaction. What can be done before the writer is reached is done by `ready`.
        case change(
            ready: @Sendable (inout Ask, FHIRAPI) async throws -> Ready,
            @Sendable (Ask, Ready, Change, FHIRAPI) throws -> Reply)
        /// Does its own reading and writing.
        case own(@Sendable (Ask, FHIRAPI) async throws -> Reply)
        /// Needs nothing stored.
        case tell(@Sendable (Ask, FHIRAPI) throws -> Reply)
    }

    /// As the CapabilityStatement calls it; operations begin with `$`.
    let name: String
    let method: HTTPRequest.Method
    let path: [Part]
    /// What the caller must be allowed to do with the type; nil when the verb finds out by itself.
    let action: Action?
    let work: Work

    init(_ name: String, _ method: HTTPRequest.Method, _ path: [Part], _ action: Action?, _ work: Work) {
        self.name = name
        self.method = method
        self.path = path
        self.action = action
        self.work = work
    }

    /// Whether a path is this interaction's. The types of it still have to be known.
    func fits(_ parts: [String]) -> Bool {
        guard parts.count == path.count else {
            return false
        }
        return zip(path, parts).allSatisfy { expected, part in
            switch expected {
            case .type, .within: part.utf8.first.map { (65...90).contains($0) } ?? false
            case .id, .version: part.utf8.first.map { $0 != UInt8(ascii: "$") && $0 != UInt8(ascii: "_") } ?? false
            case .word(let word): part == word
            }
        }
    }

    /// The ask with the parts of its path named.
    func named(_ ask: Ask) -> Ask {
        var ask = ask
        for (expected, part) in zip(path, ask.path) {
            switch expected {
            case .type: ask.type = part
            case .id: ask.id = part
            case .version: ask.version = part
            case .within: ask.within = part
            case .word: continue
            }
        }
        return ask
    }
}
