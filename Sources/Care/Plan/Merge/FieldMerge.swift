/// Two people changed the same thing: what each of them changed is kept, field by field, and only a field that both changed
/// to different words has to be decided.
package struct FieldMerge: Sendable, Equatable {
    /// Each field as it is to be saved; of those that clash, as it was typed.
    package let fields: [String: String]
    /// The fields that both changed, and not to the same.
    package let clashes: Set<String>
    /// The fields that the other one changed and that are kept.
    package let theirs: Set<String>

    /// - Parameters:
    ///   - base: the fields as they were when the form was opened.
    ///   - stored: as they stand now.
    ///   - typed: as they came with the form; a field that is missing was not asked for.
    package init(base: [String: String], stored: [String: String], typed: [String: String]) {
        func plain(_ text: String?) -> String {
            (text ?? "").split(whereSeparator: \.isNewline).map { $0.split(separator: " ").joined(separator: " ") }
                .filter { !$0.isEmpty }.joined(separator: "\n")
        }
        var fields: [String: String] = [:]
        var clashes: Set<String> = []
        var theirs: Set<String> = []
        for name in Set(typed.keys).union(stored.keys) {
            guard let mine = typed[name] else {
                fields[name] = stored[name]
                continue
            }
            let (was, stands) = (plain(base[name]), plain(stored[name]))
            if plain(mine) == was {
                fields[name] = stored[name] ?? ""
                if stands != was { theirs.insert(name) }
            } else {
                fields[name] = mine
                if stands != was, stands != plain(mine) { clashes.insert(name) }
            }
        }
        self.fields = fields
        self.clashes = clashes
        self.theirs = theirs
    }
}
