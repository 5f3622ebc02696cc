package import Access
import Dispatch
import FHIR
package import Foundation
import Gzip
package import Records
import Synchronization

/// `almoner import`: one thread reads and prepares, the writer stores batch after batch, each durable when it is counted.
package struct Importer: Sendable {
    /// What an import did.
    package struct Report: Sendable {
        package var files = 0
        package var bytes = 0
        package var created = 0
        package var updated = 0
        package var unchanged = 0
        package var quarantined = 0
        package var byType: [String: Int] = [:]
        package var firstQuarantined: [Quarantine.Entry] = []
        package var quarantine: URL?

        package var read: Int { created + updated + unchanged }
    }

    private struct Ready: Sendable {
        let file: String
        let line: Int
        let text: [UInt8]
        let outcome: Outcome

        enum Outcome: Sendable {
            case prepared(Prepared)
            /// Must wait for what its conditional references point to.
            case conditional(JSONDocument, conditions: Set<String>, ifNoneExist: String?)
            case refused(String)
        }
    }

    private struct Batch: Sendable {
        var items: [Ready] = []
        var bytesRead = 0
    }

    private let records: Records
    private let caller: Caller
    private let source: String
    private let batchCount: Int

    /// Resources a transaction: enough that making it durable costs little beside storing them.
    package static let batchCount = 8_000

    /// An importer for one source.
    /// - Parameters:
    ///   - records: where the resources go.
    ///   - caller: who imports.
    ///   - source: names where the records come from; the same id from another source is not overwritten.
    ///   - batch: resources a transaction.
    package init(records: Records, caller: Caller, source: String, batch: Int = Importer.batchCount) {
        self.records = records
        self.caller = caller
        self.source = source
        batchCount = batch
    }

    /// Imports all files.
    /// - Parameters:
    ///   - files: read in this order.
    ///   - place: the file for what could not be read.
    ///   - now: the time of the import, milliseconds since 1970.
    ///   - progress: bytes read so far and the report so far, after each durable batch.
    /// - Returns: what became of all that was read.
    /// - Throws: what storing the records or writing the quarantine throws; batches that are stored by then stay.
    package func run(
        _ files: [ImportSource], quarantine place: URL, at now: Int64,
        progress: @escaping @Sendable (Int, Report) -> Void
    ) async throws -> Report {
        let quarantine = Quarantine(place)
        var report = Report()
        report.files = files.count
        report.bytes = files.reduce(0) { $0 + $1.size }
        var waiting: [Ready] = []
        let room = DispatchSemaphore(value: 3)
        for await batch in batches(of: files, room: room) {
            defer { room.signal() }
            var ready = batch.items
            try await resolve(&ready, waiting: &waiting)
            try await store(ready, at: now, quarantine: quarantine, report: &report)
            progress(batch.bytesRead, report)
        }
        // What was missing may have come with a later file.
        var left: [Ready] = []
        try await resolve(&waiting, waiting: &left)
        try await store(waiting, at: now, quarantine: quarantine, report: &report)
        for item in left {
            try quarantine.add(
                .init(
                    file: item.file, line: item.line, reason: "A conditional reference finds nothing, or more than one."
                ),
                text: item.text)
        }
        report.quarantined = quarantine.count
        report.firstQuarantined = quarantine.first
        report.quarantine = quarantine.count > 0 ? place : nil
        try await records.refreshStale(asOf: now)
        return report
    }

    // MARK: Reading, on threads of its own

    /// A text of a file, not looked at yet.
    private struct Text {
        let file: ImportSource
        let line: Int
        let bytes: ArraySlice<UInt8>
    }

    private func batches(of files: [ImportSource], room: DispatchSemaphore) -> AsyncStream<Batch> {
        AsyncStream { continuation in
            let thread = Thread {
                var batch = Batch()
                var texts: [Text] = []
                var gathered = 0
                func hand() {
                    room.wait()
                    continuation.yield(batch)
                    batch.items = []
                }
                func prepare() {
                    for item in ready(texts) {
                        batch.items.append(item)
                        if batch.items.count >= batchCount {
                            hand()
                        }
                    }
                    texts = []
                    gathered = 0
                }
                for file in files {
                    do {
                        try file.texts { bytes, line in
                            texts.append(Text(file: file, line: line, bytes: bytes))
                            gathered += bytes.count
                            if gathered >= Self.gatheredBytes {
                                prepare()
                            }
                        }
                    } catch {
                        prepare()
                        let reason =
                            error is Gzip.Failure ? "The gzip archive is broken or bursts." : "The file cannot be read."
                        batch.items.append(Ready(file: file.name, line: 1, text: [], outcome: .refused(reason)))
                    }
                    batch.bytesRead += file.size
                }
                prepare()
                hand()
                continuation.finish()
            }
            thread.stackSize = 8 << 20
            thread.start()
        }
    }

    /// So much text is taken apart at a time, on all cores that the writer leaves free.
    private static let gatheredBytes = 4 << 20

    /// What becomes of some texts, in their order.
    private func ready(_ texts: [Text]) -> [Ready] {
        let lanes = max(1, min(texts.count, ProcessInfo.processInfo.activeProcessorCount * 2))
        let results = Mutex([[Ready]](repeating: [], count: lanes))
        DispatchQueue.concurrentPerform(iterations: lanes) { lane in
            let part = texts[texts.count * lane / lanes..<texts.count * (lane + 1) / lanes]
            let made = part.flatMap { text in
                Unbundle(source: source).items(in: text.bytes, firstLine: text.line).map {
                    ready($0, of: text.file, tooLong: text.bytes.count > ImportSource.largestText)
                }
            }
            results.withLock { $0[lane] = made }
        }
        return results.withLock { $0.flatMap(\.self) }
    }

    private func ready(_ item: Unbundle.Item, of file: ImportSource, tooLong: Bool) -> Ready {
        func made(_ outcome: Ready.Outcome) -> Ready {
            var text: [UInt8] = []
            if case .prepared = outcome {} else { text = Array(item.text) }
            return Ready(file: file.name, line: item.line, text: text, outcome: outcome)
        }
        if tooLong {
            return made(.refused("The text is longer than \(ImportSource.largestText >> 20) MB."))
        }
        switch item.result {
        case .failure(let refusal): return made(.refused(refusal.reason))
        case .success(let document):
            guard item.conditions.isEmpty, item.ifNoneExist == nil else {
                return made(.conditional(document, conditions: item.conditions, ifNoneExist: item.ifNoneExist))
            }
            return made(prepared(document))
        }
    }

    private func prepared(_ document: JSONDocument) -> Ready.Outcome {
        do {
            return .prepared(try records.prepare(document))
        } catch .invalid(let reasons) {
            return .refused(reasons.prefix(5).joined(separator: " "))
        } catch {
            return .refused("The resource cannot be stored.")
        }
    }

    // MARK: Conditional references

    /// Finds what conditional references point to; items whose targets are not on file yet go to `waiting`.
    private func resolve(_ items: inout [Ready], waiting: inout [Ready]) async throws {
        guard items.contains(where: { if case .conditional = $0.outcome { true } else { false } }) else {
            return
        }
        var resolved: [Ready] = []
        var aliases: [String: String] = [:]
        for item in items {
            guard case .conditional(let document, let conditions, let ifNoneExist) = item.outcome else {
                resolved.append(item)
                continue
            }
            let type = document.root["resourceType"]?.string ?? ""
            if let ifNoneExist, let existing = try await find("\(type)?\(ifNoneExist)") {
                if let id = document.root["id"]?.string, existing != "\(type)/\(id)" {
                    aliases["\(type)/\(id)"] = existing
                    continue
                }
            }
            var targets: [String: String] = [:]
            for condition in conditions {
                targets[condition] = try await find(condition)
            }
            guard targets.count == conditions.count else {
                waiting.append(item)
                continue
            }
            let outcome = (try? rewritten(document, targets)).map(prepared) ?? item.outcome
            resolved.append(Ready(file: item.file, line: item.line, text: item.text, outcome: outcome))
        }
        items = resolved
        for position in items.indices where !aliases.isEmpty {
            if case .prepared(let made) = items[position].outcome, let document = try? records.document(of: made) {
                let item = items[position]
                items[position] = Ready(
                    file: item.file, line: item.line, text: item.text,
                    outcome: (try? rewritten(document, aliases)).map(prepared) ?? item.outcome)
            }
        }
    }

    private func rewritten(_ document: JSONDocument, _ targets: [String: String]) throws -> JSONDocument {
        var writer = JSONWriter(capacity: document.bytes.count)
        let reference = Array("reference".utf8)
        writer.copy(document.root) { member, node in
            member.elementsEqual(reference) ? node.string.flatMap { targets[$0] } : nil
        }
        return try JSONDocument(writer.bytes)
    }

    /// Looks up a condition, `Type?identifier=system|value`: the reference of the only match, nil when there is none or
    /// more than one.
    private func find(_ condition: String) async throws -> String? {
        let parts = condition.split(separator: "?", maxSplits: 1)
        guard let type = parts.first, let search = parts.last, parts.count == 2 else {
            return nil
        }
        var terms: [Query.Term] = []
        for pair in search.split(separator: "&") {
            let sides = pair.split(separator: "=", maxSplits: 1).map { $0.removingPercentEncoding ?? String($0) }
            guard sides.count == 2 else {
                return nil
            }
            let value = sides[1].split(separator: "|", omittingEmptySubsequences: false).map(String.init)
            terms.append(.token(sides[0], system: value.count == 2 ? value[0] : nil, code: value.last ?? ""))
        }
        let query = Query(String(type), terms, limit: 2)
        let found = try await records.read(as: .system("import"), at: 0, for: "conditional reference") { reader in
            try reader.search(query).map(\.reference)
        }
        return found.count == 1 ? found.first : nil
    }

    // MARK: Storing

    private func store(
        _ items: [Ready], at now: Int64, quarantine: Quarantine, report: inout Report
    ) async throws {
        var batch: [Prepared] = []
        var places: [Ready] = []
        for item in items {
            switch item.outcome {
            case .prepared(let prepared):
                batch.append(prepared)
                places.append(item)
            case .refused(let reason):
                try quarantine.add(.init(file: item.file, line: item.line, reason: reason), text: item.text)
            case .conditional:
                try quarantine.add(
                    .init(file: item.file, line: item.line, reason: "A conditional reference cannot be read."),
                    text: item.text)
            }
        }
        guard !batch.isEmpty else {
            return
        }
        let origin = places.first.map { "import \($0.file)" } ?? "import"
        let verdicts = try await records.store(batch, from: source, as: caller, at: now, origin: origin)
        for ((verdict, item), place) in zip(zip(verdicts, batch), places) {
            switch verdict {
            case .stored(let version):
                report.created += version == 1 ? 1 : 0
                report.updated += version == 1 ? 0 : 1
                report.byType[item.type, default: 0] += 1
            case .unchanged: report.unchanged += 1
            case .refused(let reason):
                let text = (try? records.document(of: item))?.bytes ?? []
                try quarantine.add(.init(file: place.file, line: place.line, reason: reason), text: text)
            }
        }
        report.quarantined = quarantine.count
    }
}
