package import FHIR

/// A date as people type it: `1948-03-14`, `14-Mar-1948`, `March 14, 1948`, `3/14/1948`, `14.3.1948`, `03141948`.
package enum TypedDate {
    /// - Returns: the days that it can mean, the likelier one first; none when it is no date. `3/4/1948` is 4 March in
    ///   the United States and 3 April elsewhere.
    package static func days(_ text: String) -> [CalendarDay] {
        if let day = CalendarDay(text) {
            return [day]
        }
        // Names drop full stops; here they part the numbers.
        let parts = PersonName.parts(of: String(text.map { $0 == "." ? " " : $0 }))
        let only = parts.first ?? ""
        if parts.count == 1, only.utf8.count == 8, Int(only) != nil {
            return packed(only)
        }
        guard parts.count == 3 else {
            return []
        }
        let numbers = parts.map { $0.utf8.count <= 4 ? Int($0) : nil }
        if let place = parts.firstIndex(where: { month($0) != nil && Int($0) == nil }) {
            let others = numbers.indices.filter { $0 != place }.compactMap { numbers[$0] }
            guard others.count == 2, let month = month(parts[place]) else {
                return []
            }
            let (year, day) = others[0] > 31 ? (others[0], others[1]) : (others[1], others[0])
            return CalendarDay(year: year, month: month, day: day).map { [$0] } ?? []
        }
        guard let first = numbers[0], let second = numbers[1], let third = numbers[2] else {
            return []
        }
        if first > 31 {
            return CalendarDay(year: first, month: second, day: third).map { [$0] } ?? []
        }
        guard third > 999 else {
            return []
        }
        return either(third, first, second)
    }

    private static func packed(_ text: String) -> [CalendarDay] {
        let digits = text.utf8.map { Int($0) - 48 }
        func number(_ range: Range<Int>) -> Int { digits[range].reduce(0) { $0 * 10 + $1 } }
        let byYear = CalendarDay(year: number(0..<4), month: number(4..<6), day: number(6..<8))
        let all = either(number(4..<8), number(0..<2), number(2..<4)) + [byYear].compactMap { $0 }
        return all.filter { (1850...2200).contains($0.year) }
    }

    private static func either(_ year: Int, _ first: Int, _ second: Int) -> [CalendarDay] {
        let american = CalendarDay(year: year, month: first, day: second)
        let other = first == second ? nil : CalendarDay(year: year, month: second, day: first)
        return [american, other].compactMap { $0 }
    }

    private static func month(_ text: String) -> Int? {
        let names = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
        return names.firstIndex { text.hasPrefix($0) }.map { $0 + 1 }
    }
}
