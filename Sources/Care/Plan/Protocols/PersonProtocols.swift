import FHIR
package import Records

/// What one person follows of the protocols, and whether a new version waits to be decided on.
package struct PersonProtocols: Sendable {
    package struct Followed: Sendable {
        package let group: ProtocolGroup
        /// What a new version would do; nil when there is nothing to decide.
        package let migration: PlanMigration?
        /// Why that cannot be worked out.
        package let trouble: String?

        package var title: String { group.resource.root.text("code", "text") ?? group.protocolID }
    }

    package let followed: [Followed]

    package var waiting: Int { followed.count { $0.migration != nil } }

    /// - Parameters:
    ///   - record: with RequestGroup.
    ///   - shelf: finds the versions of the protocols.
    ///   - reader: reads as whoever looks.
    /// - Throws: `RecordsFailure` other than that a protocol is gone, which is told as trouble of that protocol alone.
    package init(_ record: PersonRecord, shelf: ProtocolShelf, by reader: Reader) throws {
        let groups = record.all("RequestGroup").compactMap { ProtocolGroup($0) }.filter(\.isOpen)
        followed = try groups.map { group in
            do {
                return Followed(
                    group: group,
                    migration: try MigratePlan.look(group.resource.id, version: nil, shelf: shelf, by: reader),
                    trouble: nil)
            } catch let refusal as ProtocolRefusal {
                return Followed(group: group, migration: nil, trouble: refusal.description)
            } catch let failure as RecordsFailure {
                switch failure {
                case .notFound, .gone: break
                default: throw failure
                }
                return Followed(group: group, migration: nil, trouble: "This protocol is not on record any more.")
            }
        }
    }
}

extension PlanMigration {
    /// What whoever decides has read: it differs as soon as one of the items, or what is followed, has changed since.
    package var seen: String {
        let items = items.map { "\($0.id):\($0.resource?.version ?? 0)" }.joined(separator: ",")
        return StableID.of("\(diff.new.canonical)|\(group.resource.version)|\(items)")
    }
}
