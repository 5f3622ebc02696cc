/// Finds the first row of a seal that is not what was sealed, by what the seal remembers of each.
struct FindBrokenRow {
    let seal: AuditSeal
    let before: AuditSeal?
    let chunk: LaneChunk
    let rows: ArraySlice<LaneChunk.Row>

    func run() -> AuditFinding {
        let expected = AuditMarks.read(seal.marks, after: before?.last ?? 0)
        var hash = before?.digest ?? AuditChain.beginning(of: seal.lane)
        var place = 0
        for row in rows {
            guard expected.indices.contains(place), row.sequence >= expected[place].sequence else {
                return finding(.inserted, row: row.sequence, at: row.at)
            }
            guard row.sequence == expected[place].sequence else {
                return finding(.missing, row: expected[place].sequence, at: row.at)
            }
            let next = AuditChain.next(hash, chunk.bytes[row.bytes])
            guard next.prefix(AuditMarks.prefix).elementsEqual(expected[place].prefix) else {
                let isMoved = stands(elsewhere: row, behind: hash, expected[place].prefix)
                return finding(isMoved ? .outOfOrder : .changed, row: row.sequence, at: row.at)
            }
            hash = next
            place += 1
        }
        if expected.indices.contains(place) {
            return finding(.missing, row: expected[place].sequence, at: seal.at)
        }
        return AuditFinding(
            lane: seal.lane, row: seal.last, at: seal.at, reason: .sealChanged,
            detail: "seal \(seal.number), which ends with this row")
    }

    /// Whether what belongs here stands under the number of another row.
    private func stands(elsewhere row: LaneChunk.Row, behind hash: [UInt8], _ wanted: ArraySlice<UInt8>) -> Bool {
        var number: [UInt8] = []
        number.append(big: UInt64(bitPattern: row.sequence))
        return rows.contains { other in
            guard other.sequence != row.sequence else {
                return false
            }
            var bytes = Array(chunk.bytes[other.bytes])
            bytes.replaceSubrange(AuditChain.placeOfSequence, with: number)
            return AuditChain.next(hash, bytes).prefix(AuditMarks.prefix).elementsEqual(wanted)
        }
    }

    private func finding(_ reason: AuditFinding.Reason, row: Int64, at: Int64) -> AuditFinding {
        AuditFinding(lane: seal.lane, row: row, at: at, reason: reason)
    }
}
