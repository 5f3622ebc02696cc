import Crypto
import Foundation

/// A signed checkpoint of a lane, in the manner of the signed tree heads of RFC 9162: so many rows, up to this one, have
/// this hash. The last one is also the lane's head, which is kept outside of the database.
struct AuditSeal: Sendable, Equatable {
    let lane: Int64
    /// Counts from 1 without gaps. 0 stands before the first of a lane that is older than the chain.
    let number: Int64
    /// The number of the last row that it covers.
    let last: Int64
    /// How many rows of the lane are covered up to here.
    let total: Int64
    /// When it was made; milliseconds since 1970.
    let at: Int64
    /// The chain's hash with the last row.
    let hash: [UInt8]
    /// See ``AuditMarks``.
    let marks: [UInt8]
    let signature: [UInt8]

    init(
        lane: Int64, number: Int64, last: Int64, total: Int64, at: Int64, hash: [UInt8], marks: [UInt8],
        signature: [UInt8]
    ) {
        self.lane = lane
        self.number = number
        self.last = last
        self.total = total
        self.at = at
        self.hash = hash
        self.marks = marks
        self.signature = signature
    }

    /// A seal that is made and signed now.
    init(
        lane: Int64, number: Int64, last: Int64, total: Int64, at: Int64, hash: [UInt8], marks: [UInt8],
        by key: AuditKey
    ) throws {
        let said = Self.said(
            lane: lane, number: number, last: last, total: total, at: at, hash: hash, marks: Self.digest(marks))
        self.init(
            lane: lane, number: number, last: last, total: total, at: at, hash: hash, marks: marks,
            signature: try key.sign(said))
    }

    /// What is signed.
    var said: [UInt8] {
        Self.said(lane: lane, number: number, last: last, total: total, at: at, hash: hash, marks: Self.digest(marks))
    }

    /// What the chain goes on with: everything that the seal holds.
    var digest: [UInt8] { Self.digest(said + signature) }

    static func digest(_ bytes: [UInt8]) -> [UInt8] { Array(SHA256.hash(data: bytes)) }

    static func said(
        lane: Int64, number: Int64, last: Int64, total: Int64, at: Int64, hash: [UInt8], marks: [UInt8]
    ) -> [UInt8] {
        var bytes = Array("almoner audit seal 1\n".utf8)
        for value in [lane, number, last, total, at] {
            bytes.append(big: UInt64(bitPattern: value))
        }
        return bytes + hash + marks
    }

    static let columns = "number, last, total, at, hash, marks, signature"

    init?(_ row: any SQLRow, lane: Int64) {
        guard let number = row.integer(0), let last = row.integer(1), let total = row.integer(2),
            let at = row.integer(3), let hash = row.bytes(4), let marks = row.bytes(5), let signature = row.bytes(6)
        else {
            return nil
        }
        self.init(
            lane: lane, number: number, last: last, total: total, at: at, hash: hash, marks: marks,
            signature: signature)
    }

    /// The last seal of a lane.
    static func last(of lane: Int64, on connection: any Connection) throws -> AuditSeal? {
        try connection.first(
            "SELECT \(columns) FROM audit_seal WHERE lane = $1 ORDER BY number DESC LIMIT 1", [.integer(lane)]
        ) { AuditSeal($0, lane: lane) }
    }

    func insert(on connection: any Connection) throws {
        try connection.send(
            "INSERT INTO audit_seal (lane, \(Self.columns)) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            [
                .integer(lane), .integer(number), .integer(last), .integer(total), .integer(at), .blob(hash),
                .blob(marks), .blob(signature),
            ])
    }
}
