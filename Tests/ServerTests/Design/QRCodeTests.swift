import Foundation
import Testing

@testable import Server

struct QRCodeTests {
    @Test func `a code has its three corners, white around it, and words for those who do not see it`() throws {
        let svg = try #require(QRCode.svg("otpauth://totp/a:b?secret=ABC", label: "“<secret>”"))
        let side = try #require(
            Int(svg.components(separatedBy: "viewBox=\"0 0 ").last?.split(separator: " ").first ?? ""))
        let last = side - 5
        // The outer frame of a corner: seven dark modules, then a light one, in each direction.
        for (column, row, step) in [(4, 4, 1), (last, 4, -1)] {
            for place in 0..<7 {
                #expect(svg.contains("M\(column + place * step) \(row)h1v1h-1z"))
            }
            #expect(!svg.contains("M\(column + 7 * step) \(row)h1v1h-1z"))
        }
        #expect(svg.contains("M4 \(last)h1v1h-1z") && !svg.contains("M3 ") && !svg.contains("M\(last + 1) "))
        #expect(svg.contains("aria-label=\"“&lt;secret&gt;”\""))
    }

    @Test func `a text that no code holds is not drawn`() {
        #expect(QRCode.svg(String(repeating: "x", count: 10_000), label: "x") == nil)
    }
}
