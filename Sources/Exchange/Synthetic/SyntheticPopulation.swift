package import FHIR
import Foundation

/// An invented population as FHIR R4: clinically plausible, the same for the same seed and day, safe to show.
///
/// Person `index` is the same however many people there are. About 40 resources a person, about 300 when rich.
package struct SyntheticPopulation: Sendable {
    /// Why a population could not be written.
    package enum Failure: Error, Equatable {
        /// The file or folder that cannot be written.
        case unwritable(String)
    }

    static let peoplePerPractitioner = 100
    static let peoplePerOrganization = 500
    static let practitionersPerOrganization = peoplePerOrganization / peoplePerPractitioner

    package let seed: UInt64
    package let patients: Int
    package let rich: Bool
    package let asOf: CalendarDay
    package let content: SyntheticContent

    /// - Parameters:
    ///   - seed: the same seed gives the same people.
    ///   - patients: how many people, at least one.
    ///   - rich: eight years of full records instead of two years of the essentials.
    ///   - asOf: the day on which the records end; some are then in hospital or just home.
    ///   - content: the tables from which people are made.
    package init(seed: UInt64, patients: Int, rich: Bool, asOf: CalendarDay, content: SyntheticContent) {
        self.seed = seed
        self.patients = max(1, patients)
        self.rich = rich
        self.asOf = asOf
        self.content = content
    }

    /// All records of one person, the Patient first.
    package func person(_ index: Int) -> [SyntheticResource] {
        var life = Life(index, seed: seed, asOf: Day(asOf), rich: rich, content: content)
        var scribe = Scribe(content, life.person)
        life.write(&scribe)
        return scribe.sheets.separate
    }

    /// The organizations and practitioners to whom the records of the first `patients` people refer.
    package func shared() -> [SyntheticResource] {
        var scribe = Scribe(content, SyntheticPerson(0, seed: seed, asOf: Day(asOf), content: content))
        writeShared(&scribe)
        return scribe.sheets.separate
    }

    private func writeShared(_ scribe: inout Scribe) {
        for payer in [Payer.medicare, .medicaid, .insurer] { scribe.writePayer(payer) }
        for number in 1...((patients - 1) / Self.peoplePerOrganization + 1) {
            scribe.writeOrganization(number)
        }
        for number in 1...((patients - 1) / Self.peoplePerPractitioner + 1) {
            scribe.writePractitioner(number, seed: seed)
        }
    }

    /// Writes one NDJSON file a resource type, such as `Patient.ndjson`, replacing what was there.
    /// - Parameters:
    ///   - directory: made when it does not exist.
    ///   - progress: told now and then how many people are done.
    /// - Returns: how many resources were written.
    /// - Throws: `Failure.unwritable` with the path.
    @discardableResult
    package func write(to directory: String, progress: (Int) -> Void = { _ in }) throws -> Int {
        let folder = URL(fileURLWithPath: directory, isDirectory: true)
        guard (try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)) != nil else {
            throw Failure.unwritable(directory)
        }
        var files: [FileHandle] = []
        defer { for file in files { try? file.close() } }
        for kind in SyntheticKind.allCases {
            let path = folder.appendingPathComponent("\(kind.type).ndjson").path
            guard FileManager.default.createFile(atPath: path, contents: nil),
                let file = FileHandle(forWritingAtPath: path)
            else { throw Failure.unwritable(path) }
            files.append(file)
        }

        var scribe = Scribe(content, SyntheticPerson(0, seed: seed, asOf: Day(asOf), content: content))
        writeShared(&scribe)
        for index in 0..<patients {
            var life = Life(index, seed: seed, asOf: Day(asOf), rich: rich, content: content)
            life.write(&scribe)
            if index % 256 == 255 {
                try flush(&scribe, files, atLeast: 1 << 20, in: directory)
                progress(index + 1)
            }
        }
        try flush(&scribe, files, atLeast: 1, in: directory)
        progress(patients)
        return scribe.sheets.resources
    }

    private func flush(_ scribe: inout Scribe, _ files: [FileHandle], atLeast size: Int, in directory: String) throws {
        for (kind, file) in zip(SyntheticKind.allCases, files) {
            let page = scribe.sheets.pages[kind.rawValue]
            guard page.count >= size else { continue }
            do { try file.write(contentsOf: Data(page)) } catch {
                throw Failure.unwritable(directory)
            }
            scribe.sheets.clear(kind)
        }
    }
}
