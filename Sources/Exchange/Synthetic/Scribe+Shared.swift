extension Scribe {
    /// A health system in one of the invented towns, with its hospital.
    mutating func writeOrganization(_ number: Int) {
        line.clear()
        line.add(SyntheticKind.organization.opening)
        line.add("org")
        line.add(number: number, width: 4)
        line.add(
            #"","active":true,"type":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/organization-type","code":"prov"}]}],"name":""#
        )
        let towns = content.towns.count
        line.add(content.towns[(number - 1) % towns].words)
        line.add(" Health")
        if number > towns {
            line.add(" ")
            line.add(number: (number - 1) / towns + 1)
        }
        line.add(#"","telecom":[{"system":"phone","value":"(218) 555-01"#)
        line.add(number: number % 100, width: 2)
        line.add(#""}]}"#)
        end(.organization)
    }

    mutating func writePayer(_ payer: Payer) {
        line.clear()
        line.add(SyntheticKind.organization.opening)
        line.add(payer.id)
        line.add(
            #"","active":true,"type":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/organization-type","code":"pay"}]}],"name":""#
        )
        line.add(payer == .insurer ? "Harbor Mutual Health Plan" : payer.words)
        line.add(#""}"#)
        end(.organization)
    }

    mutating func writePractitioner(_ number: Int, seed: UInt64) {
        var chance = Chance(seed: seed, index: number, stream: 30)
        let tongue = content.languages[chance.pick(content.languages.map(\.weight))]
        let female = chance.happens(0.56)
        let givens = female ? tongue.women : tongue.men
        line.clear()
        line.add(SyntheticKind.practitioner.opening)
        line.add("pr")
        line.add(number: number, width: 5)
        line.add(#"","identifier":[{"system":"urn:almoner:synthetic:practitioner","value":"pr"#)
        line.add(number: number, width: 5)
        line.add(#""}],"active":true,"name":[{"use":"official","family":""#)
        line.add(tongue.families[chance.below(tongue.families.count)])
        line.add(#"","given":[""#)
        line.add(givens[chance.below(givens.count)])
        line.add(#""],"prefix":["Dr."]}],"telecom":[{"system":"phone","value":"(320) 555-01"#)
        line.add(number: number % 100, width: 2)
        line.add(female ? #""}],"gender":"female"}"# : #""}],"gender":"male"}"#)
        end(.practitioner)
    }
}
