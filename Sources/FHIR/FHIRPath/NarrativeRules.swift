/// What a narrative may hold: FHIR R4 §2.4.0, rules txt-1 and txt-2.
///
/// A narrative is shown to people, so what could run or load something in a browser is refused. The text is read once,
/// from left to right.
package enum NarrativeRules {
    /// What is wrong, in plain words; nil when it is sound.
    package static func fault(in text: String) -> String? {
        var text = text
        return text.withUTF8 { fault(utf8: $0) }
    }

    static func fault(utf8 bytes: UnsafeBufferPointer<UInt8>) -> String? {
        var place = 0
        var hasContent = false
        while place < bytes.count {
            guard bytes[place] == UInt8(ascii: "<") else {
                if bytes[place] > 32 { hasContent = true }
                place += 1
                continue
            }
            if starts(bytes, place, "<!--") {
                guard let end = find(bytes, from: place + 4, "-->") else { return "A comment in it is not closed." }
                place = end
                continue
            }
            var end = place + 1
            var quote: UInt8 = 0
            while end < bytes.count, quote != 0 || bytes[end] != UInt8(ascii: ">") {
                if quote == 0, bytes[end] == UInt8(ascii: "\"") || bytes[end] == UInt8(ascii: "'") {
                    quote = bytes[end]
                } else if bytes[end] == quote {
                    quote = 0
                }
                end += 1
            }
            guard end < bytes.count else { return "A tag in it is not closed." }
            let tag = UnsafeBufferPointer(rebasing: bytes[(place + 1)..<end])
            if let fault = fault(inTag: tag) { return fault }
            if starts(tag, 0, "img") { hasContent = true }
            place = end + 1
        }
        return hasContent ? nil : "It has no text."
    }

    private static func starts(_ bytes: UnsafeBufferPointer<UInt8>, _ place: Int, _ text: StaticString) -> Bool {
        guard place + text.utf8CodeUnitCount <= bytes.count else { return false }
        for offset in 0..<text.utf8CodeUnitCount where bytes[place + offset] != text.utf8Start[offset] { return false }
        return true
    }

    private static func find(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int, _ text: StaticString) -> Int? {
        var place = start
        while place + text.utf8CodeUnitCount <= bytes.count {
            if starts(bytes, place, text) { return place + text.utf8CodeUnitCount }
            place += 1
        }
        return nil
    }

    private static func fault(inTag tag: UnsafeBufferPointer<UInt8>) -> String? {
        var place = 0
        let isClosing = tag.first == UInt8(ascii: "/")
        if isClosing { place = 1 }
        let name = word(tag, &place)
        // Character data and processing instructions have no place in it; nor has a document type.
        guard tags.contains(name) else { return "It uses an HTML element that FHIR does not allow." }
        if isClosing { return nil }
        while place < tag.count {
            let byte = tag[place]
            if byte <= 32 || byte == UInt8(ascii: "/") {
                place += 1
                continue
            }
            let attribute = word(tag, &place)
            guard attributes.contains(attribute) || attribute.hasPrefix("xml:") || attribute.hasPrefix("xmlns:") else {
                return "It uses an HTML attribute that FHIR does not allow."
            }
            while place < tag.count, tag[place] <= 32 { place += 1 }
            guard place < tag.count, tag[place] == UInt8(ascii: "=") else { continue }
            place += 1
            while place < tag.count, tag[place] <= 32 { place += 1 }
            guard place < tag.count, tag[place] == UInt8(ascii: "\"") || tag[place] == UInt8(ascii: "'") else {
                return "An attribute in it has no quotes."
            }
            let quote = tag[place]
            place += 1
            let start = place
            while place < tag.count, tag[place] != quote { place += 1 }
            if attribute == "href" || attribute == "src" {
                let address = tag[start..<min(place, tag.count)].filter { $0 > 32 }.prefix(12)
                let scheme = String(decoding: address, as: UTF8.self).lowercased()
                if scheme.hasPrefix("javascript:") || scheme.hasPrefix("vbscript:") {
                    return "A link in it runs a script."
                }
            }
            place += 1
        }
        return nil
    }

    /// Letters, digits and what names are made of, in small letters; moves on by at least one.
    private static func word(_ bytes: UnsafeBufferPointer<UInt8>, _ place: inout Int) -> String {
        let start = place
        while place < bytes.count, bytes[place] > 32, bytes[place] != UInt8(ascii: "="),
            bytes[place] != UInt8(ascii: "/")
        {
            place += 1
        }
        let word = String(decoding: bytes[start..<place], as: UTF8.self)
        if place == start { place += 1 }
        return word
    }

    /// HTML 4.0 chapters 7 to 11 (but 9.4) and 15, links and images.
    private static let tags: Set<String> = [
        "a", "abbr", "acronym", "b", "big", "blockquote", "br", "caption", "cite", "code", "col", "colgroup", "dd",
        "dfn",
        "div", "dl", "dt", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "li", "ol", "p", "pre", "q",
        "samp",
        "small", "span", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "tt", "ul",
        "var",
        "kbd", "address", "bdo", "ins", "del",
    ]

    private static let attributes: Set<String> = [
        "abbr", "accesskey", "align", "alt", "axis", "bgcolor", "border", "cellhalign", "cellpadding", "cellspacing",
        "cellvalign", "char", "charoff", "charset", "cite", "class", "colspan", "compact", "coords", "dir", "frame",
        "headers", "height", "href", "hreflang", "hspace", "id", "lang", "longdesc", "name", "nowrap", "rel", "rev",
        "rowspan", "rules", "scope", "shape", "span", "src", "start", "style", "summary", "tabindex", "target", "title",
        "type", "valign", "value", "vspace", "width", "xmlns",
    ]
}
