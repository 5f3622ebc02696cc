import Records

/// A place in a list, as it stands in an address: whole numbers joined by dots. Lists whose order is by numbers use it.
enum RowPlace {
    static func text(_ cursor: [SQLValue]?) -> String? {
        guard let cursor else {
            return nil
        }
        let numbers = cursor.compactMap { value -> String? in
            if case .integer(let number) = value { String(number) } else { nil }
        }
        return numbers.count == cursor.count ? numbers.joined(separator: ".") : nil
    }

    /// The place that a text stands for, in a list whose order has so many numbers; nil when the text is no such place.
    static func cursor(_ text: String?, count: Int) -> [SQLValue]? {
        guard let text, text.utf8.count <= 80 else {
            return nil
        }
        let numbers = text.split(separator: ".", omittingEmptySubsequences: false).compactMap { Int64($0) }
        return numbers.count == count ? numbers.map { .integer($0) } : nil
    }
}

/// The fields of `parts/pager.mustache`.
struct PagerModel {
    let shown: String
    let previous: String?
    let next: String?
}
