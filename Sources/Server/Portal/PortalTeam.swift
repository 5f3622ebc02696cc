import Care
import FHIR
import Records

/// Who helps a person, with a number to call where one is on file.
struct PortalTeam {
    let members: [PortalHome.Model.Member]

    init(_ team: [TeamMember], by reader: Reader) throws {
        members = try team.map { member in
            let found = try reader.find(reference: member.reference)
            let phone = found?.root.list("telecom").first { $0["system"]?.string == "phone" }?["value"]?.string
            let digits = phone.map { $0.filter { $0.isASCII && ($0.isNumber || $0 == "+") } }
            return PortalHome.Model.Member(
                name: member.name, role: member.role, phone: phone,
                tel: digits.flatMap { $0.isEmpty ? nil : "tel:\($0)" })
        }
    }
}
