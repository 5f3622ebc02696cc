import FHIR
import Records

/// The names of those who work here, each looked up once a page.
final class NamesOnFile {
    private let reader: Reader
    private var known: [String: String] = [:]

    init(_ reader: Reader) {
        self.reader = reader
    }

    /// "Ruth Adeyemi, RN"; "someone" when nobody such is on file.
    func name(_ reference: String?) throws -> String {
        guard let reference else {
            return "nobody yet"
        }
        if let name = known[reference] {
            return name
        }
        let name = try reader.find(reference: reference).map { Words.spokenName($0.root) } ?? "someone"
        known[reference] = name
        return name
    }
}
