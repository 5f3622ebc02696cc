package import Foundation

/// Replies to messages (HL7 v2.8 §2.9.2): what goes back, by what the sender asks for.
package struct Acknowledge: Sendable {
    /// Where the reply's times are written.
    private let zone: TimeZone

    /// Replies of a site.
    /// - Parameter zone: in which times are written.
    package init(zone: TimeZone) {
        self.zone = zone
    }

    /// What goes back at once. In the original mode that is AA, AE or AR; in the enhanced one, which a sender chooses by
    /// MSH-15 or MSH-16, CA, CE or CR where MSH-15 asks for it.
    /// - Parameters:
    ///   - receipt: what was found.
    ///   - bytes: the message as it came.
    ///   - isKept: whether it could be stored; if not, the sender is asked to try again.
    ///   - controlID: of the reply, never used before.
    ///   - now: milliseconds since 1970.
    /// - Returns: nil when the sender asks for no reply.
    package func reply(
        to receipt: HL7Receipt, bytes: [UInt8], isKept: Bool, controlID: String, now: Int64
    ) -> [UInt8]? {
        let (verdict, fault) = outcome(receipt, isKept)
        let header = ReplyHeader(receipt.message, bytes)
        guard header.isEnhanced else {
            return ack(header, "A\(letter(verdict))", fault, controlID, now)
        }
        guard asks(header.accept, verdict) else { return nil }
        return ack(header, "C\(letter(verdict))", fault, controlID, now)
    }

    /// What goes back when a message has been worked on, in the enhanced mode and where MSH-16 asks for it.
    /// - Parameters:
    ///   - receipt: what was found.
    ///   - bytes: the message as it came.
    ///   - isKept: whether it could be stored.
    ///   - controlID: of the reply, never used before.
    ///   - now: milliseconds since 1970.
    /// - Returns: nil when the sender asks for no such reply.
    package func applicationReply(
        to receipt: HL7Receipt, bytes: [UInt8], isKept: Bool, controlID: String, now: Int64
    ) -> [UInt8]? {
        let header = ReplyHeader(receipt.message, bytes)
        let (verdict, fault) = outcome(receipt, isKept)
        guard header.isEnhanced, asks(header.application, verdict) else { return nil }
        return ack(header, "A\(letter(verdict))", fault, controlID, now)
    }

    private func outcome(_ receipt: HL7Receipt, _ isKept: Bool) -> (HL7Receipt.Verdict, HL7Fault?) {
        guard !isKept else { return (receipt.verdict, receipt.fault) }
        let fault = HL7Fault(
            .internalError, at: "MSH", "the message could not be stored; send it again", isRejected: true)
        return (.rejected, fault)
    }

    private func letter(_ verdict: HL7Receipt.Verdict) -> String {
        switch verdict {
        case .accepted: "A"
        case .error: "E"
        case .rejected: "R"
        }
    }

    /// Table HL70155.
    private func asks(_ wish: String?, _ verdict: HL7Receipt.Verdict) -> Bool {
        switch wish {
        case "AL": true
        case "ER": verdict != .accepted
        case "SU": verdict == .accepted
        default: false
        }
    }

    private func ack(
        _ header: ReplyHeader, _ code: String, _ fault: HL7Fault?, _ controlID: String, _ now: Int64
    ) -> [UInt8] {
        let marks = header.delimiters
        func fields(_ parts: [[UInt8]]) -> [UInt8] {
            var line = Array(parts.joined(separator: [marks.field]))
            while line.last == marks.field { line.removeLast() }
            return line + [13]
        }
        func components(_ parts: [String]) -> [UInt8] {
            Array(parts.map { header.escaped($0) }.joined(separator: [marks.component]))
        }
        // The structure is named from 2.4 on.
        let event = header.trigger.isEmpty ? ["ACK"] : ["ACK", header.trigger]
        let type = event.count > 1 && header.isAtLeast(2, 4) ? event + ["ACK"] : event
        var text = fields([
            Array("MSH".utf8), marks.encodingCharacters, header.raw[4], header.raw[5], header.raw[2], header.raw[3],
            Array(time(now).utf8), [],
            components(type),
            header.escaped(controlID), header.processing, header.version, [], [], [], [], [], header.raw[17],
        ])
        let hasErrorFields = header.isAtLeast(2, 5)
        let said = fault.map { "\($0.place): \($0.problem)" }
        text += fields([
            Array("MSA".utf8), Array(code.utf8), header.raw[9],
            hasErrorFields ? [] : said.map { header.escaped(String($0.prefix(80))) } ?? [],
        ])
        if let fault {
            let place = Self.location(fault.place)
            if hasErrorFields {
                text += fields([
                    Array("ERR".utf8), [], components(place),
                    components(["\(fault.code.rawValue)", Self.words(fault.code), "HL70357"]), Array("E".utf8), [], [],
                    [],
                    header.escaped(said ?? ""),
                ])
            } else {
                let code = [
                    "\(fault.code.rawValue)", Self.words(fault.code), "HL70357",
                ].map { String(decoding: header.escaped($0), as: UTF8.self) }.joined(
                    separator: String(decoding: [marks.subcomponent == 0xFF ? 32 : marks.subcomponent], as: UTF8.self))
                // CM of before 2.5: segment, sequence, field, and the code in subcomponents.
                let position = (place + ["", "", ""]).prefix(3).map { header.escaped($0) } + [Array(code.utf8)]
                text += fields([Array("ERR".utf8), Array(position.joined(separator: [marks.component]))])
            }
        }
        return header.encoded(text)
    }

    /// `PID-3.1` as segment, sequence, field, repetition and component.
    private static func location(_ place: String) -> [String] {
        let parts = place.split(separator: "-", maxSplits: 1).map(String.init)
        guard parts.count == 2, let segment = parts.first else { return [place, "1"] }
        let numbers = parts[1].split(separator: ".").map(String.init)
        return [segment, "1"] + numbers.prefix(1) + (numbers.count > 1 ? ["1", numbers[1]] : [])
    }

    private static func words(_ code: HL7Fault.Code) -> String {
        switch code {
        case .segmentSequence: "Segment sequence error"
        case .requiredFieldMissing: "Required field missing"
        case .dataType: "Data type error"
        case .tableValue: "Table value not found"
        case .unsupportedMessageType: "Unsupported message type"
        case .unsupportedEvent: "Unsupported event code"
        case .unsupportedProcessingID: "Unsupported processing id"
        case .unsupportedVersion: "Unsupported version id"
        case .internalError: "Application internal error"
        }
    }

    /// `20261127203000+0000`
    private func time(_ now: Int64) -> String {
        let text = HL7Time(milliseconds: now, zone: zone).dateTime
        let digits = text.filter { $0 != "-" && $0 != ":" && $0 != "T" && $0 != "Z" && $0 != "+" }
        guard digits.utf8.count == 18 else { return digits }
        let sign = text.dropFirst(19).first == "-" ? "-" : "+"
        return "\(digits.prefix(14))\(sign)\(digits.suffix(4))"
    }
}
