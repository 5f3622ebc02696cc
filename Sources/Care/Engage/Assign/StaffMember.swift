import FHIR
package import Records

/// Somebody who has people in their care, with what counts when people are given to them. All of it stands in the
/// Practitioner, which supervisors keep.
package struct StaffMember: Sendable, Equatable {
    /// For example `Practitioner/ruth`.
    package let reference: String
    package let name: String
    /// The version of the Practitioner; 0 where there is none.
    package let version: Int
    /// BCP 47 without region; empty: not recorded.
    package let languages: [String]
    /// Where they work; empty: not recorded.
    package let city: String
    /// Points that they carry; nil: as is usual.
    package let capacity: Double?
    /// Their credentials have all run out at that time, milliseconds since 1970; nil: they stand, or none are on file.
    package let licenceEnded: Int64?

    /// - Parameters:
    ///   - staff: reference and name of each.
    ///   - reader: the view of the records.
    ///   - now: milliseconds since 1970.
    /// - Returns: each of them, in the order given.
    /// - Throws: what reading the records throws.
    package static func read(_ staff: [(reference: String, name: String)], by reader: Reader, at now: Int64) throws
        -> [StaffMember]
    {
        try staff.map { one in
            let found = try reader.find(reference: one.reference)
            return StaffMember(one.reference, one.name, found, at: now)
        }
    }

    init(_ reference: String, _ name: String, _ practitioner: Resource?, at now: Int64) {
        self.reference = reference
        self.name = name
        let root = practitioner?.root
        version = practitioner?.version ?? 0
        languages = (root?.list("communication") ?? []).compactMap { spoken in
            spoken.list("coding").lazy.compactMap { $0.text("code") }.first.map { String($0.prefix { $0 != "-" }) }
        }
        city = (root?.list("address") ?? []).lazy.compactMap { $0.text("city") }.first ?? ""
        capacity = root.flatMap { CareCode.marks($0, "capacity").last?["valueDecimal"]?.double }
        let ends = (root?.list("qualification") ?? []).map { CareMoment.end(of: $0.text("period", "end")) }
        let hasEnded = !ends.isEmpty && ends.allSatisfy { $0.map { $0 <= now } ?? false }
        licenceEnded = hasEnded ? ends.compactMap { $0 }.max() : nil
    }

    /// Points that they carry.
    package func carries(_ rules: AssignmentRules) -> Double { capacity ?? rules.usualCapacity }
}

/// Writes down what somebody carries, which languages they speak and where they work.
package struct DescribeStaff: Sendable {
    package let reference: String
    /// The version that was read.
    package let version: Int
    /// As it was typed; empty: as is usual.
    package let capacity: String
    /// BCP 47, divided by commas or spaces.
    package let languages: String
    package let city: String

    package init(reference: String, version: Int, capacity: String, languages: String, city: String) {
        self.reference = reference
        self.version = version
        self.capacity = capacity
        self.languages = languages
        self.city = city
    }

    /// - Throws: ``FormProblems`` on `who`, `capacity`, `languages` or `city`.
    @discardableResult
    package func perform(in change: Change) throws -> Resource {
        guard let found = try change.reader.find(reference: reference), found.type == "Practitioner" else {
            throw FormProblems("who", "Choose someone who works here.")
        }
        var problems = FormProblems([])
        let points = Double(capacity)
        if !capacity.isEmpty, !(points.map { $0.isFinite && 0...10_000 ~= $0 } ?? false) {
            problems.all.append(.init("capacity", "Write a number of points, such as 120, or leave it empty."))
        }
        let codes = languages.lowercased().split { $0 == "," || $0 == " " }.map(String.init)
        if codes.count > 20 || !codes.allSatisfy({ 2...8 ~= $0.utf8.count && $0.utf8.allSatisfy { 97...122 ~= $0 } }) {
            problems.all.append(.init("languages", "Write the codes of languages, such as en, es."))
        }
        if city.count > TextLimit.line {
            problems.all.append(.init("city", "Use at most \(TextLimit.line) letters."))
        }
        try problems.check()
        var json = CareCode.removing("capacity", from: found.value)
        if let points {
            json = CareCode.adding(
                CareCode.mark("capacity", "valueDecimal", .decimal(SuggestManager.number(points))), to: json)
        }
        json["communication"] =
            codes.isEmpty
            ? nil : .array(codes.map { CareCode.concept("urn:ietf:bcp:47", $0) })
        var addresses = json["address"]?.array ?? []
        if addresses.isEmpty {
            addresses = city.isEmpty ? [] : [["use": "work", "city": .string(city)]]
        } else {
            var first = addresses.removeFirst()
            first["city"] = city.isEmpty ? nil : .string(city)
            addresses = (first == [:] ? [] : [first]) + addresses
        }
        json["address"] = addresses.isEmpty ? nil : .array(addresses)
        return try change.update(json, ifVersion: version)
    }
}
