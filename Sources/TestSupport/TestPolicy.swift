package import Access
import Content
package import Foundation

/// The policy that ships with roles of a test beside it.
package enum TestPolicy {
    /// - Parameters:
    ///   - roles: by name, the rules as a file of Content/roles has them.
    ///   - offices: of each.
    ///   - zone: of the site.
    /// - Returns: the policy, read from files as a site's are.
    /// - Throws: what is wrong in a file.
    package static func with(
        _ roles: [String: String], offices: String = "[]", zone: TimeZone = .gmt
    ) throws -> Policy {
        let folder = FileManager.default.temporaryDirectory.appending(path: "almoner-content-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(at: folder.appending(path: "roles"), withIntermediateDirectories: true)
        for (name, rules) in roles {
            let head = """
                kind: role
                source: Test
                version: 1.0.0
                licence: Apache-2.0
                effectiveFrom: 2026-01-01
                effectiveTo:
                role: \(name)
                title: \(name)
                given: staff
                offices: \(offices)
                rules:

                """
            try Data((head + rules).utf8).write(to: folder.appending(path: "roles/\(name).yaml"))
        }
        return try Policy(content: Content(folder: folder), zone: zone)
    }
}
