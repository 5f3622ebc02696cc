import Foundation
import Glibc

/// The disk under the data: whether it is encrypted, and whether there is room.
struct DiskFindings {
    let folder: URL

    private static let leastFree: Int64 = 2 * 1_024 * 1_024 * 1_024

    func all() -> [Finding] {
        [encryption, room]
    }

    private var encryption: Finding {
        var facts = stat()
        guard stat(folder.path, &facts) == 0 else {
            return .look("Whether the disk is encrypted cannot be told: the folder is not there.")
        }
        // As Linux numbers devices: sysmacros.h.
        let device = UInt64(facts.st_dev)
        let major = (device >> 8) & 0xfff | (device >> 32) & 0xffff_f000
        let minor = device & 0xff | (device >> 12) & 0xffff_ff00
        switch Self.isEncrypted(URL(filePath: "/sys/dev/block/\(major):\(minor)").resolvingSymlinksInPath()) {
        case true?: return .well("The disk under the data is encrypted (dm-crypt, LUKS).")
        case false?:
            return .look(
                "The disk under the data is not encrypted: whoever takes it away can read every record.",
                "Put the folder on a LUKS volume: docs/operating.md, The disk.")
        case nil:
            return .look(
                "Whether the disk under the data is encrypted cannot be told from here (a network, a container, or a "
                    + "disk that encrypts by itself).", "Ask whoever runs it: docs/operating.md, The disk.")
        }
    }

    /// - Parameter device: its folder under /sys.
    /// - Returns: whether it, or everything that it is made of, is encrypted by dm-crypt; nil when nothing is known of it.
    static func isEncrypted(_ device: URL) -> Bool? {
        let files = FileManager.default
        guard files.fileExists(atPath: device.path) else {
            return nil
        }
        if let kind = try? String(contentsOf: device.appending(path: "dm/uuid"), encoding: .utf8),
            kind.hasPrefix("CRYPT-")
        {
            return true
        }
        let below = (try? files.contentsOfDirectory(atPath: device.appending(path: "slaves").path)) ?? []
        guard !below.isEmpty else {
            return false
        }
        return below.allSatisfy {
            isEncrypted(device.appending(path: "slaves/\($0)").resolvingSymlinksInPath()) == true
        }
    }

    private var room: Finding {
        var facts = statvfs()
        guard statvfs(folder.path, &facts) == 0 else {
            return .look("How much room the disk has cannot be told.")
        }
        let free = Int64(clamping: UInt64(facts.f_bavail)).multipliedReportingOverflow(
            by: Int64(clamping: facts.f_frsize))
        let total = Int64(clamping: UInt64(facts.f_blocks)).multipliedReportingOverflow(
            by: Int64(clamping: facts.f_frsize))
        let percent = total.partialValue > 0 ? Double(free.partialValue) / Double(total.partialValue) * 100 : 100
        let gigabytes = Double(free.partialValue) / 1_073_741_824
        let words = "\((gigabytes * 10).rounded() / 10) GB (\(Int(percent)) %) of the disk are free."
        guard free.overflow || free.partialValue >= Self.leastFree else {
            return .fault("Only \(words)", "Make room: nothing can be saved on a full disk.")
        }
        return percent < 10 ? .look(words) : .well(words)
    }
}
