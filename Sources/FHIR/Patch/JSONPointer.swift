/// A place in a JSON value (RFC 6901): the names and positions on the way to it, escapes undone.
package struct JSONPointer: Sendable, Equatable {
    package let steps: [String]

    /// Reads a pointer: empty for the whole value, or steps that begin with `/`; `~1` stands for `/`, `~0` for `~`. It
    /// fails when the text is no pointer.
    package init?(_ text: String) {
        var steps: [String] = []
        var step: [UInt8]?
        var bytes = text.utf8.makeIterator()
        while let byte = bytes.next() {
            switch (byte, step) {
            case (UInt8(ascii: "/"), nil): step = []
            case (UInt8(ascii: "/"), let done?):
                steps.append(String(decoding: done, as: UTF8.self))
                step = []
            case (_, nil): return nil
            case (UInt8(ascii: "~"), _):
                switch bytes.next() {
                case UInt8(ascii: "0"): step?.append(UInt8(ascii: "~"))
                case UInt8(ascii: "1"): step?.append(UInt8(ascii: "/"))
                default: return nil
                }
            default: step?.append(byte)
            }
        }
        if let step { steps.append(String(decoding: step, as: UTF8.self)) }
        self.steps = steps
    }

    /// A step as the position of an array element: digits without a leading zero; nil for anything else, also for `-`.
    static func position(_ step: String) -> Int? {
        let digits = step.utf8
        guard !digits.isEmpty, digits.allSatisfy({ (48...57).contains($0) }),
            digits.count == 1 || digits.first != UInt8(ascii: "0")
        else { return nil }
        return Int(step)
    }

    /// Whether the other place is this one or stands within it.
    func holds(_ other: JSONPointer) -> Bool {
        steps.count <= other.steps.count && zip(steps, other.steps).allSatisfy { $0.utf8.elementsEqual($1.utf8) }
    }
}
