import Foundation
import Glibc

/// What the machine gives the server: time, open files, an account of its own, a program for PDF files.
struct MachineFindings {
    let weasyprint: URL?

    private static let enoughFiles: UInt64 = 2_048

    func all() -> [Finding] {
        [time, files, account, paper]
    }

    /// What the usual time services leave while they run: systemd-timesyncd, chrony, ntpd.
    private static let signsOfTime = ["/run/systemd/timesync/synchronized", "/run/chrony/chronyd.pid", "/run/ntpd.pid"]

    private var time: Finding {
        Self.signsOfTime.contains { FileManager.default.fileExists(atPath: $0) }
            ? .well("A time service keeps the clock.")
            : .look(
                "No time service was found here: codes of phones and times in the record depend on the clock. In a "
                    + "container the machine around it keeps it.", "apt-get install chrony")
    }

    private var files: Finding {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0, limit.rlim_cur < Self.enoughFiles
        else {
            return .well("There are enough open files for 1,000 connections.")
        }
        return .look(
            "Only \(limit.rlim_cur) files may be open at once: too few for 1,000 connections.",
            "LimitNOFILE=8192 in the unit of systemd, or: ulimit -n 8192")
    }

    private var account: Finding {
        geteuid() == 0
            ? .look(
                "This runs as root; the server needs no such rights.",
                "useradd --system almoner, and run it as that account")
            : .well("This does not run as root.")
    }

    private var paper: Finding {
        weasyprint.map { .well("PDF files are made with \($0.path).") }
            ?? .look(
                "WeasyPrint is not installed: people print their record instead of downloading a PDF.",
                "python3 -m venv /opt/weasyprint && /opt/weasyprint/bin/pip install weasyprint==70.0")
    }
}
