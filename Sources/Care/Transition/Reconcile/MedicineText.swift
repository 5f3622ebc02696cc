import FHIR

/// What a line such as `metoprolol succ 50 mg once a day` says of a medicine. What cannot be read stays as it was written.
package struct MedicineText: Sendable, Equatable {
    /// An amount as it is written, and in the first unit of its kind.
    package struct Amount: Sendable, Equatable {
        let digits: String
        let unit: String
        let kind: String
        let value: Double

        var words: String { "\(digits) \(unit)" }
    }

    /// The whole line as it was written.
    package let written: String
    package private(set) var name = ""
    /// One for each ingredient where a product has several.
    package private(set) var strength: [Amount] = []
    /// `100 unit/mL`: how much is in what is measured.
    package private(set) var concentration: [Amount] = []
    /// How much at a time, where it is said beside the strength.
    package private(set) var dose: Amount?
    /// How many tablets, puffs … at a time.
    package private(set) var count: Double?
    private(set) var countWritten: String?
    package private(set) var form: String?
    package private(set) var release: String?
    package private(set) var route: String?
    package private(set) var frequency: MedicineWording.Frequency?
    package private(set) var times: [DayTime] = []
    package private(set) var asNeeded = false
    package private(set) var reason: String?
    package private(set) var lastTaken: String?
    /// The line says that it is to be stopped.
    package private(set) var isStopped = false
    /// The line says that the person does not take it.
    package private(set) var isNotTaken = false
    /// What none of this means.
    package private(set) var unread: String?

    /// Where the form stands among the words.
    private var formPlace: Int?

    private struct Word {
        let text: String
        let plain: String
        /// A comma or the like behind it ends what is said.
        let ends: Bool
        var isRead = false
    }

    /// - Parameters:
    ///   - line: as it was typed, pasted or recorded.
    ///   - wording: by which it is read.
    package init(_ line: String, _ wording: MedicineWording) {
        written = line.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        var words = Self.words(of: written)
        readRelease(&words, wording)
        readPhrases(&words, wording)
        readAmounts(&words, wording)
        readReason(&words, wording)
        readName(&words, wording)
        let rest = words.filter { !$0.isRead && !wording.fillers.contains($0.plain) }.map(\.text)
        unread = rest.isEmpty ? nil : rest.joined(separator: " ")
        route = route ?? wording.form(form)?.route
    }

    /// A medicine whose name and way of taking stand apart, as in a record: what is unread of its name is no part of how it is
    /// taken.
    init(name: String, takes: String?, _ wording: MedicineWording) {
        self.init([name, takes].compactMap(\.self).joined(separator: " "), wording)
        let own = MedicineText(name, wording).unread?.split(separator: " ") ?? []
        if let all = unread?.split(separator: " "), all.starts(with: own) {
            let rest = all.dropFirst(own.count)
            unread = rest.isEmpty ? nil : rest.joined(separator: " ")
        }
    }

    /// A number and its unit that were written as one are two words.
    private static func words(of line: String) -> [Word] {
        line.split(separator: " ").enumerated().flatMap { place, part -> [Word] in
            let text = part.trimmed(",;.()[]•*“”\"")
            // "1." and "-" before a line number it.
            let isMark = text.isEmpty || text == "-" || text == "–"
            if isMark || place == 0 && part.last == "." && text.allSatisfy(\.isNumber) {
                return []
            }
            let ends = part.last.map { ",;.)".contains($0) } ?? false
            let digits = text.prefix { $0.isNumber || $0 == "." || $0 == "," }
            let unit = text.dropFirst(digits.count)
            guard !digits.isEmpty, digits.contains(where: \.isNumber), unit.first?.isLetter ?? false else {
                return [Word(text: text, plain: text.lowercased(), ends: ends)]
            }
            return [
                Word(text: String(digits), plain: digits.lowercased(), ends: false),
                Word(text: String(unit), plain: unit.lowercased(), ends: ends),
            ]
        }
    }

    private mutating func readRelease(_ words: inout [Word], _ wording: MedicineWording) {
        let plain = words.map(\.plain)
        for (place, word) in plain.enumerated() {
            let rest = plain.dropFirst(place)
            if let phrase = wording.releases[word]?.first(where: { rest.starts(with: $0.words) }) {
                release = release ?? phrase.value
                // "24 HR … Extended Release" is how exports write it; "ER" and "succinate" stay a part of the name.
                if phrase.words.last == "release" || phrase.words.first?.allSatisfy(\.isNumber) == true {
                    for read in place..<(place + phrase.words.count) { words[read].isRead = true }
                }
            }
        }
    }

    private mutating func readPhrases(_ words: inout [Word], _ wording: MedicineWording) {
        let plain = words.map(\.plain)
        var place = 0
        while place < words.count {
            let rest = plain.dropFirst(place)
            guard let phrase = wording.phrases[plain[place]]?.first(where: { rest.starts(with: $0.words) }) else {
                place += 1
                continue
            }
            let end = place + phrase.words.count
            for read in place..<end { words[read].isRead = true }
            switch phrase.value {
            case .frequency(let found): frequency = frequency ?? found
            case .time(let time): if !times.contains(time) { times.append(time) }
            case .asNeeded: asNeeded = true
            case .route(let found): route = route ?? found.id
            case .form(let found):
                formPlace = form == nil ? place : formPlace
                form = form ?? found.id
            case .stopped: isStopped = true
            case .notTaken: isNotTaken = true
            case .lastTaken:
                lastTaken = Self.joined(words[end...])
                for read in end..<words.count { words[read].isRead = true }
                place = words.count
                continue
            }
            place = end
        }
        times = DayTime.allCases.filter(times.contains)
    }

    private mutating func readAmounts(_ words: inout [Word], _ wording: MedicineWording) {
        var amounts: [(amount: Amount, place: Int)] = []
        for place in words.indices where !words[place].isRead {
            let next = words.indices.contains(place + 1) ? words[place + 1] : nil
            if let next, !next.isRead, let unit = wording.units[Self.head(next.plain)],
                let values = Self.numbers(words[place].plain)
            {
                let isShare = next.plain.contains("/")
                for (digits, value) in values {
                    let amount = Amount(digits: digits, unit: unit.id, kind: unit.kind, value: value * unit.factor)
                    if isShare || unit.kind == "share" {
                        concentration.append(amount)
                    } else {
                        amounts.append((amount, place))
                    }
                }
                words[place].isRead = true
                words[place + 1].isRead = true
            } else if let next, next.isRead, wording.isForm(next.plain), count == nil {
                // "1 tablet", "1-2 puffs"
                if let value = wording.numbers[words[place].plain] ?? Self.number(words[place].plain) {
                    count = value
                } else if Self.isRange(words[place].plain) {
                    countWritten = words[place].text
                } else {
                    continue
                }
                words[place].isRead = true
            } else if place > 0, words[place].plain == "/", !amounts.isEmpty {
                words[place].isRead = true
            }
        }
        readBareCount(&words)
        // "a 12.5 MG / b 10 MG" is one strength; "tablet 25 mg, take 50 mg" gives the dose behind it.
        let joins = words.indices.filter { words[$0].text == "/" }
        if let last = amounts.last, let first = amounts.first, amounts.count > 1, last.place != first.place,
            !joins.contains(where: { first.place < $0 && $0 < last.place })
        {
            dose = last.amount
            amounts.removeLast()
        }
        strength = amounts.map(\.amount)
    }

    /// "Oral Tablet: 1, once a day": a number alone behind the form counts it.
    private mutating func readBareCount(_ words: inout [Word]) {
        guard count == nil, countWritten == nil, let after = formPlace else {
            return
        }
        let place = words.indices.first { place in
            place > after && !words[place].isRead
                && (!words.indices.contains(place + 1) || words[place + 1].isRead)
                && Self.number(words[place].plain).map { $0 > 0 && $0 <= 20 } ?? false
        }
        if let place {
            count = Self.number(words[place].plain)
            words[place].isRead = true
        }
    }

    private mutating func readReason(_ words: inout [Word], _ wording: MedicineWording) {
        guard
            let start = words.indices.first(where: { place in
                !words[place].isRead && wording.reasonAfter.contains(words[place].plain)
                    && words.indices.contains(place + 1) && !words[place + 1].isRead
                    && Self.number(words[place + 1].plain) == nil
            })
        else {
            return
        }
        words[start].isRead = true
        var said: [String] = []
        for place in words.indices.dropFirst(start + 1) {
            guard !words[place].isRead else {
                break
            }
            words[place].isRead = true
            said.append(words[place].text)
            if words[place].ends { break }
        }
        reason = said.joined(separator: " ")
    }

    private mutating func readName(_ words: inout [Word], _ wording: MedicineWording) {
        guard
            let start = words.indices.first(where: { !words[$0].isRead && !wording.fillers.contains(words[$0].plain) })
        else {
            name = written
            return
        }
        // "lisinopril 10 mg / hydrochlorothiazide 12.5 mg" names two.
        let joins = words.indices.filter { words[$0].text == "/" && $0 > start }.map { $0 + 1 }
        var names: [String] = []
        for from in [start] + joins {
            var parts: [String] = []
            for place in words.indices.dropFirst(from) {
                guard !words[place].isRead, !wording.fillers.contains(words[place].plain), words[place].text != "/"
                else {
                    break
                }
                words[place].isRead = true
                parts.append(words[place].text)
                if words[place].ends { break }
            }
            if !parts.isEmpty { names.append(parts.joined(separator: " ")) }
        }
        name = names.joined(separator: " / ")
        for place in joins { words[place - 1].isRead = true }
    }

    private static func joined(_ words: ArraySlice<Word>) -> String? {
        words.isEmpty ? nil : words.map(\.text).joined(separator: " ")
    }

    /// `mg/ml` is of `mg`.
    private static func head(_ unit: String) -> String { String(unit.prefix { $0 != "/" }) }

    private static func number(_ text: String) -> Double? {
        guard text.first?.isNumber ?? false, text.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == "." || $0 == ",") })
        else {
            return nil
        }
        return Double(text.filter { $0 != "," }).flatMap { $0.isFinite ? $0 : nil }
    }

    /// `5/325` and `10-12.5` are two.
    private static func numbers(_ text: String) -> [(String, Double)]? {
        let parts = text.split { $0 == "/" || $0 == "-" }.map(String.init)
        let values = parts.compactMap { part in number(part).map { (part, $0) } }
        return values.isEmpty || values.count != parts.count ? nil : values
    }

    private static func isRange(_ text: String) -> Bool { numbers(text)?.count == 2 }
}

extension MedicineWording {
    func isForm(_ word: String) -> Bool {
        phrases[word]?.contains { phrase in
            guard case .form = phrase.value else {
                return false
            }
            return phrase.words.count == 1
        } ?? false
    }
}

extension Substring {
    /// Without these signs at both ends.
    fileprivate func trimmed(_ signs: String) -> String {
        let start = drop { signs.contains($0) }
        let end = start.lastIndex { !signs.contains($0) }
        return end.map { String(start[...$0]) } ?? ""
    }
}
