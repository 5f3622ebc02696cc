/// An HL7 v2 message, taken apart into segments; fields are read when they are asked for (HL7 v2.8 §2.5).
package struct HL7Message: Sendable {
    /// One segment of a message.
    package struct Segment: Sendable {
        /// Three characters, as `PID`.
        package let name: String
        let bytes: ArraySlice<UInt8>
        let delimiters: HL7Delimiters

        /// A field by its number from 1; empty when there is none. The numbers are those of the standard, of MSH too.
        package subscript(number: Int) -> HL7Value {
            // MSH-1 is the separator itself.
            let place = name == "MSH" ? number : number &+ 1
            guard number >= 1, let found = bytes.part(place, between: delimiters.field) else {
                return HL7Value(bytes: [], delimiters: delimiters, level: .field)
            }
            return HL7Value(bytes: found, delimiters: delimiters, level: .field)
        }
    }

    /// More than any sender needs: what goes beyond is refused before work is spent on it.
    package static let mostBytes = 2_000_000
    static let mostSegments = 2_000
    static let mostFields = 500

    package let delimiters: HL7Delimiters
    /// In the order in which they stand, MSH first.
    package let segments: [Segment]

    /// Reads a message.
    /// - Parameters:
    ///   - bytes: as it came, without the frame. Segments end with CR, LF or both.
    ///   - charset: of a message that names none, by table HL70211; nil: UTF-8 where it is that, else 8859/1.
    /// - Throws: `HL7Fault` when it is too large, has no MSH, or its text cannot be decoded.
    package init(_ bytes: [UInt8], charset: String? = nil) throws(HL7Fault) {
        guard bytes.count <= Self.mostBytes else {
            throw HL7Fault(.dataType, at: "MSH", "the message is larger than 2 MB", isRejected: true)
        }
        let text = try HL7Charset.utf8(bytes, usual: charset)
        let lines = text.split(maxSplits: Self.mostSegments) { $0 == 13 || $0 == 10 }
        guard lines.count <= Self.mostSegments else {
            throw HL7Fault(.dataType, at: "MSH", "the message has more than 2000 segments", isRejected: true)
        }
        let trimmed = lines.map { $0.drop { $0 <= 32 } }.filter { !$0.isEmpty }
        guard let header = trimmed.first, header.starts(with: Array("MSH".utf8)) else {
            throw HL7Fault(.segmentSequence, at: "MSH", "the message does not begin with MSH", isRejected: true)
        }
        guard !trimmed.dropFirst().contains(where: { $0.starts(with: Array("MSH".utf8)) }) else {
            // A sender that broke off and began again: the two may tell of different people.
            throw HL7Fault(.segmentSequence, at: "MSH", "two messages stand in one", isRejected: true)
        }
        let delimiters = try HL7Delimiters(header: header)
        var segments: [Segment] = []
        for line in trimmed {
            let count = line.reduce(0) { $1 == delimiters.field ? $0 + 1 : $0 }
            let name = String(decoding: line.prefix { $0 != delimiters.field }.prefix(4), as: UTF8.self)
            guard count <= Self.mostFields else {
                throw HL7Fault(.dataType, at: "\(name.prefix(3))", "the segment has more than 500 fields")
            }
            segments.append(Segment(name: name, bytes: line, delimiters: delimiters))
        }
        self.delimiters = delimiters
        self.segments = segments
    }

    /// The first segment of a name.
    package func first(_ name: String) -> Segment? { segments.first { $0.name == name } }

    /// All segments of a name.
    package func all(_ name: String) -> [Segment] { segments.filter { $0.name == name } }

    /// A field of the first segment of a name; empty when there is none.
    package func field(_ name: String, _ number: Int) -> HL7Value {
        first(name)?[number] ?? HL7Value(bytes: [], delimiters: delimiters, level: .field)
    }

    /// MSH-9.1, as `ADT`.
    package var type: String { field("MSH", 9).text(1) ?? "" }

    /// MSH-9.2, or where that is empty EVN-1: which event it tells, as `A01`.
    package var trigger: String { field("MSH", 9).text(2) ?? field("EVN", 1).text ?? "" }

    /// MSH-10.
    package var controlID: String { field("MSH", 10).text ?? "" }

    /// MSH-11.1, upper case.
    package var processingID: String { (field("MSH", 11).text(1) ?? "").uppercased() }

    /// MSH-12.1, as `2.5.1`.
    package var version: String { field("MSH", 12).text(1) ?? "" }
}
