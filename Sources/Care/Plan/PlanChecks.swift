import FHIR

/// Collects what is wrong with the fields of a plan form, so that all of it is said at once.
struct PlanChecks {
    private(set) var problems: [FormProblems.Problem] = []

    mutating func refuse(_ field: String, _ message: String) {
        problems.append(.init(field, message))
    }

    /// A text that has to be there.
    /// - Returns: the text, or an empty one when it is refused.
    mutating func text(_ field: String, _ value: String?, most: Int, missing: String) -> String {
        guard let value, value.contains(where: { !$0.isWhitespace }) else {
            refuse(field, missing)
            return ""
        }
        return short(field, value, most: most) ?? ""
    }

    /// A text that may be left out.
    mutating func short(_ field: String, _ value: String?, most: Int) -> String? {
        guard let value, value.contains(where: { !$0.isWhitespace }) else {
            return nil
        }
        let length = value.unicodeScalars.count
        guard length <= most else {
            refuse(field, "Please shorten this to \(most) characters. It has \(length).")
            return nil
        }
        // FHIR R4 string: no control characters but tab, line feed and carriage return.
        guard !value.unicodeScalars.contains(where: { $0.value < 32 && ![9, 10, 13].contains($0.value) }) else {
            refuse(field, "This holds signs that cannot be kept. Please type it again.")
            return nil
        }
        return value
    }

    /// A day from today on, within ten years.
    mutating func day(_ field: String, _ value: String?, from today: CalendarDay, missing: String?) -> CalendarDay? {
        guard let value, !value.isEmpty else {
            if let missing { refuse(field, missing) }
            return nil
        }
        guard let day = CalendarDay(value) else {
            refuse(field, "Please enter a date like 2026-01-31.")
            return nil
        }
        guard day >= today else {
            refuse(field, "This day has passed. Choose today or a later day.")
            return nil
        }
        guard day <= today.adding(days: 3_650) else {
            refuse(field, "This is more than ten years away.")
            return nil
        }
        return day
    }

    /// A number as a person writes it, with point or comma.
    mutating func number(_ field: String, _ value: String?) -> Double? {
        guard let value, !value.isEmpty else {
            return nil
        }
        let plain = value.map { $0 == "," ? "." : $0 }
        guard plain.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == "." || $0 == "-") }), plain.count <= 12,
            let number = Double(String(plain)), number.isFinite
        else {
            refuse(field, "Please enter the number in digits.")
            return nil
        }
        return number
    }

    /// A whole number from 0 to 10.
    mutating func outOfTen(_ field: String, _ value: String?) -> Int? {
        guard let value, !value.isEmpty else {
            return nil
        }
        guard let number = Int(value), (0...10).contains(number) else {
            refuse(field, "How much it matters, and how sure they are, is a whole number from 0 to 10.")
            return nil
        }
        return number
    }

    func finish() throws {
        try FormProblems(problems).check()
    }
}
