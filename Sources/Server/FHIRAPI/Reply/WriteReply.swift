import FHIR
import Foundation
import Gzip
import HTTPTypes
import Hummingbird
import NIOCore

extension FHIRAPI {
    /// Writes an answer as HTTP: headers, and the body in the form that the client takes.
    func write(_ answer: Reply, _ ask: Ask?, _ manner: Manner, _ context: StaffContext) async throws -> Response {
        var headers = answer.headers
        headers[.cacheControl] = "no-store"
        headers[.vary] = "Accept, Accept-Encoding, Authorization, Prefer"
        if let etag = answer.etag {
            headers[.eTag] = etag
        }
        if let updated = answer.updated {
            headers[.lastModified] = HTTPDate.text(updated)
        }
        if let location = answer.location {
            headers[.location] = location
            headers[.contentLocation] = location
        }
        if let requestID = Self.requestID {
            headers[requestID] = context.id
        }
        guard !answer.body.isEmpty else {
            return Response(status: answer.status, headers: headers)
        }
        if manner.isRaw, let file = RawBinary.response(answer, headers, isHeadOnly: ask?.isHeadOnly ?? false) {
            return file
        }
        if manner.format == .page {
            return try page(answer, ask, headers, context)
        }
        headers[.contentType] = headers[.contentType] ?? "application/fhir+json; charset=utf-8"
        var pieces = answer.body
        if manner.isPretty {
            pieces = [PrettyJSON.text(of: pieces)]
        }
        let count = pieces.reduce(0) { $0 + $1.count }
        if ask?.isHeadOnly ?? false {
            return Response(
                status: answer.status, headers: headers,
                body: ResponseBody(contentLength: count) { writer in
                    try await writer.finish(nil)
                })
        }
        if manner.takesGzip, count >= Self.worthPacking {
            headers[.contentEncoding] = "gzip"
            return Response(status: answer.status, headers: headers, body: packed(pieces, count))
        }
        return Response(status: answer.status, headers: headers, body: Self.plain(pieces, count))
    }

    private static let requestID = HTTPField.Name("X-Request-Id")
    private static let worthPacking = 1_024
    private static let atOnce = 1 << 17

    private static func plain(_ pieces: [[UInt8]], _ count: Int) -> ResponseBody {
        guard count > atOnce else {
            return ResponseBody(byteBuffer: joined(pieces[...], count))
        }
        return ResponseBody(contentLength: count) { writer in
            for range in runs(of: pieces) {
                let size = pieces[range].reduce(0) { $0 + $1.count }
                try await writer.write(joined(pieces[range], size))
            }
            try await writer.finish(nil)
        }
    }

    private static func joined(_ pieces: ArraySlice<[UInt8]>, _ count: Int) -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.reserveCapacity(count)
        for piece in pieces {
            buffer.writeBytes(piece)
        }
        return buffer
    }

    /// Neighbours that are written together, each run about as long as a socket takes at once.
    private static func runs(of pieces: [[UInt8]]) -> [Range<Int>] {
        var runs: [Range<Int>] = []
        var start = 0
        var size = 0
        for (position, piece) in pieces.enumerated() {
            size += piece.count
            if size >= atOnce || position == pieces.count - 1 {
                runs.append(start..<position + 1)
                start = position + 1
                size = 0
            }
        }
        return runs
    }

    private func packed(_ pieces: [[UInt8]], _ count: Int) -> ResponseBody {
        if count <= Self.atOnce, let packer = Gzip.Packer() {
            var out: [UInt8] = []
            out.reserveCapacity(count / 4)
            for (position, piece) in pieces.enumerated() {
                packer.pack(piece, isLast: position == pieces.count - 1, into: &out)
            }
            return ResponseBody(byteBuffer: ByteBuffer(bytes: out))
        }
        return ResponseBody { writer in
            if let packer = Gzip.Packer() {
                var out: [UInt8] = []
                for (position, piece) in pieces.enumerated() {
                    let isLast = position == pieces.count - 1
                    packer.pack(piece, isLast: isLast, into: &out)
                    if isLast || out.count >= Self.atOnce / 2 {
                        try await writer.write(ByteBuffer(bytes: out))
                        out.removeAll(keepingCapacity: true)
                    }
                }
            }
            try await writer.finish(nil)
        }
    }
}

/// Times as headers write them (RFC 9110 §5.6.7).
enum HTTPDate {
    /// `Sun, 22 Nov 2026 10:00:00 GMT`
    static func text(_ millis: Int64) -> String {
        let instant = Array(FHIRDate.instant(millis).utf8)
        // 2026-11-22T10:00:00.000Z
        guard instant.count >= 19, let month = number(instant[5..<7]), let weekday = weekdays[at: weekday(millis)],
            let name = months[at: month - 1]
        else {
            return ""
        }
        func part(_ range: Range<Int>) -> String { String(decoding: instant[range], as: UTF8.self) }
        return "\(weekday), \(part(8..<10)) \(name) \(part(0..<4)) \(part(11..<19)) GMT"
    }

    /// Milliseconds since 1970; nil for what is no such time.
    static func millis(_ text: String) -> Int64? {
        let parts = text.split(separator: " ")
        guard parts.count == 6, let month = months.firstIndex(where: { $0 == parts[2] }) else {
            return nil
        }
        let date = "\(parts[3])-\(month + 1 < 10 ? "0" : "")\(month + 1)-\(parts[1])T\(parts[4])Z"
        return FHIRDate(date, as: .instant)?.low
    }

    private static func weekday(_ millis: Int64) -> Int {
        // 1970-01-01 was a Thursday.
        let day = (FHIRDate.days(millis) + 4) % 7
        return day < 0 ? day + 7 : day
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int? { Int(String(decoding: digits, as: UTF8.self)) }

    private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
}

extension Array {
    /// The element at a position, nil outside.
    subscript(at position: Int) -> Element? { indices.contains(position) ? self[position] : nil }
}
