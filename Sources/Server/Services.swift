package import Care
package import Content
package import Foundation
package import Records

/// What pages need, handed to each: no page makes anything of its own.
package struct Services: Sendable {
    package let records: Records
    package let accounts: Accounts
    package let sessions: Sessions
    package let tokens: Tokens
    package let content: Content
    package let care: CareContent
    package let pages: Pages
    /// Milliseconds since 1970.
    package let now: @Sendable () -> Int64
    /// The zone in which the site reads and writes times.
    package let zone: TimeZone
    /// Whose server this is.
    package let site: String

    package init(
        records: Records, content: Content, care: CareContent, now: @escaping @Sendable () -> Int64, zone: TimeZone,
        site: String
    ) throws {
        self.records = records
        accounts = Accounts(records: records)
        sessions = Sessions(records: records)
        tokens = Tokens(records: records)
        self.content = content
        self.care = care
        pages = try Pages(content: content)
        self.now = now
        self.zone = zone
        self.site = site
    }
}
