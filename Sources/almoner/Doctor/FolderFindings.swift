import Foundation
import Glibc

/// The data folder and the files beside it: who may read them, and whether what opens secrets lies apart.
struct FolderFindings {
    let folder: URL
    /// The keys with what each is for.
    let keys: [(file: URL, what: String)]
    let heads: [URL]

    func all() -> [Finding] {
        [access] + keys.flatMap(key) + heads.map(head)
    }

    private static func facts(_ path: String) -> stat? {
        var facts = stat()
        return stat(path, &facts) == 0 ? facts : nil
    }

    private var access: Finding {
        guard let facts = Self.facts(folder.path) else {
            return .fault("The data folder \(folder.path) is not there.", "almoner serve --data \(folder.path)")
        }
        guard facts.st_mode & 0o077 == 0 else {
            return .fault("Others on this machine can look into the data folder.", "chmod 700 \(folder.path)")
        }
        return .well("The data folder \(folder.path) is its owner's alone.")
    }

    private func key(_ file: URL, _ what: String) -> [Finding] {
        guard let facts = Self.facts(file.path) else {
            return [.look("\(what) is not at \(file.path); the first start of the server makes it.")]
        }
        var found: [Finding] = []
        if facts.st_mode & 0o077 != 0 {
            found.append(.fault("\(what) can be read by others.", "chmod 600 \(file.path)"))
        }
        if file.standardizedFileURL.resolvingSymlinksInPath().path
            .hasPrefix(folder.standardizedFileURL.resolvingSymlinksInPath().path + "/")
        {
            found.append(
                .fault(
                    "\(what) lies among the data: every copy of the data opens with it.",
                    "mv \(file.path) \(folder.deletingLastPathComponent().path)/ and name the place to the server"))
        }
        return found.isEmpty ? [.well("\(what) is at \(file.path), its owner's alone.")] : found
    }

    private func head(_ place: URL) -> Finding {
        guard access(place.path, W_OK) == 0 else {
            return .look("The heads of the audit have no folder \(place.path) yet, or it cannot be written.")
        }
        return .well("The heads of the audit are kept in \(place.path).")
    }

    private func access(_ path: String, _ mode: Int32) -> Int32 { Glibc.access(path, mode) }
}
