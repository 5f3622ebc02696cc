/// JSON with a line an element, as people read it.
enum PrettyJSON {
    /// - Parameter pieces: one JSON text without white space between its parts, in pieces.
    /// - Returns: the same, indented by two.
    static func text(of pieces: [[UInt8]]) -> [UInt8] {
        var out: [UInt8] = []
        var depth = 0
        var isInText = false
        var isEscaped = false
        var isFresh = false
        func line(_ out: inout [UInt8]) {
            out.append(UInt8(ascii: "\n"))
            out.append(contentsOf: repeatElement(UInt8(ascii: " "), count: depth * 2))
        }
        for piece in pieces {
            for byte in piece {
                if isInText {
                    out.append(byte)
                    if isEscaped {
                        isEscaped = false
                    } else if byte == UInt8(ascii: "\\") {
                        isEscaped = true
                    } else if byte == UInt8(ascii: "\"") {
                        isInText = false
                    }
                    continue
                }
                switch byte {
                case UInt8(ascii: "{"), UInt8(ascii: "["):
                    if isFresh {
                        line(&out)
                    }
                    out.append(byte)
                    depth += 1
                    isFresh = true
                case UInt8(ascii: "}"), UInt8(ascii: "]"):
                    depth = max(0, depth - 1)
                    if !isFresh {
                        line(&out)
                    }
                    out.append(byte)
                    isFresh = false
                case UInt8(ascii: ","):
                    out.append(byte)
                    line(&out)
                case UInt8(ascii: ":"):
                    out.append(contentsOf: [byte, UInt8(ascii: " ")])
                case 0x20, 0x0A, 0x0D, 0x09: continue
                default:
                    if isFresh {
                        line(&out)
                        isFresh = false
                    }
                    isInText = byte == UInt8(ascii: "\"")
                    out.append(byte)
                }
            }
        }
        out.append(UInt8(ascii: "\n"))
        return out
    }
}
