import CQREncode

/// A QR code as SVG, drawn on the server: the secret in it leaves for nowhere else.
enum QRCode {
    /// White around it, in modules, as ISO/IEC 18004 §9.1 asks for.
    private static let quiet = 4

    /// - Parameters:
    ///   - text: what a phone reads.
    ///   - label: what a screen reader says.
    /// - Returns: markup; nil for a text that is too long for a code.
    static func svg(_ text: String, label: String) -> String? {
        guard let code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M) else {
            return nil
        }
        defer { QRcode_free(code) }
        let width = Int(code.pointee.width)
        guard let data = code.pointee.data, width > 0, width <= 177 else {
            return nil
        }
        let modules = UnsafeBufferPointer(start: data, count: width * width)
        var path = ""
        for row in 0..<width {
            for column in 0..<width where modules[row * width + column] & 1 == 1 {
                path += "M\(column + quiet) \(row + quiet)h1v1h-1z"
            }
        }
        let side = width + 2 * quiet
        return """
            <svg class="qr" viewBox="0 0 \(side) \(side)" role="img" aria-label="\(SVG.text(label))" \
            shape-rendering="crispEdges"><rect width="\(side)" height="\(side)" fill="#fff"/>\
            <path d="\(path)" fill="#000"/></svg>
            """
    }
}
