/// FHIR R4 §3.1.1.4.5: `,`, `|` and `$` part values unless a backslash stands before them.
enum ValueSplitter {
    static func split(_ text: some StringProtocol, at separator: Character) -> [Substring] {
        var parts: [Substring] = []
        let text = Substring(text)
        var start = text.startIndex
        var place = start
        while place < text.endIndex {
            if text[place] == "\\" {
                place = text.index(after: place)
                if place == text.endIndex { break }
            } else if text[place] == separator {
                parts.append(text[start..<place])
                start = text.index(after: place)
            }
            place = text.index(after: place)
        }
        parts.append(text[start...])
        return parts
    }

    /// Undoes `\,`, `\|`, `\$` and `\\`; any other backslash stays.
    static func plain(_ text: some StringProtocol) -> String {
        guard text.contains("\\") else { return String(text) }
        var out = ""
        var isEscaped = false
        for character in text {
            if isEscaped {
                if !",|$\\".contains(character) { out.append("\\") }
                out.append(character)
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else {
                out.append(character)
            }
        }
        return isEscaped ? out + "\\" : out
    }
}
