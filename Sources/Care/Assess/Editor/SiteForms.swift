import Content
package import FHIR
package import Records
import Synchronization

/// The forms that a site has written itself and published, read from the records: every process that asks forms has the same.
package final class SiteForms: Sendable {
    package static let urlStart = "urn:almoner:questionnaire:"

    private struct State {
        /// Those in force, by name.
        var current: [String: Instrument] = [:]
        /// Every published version, by its canonical address.
        var versions: [String: Instrument] = [:]
        /// When they were read, milliseconds since 1970.
        var asOf: Int64?
    }

    private let state = Mutex(State())

    /// How long a process goes without looking whether another one has published.
    package static let milliseconds: Int64 = 2_000

    /// More forms and versions than any site writes.
    static let most = 2_000
    static let system = "urn:almoner:form"
    static let own = "site"

    static func own(limit: Int) -> Query {
        Query("Questionnaire", [.token("context", system: system, code: own)], limit: limit)
    }

    private let kinds: SafetyRules

    /// - Parameter kinds: of danger that an answer may mean.
    init(_ kinds: SafetyRules) { self.kinds = kinds }

    /// The form of that name that is asked now.
    package func inForce(_ name: String) -> Instrument? { state.withLock { $0.current[name] } }

    /// All drafts, in the order of their names, each with the versions that were published of it.
    package static func drafts(by reader: Reader) throws -> [(draft: Resource, versions: [Resource])] {
        let all = try reader.search(own(limit: most)).filter { $0.id.hasPrefix("form-") }
        return all.filter { $0.root.text("status") == "draft" }.sorted { $0.id < $1.id }.map { draft in
            (draft, all.filter { $0.id.hasPrefix("\(draft.id)-v") && $0.root.text("status") != "draft" })
        }
    }

    var current: [String: Instrument] { state.withLock { $0.current } }

    /// The version that an answer names.
    func version(_ canonical: String) -> Instrument? { state.withLock { $0.versions[canonical] } }

    /// Whether it is time to look again; nobody else is told so until the time is over once more.
    package func isDue(at now: Int64) -> Bool {
        state.withLock { state in
            if let asOf = state.asOf, now - asOf < Self.milliseconds, now >= asOf { return false }
            state.asOf = now
            return true
        }
    }

    /// Reads what is published.
    /// - Parameters:
    ///   - reader: of the product's own work.
    ///   - today: `yyyy-mm-dd` at the site.
    ///   - shipped: names that files have, which no site's own form takes.
    /// - Throws: what the database reports.
    package func read(by reader: Reader, today: String, shipped: Set<String>) throws {
        var current: [String: Instrument] = [:]
        var versions: [String: Instrument] = [:]
        for resource in try reader.search(Self.own(limit: Self.most)) {
            guard resource.id.hasPrefix("form-"), ["active", "retired"].contains(resource.root.text("status")),
                let form = try? Self.instrument(resource.root, kinds), !shipped.contains(form.name)
            else { continue }
            versions[form.canonical] = form
            guard resource.root.text("status") == "active", form.origin.isEffective(on: today) else { continue }
            let known = current[form.name]
            if known.map({ Self.rank($0) < Self.rank(form) }) ?? true { current[form.name] = form }
        }
        let (found, all) = (current, versions)
        state.withLock {
            $0.current = found
            $0.versions = all
        }
    }

    private static func rank(_ form: Instrument) -> (String, Int) {
        (form.origin.effectiveFrom, Int(form.origin.version) ?? 0)
    }

    /// A form of the site's own, checked as those of files are when a server starts.
    static func instrument(_ questionnaire: JSONNode, _ kinds: SafetyRules) throws(InstrumentFailure) -> Instrument {
        var json = questionnaire.value
        json["status"] = "active"
        let name = String((questionnaire.text("url") ?? "").dropFirst(urlStart.count))
        let file = "the form \(name)"
        var reader = QuestionnaireReader(file: file)
        var (form, _) = try reader.read(json.serialized(), name: name)
        do {
            if let text = mark(questionnaire, "asking-rules") {
                form.asking = try Asking(ContentField(root: try YAML.parse(Array(text.utf8))))
            }
            if let text = mark(questionnaire, "scoring-rules") {
                let scoring = try Scoring(ContentField(root: try YAML.parse(Array(text.utf8))), kinds)
                form = try form.scored(by: scoring, file: file)
            }
        } catch let failure as InstrumentFailure {
            throw failure
        } catch {
            throw InstrumentFailure(file: file, problem: "\(error)")
        }
        return form
    }

    /// The text of an extension of ours.
    static func mark(_ node: JSONNode, _ name: String) -> String? {
        let found = CareCode.marks(node, name).last
        return found?.text("valueString") ?? found?.text("valueCode")
    }
}
