/// Who somebody is: all that the Patient resource tells, and what her records point to.
struct SyntheticPerson {
    /// Id of the Patient, and beginning of the ids of all her records.
    var id: [UInt8]
    var female: Bool
    var birth: Day
    var died: Day?
    var given: [UInt8]
    var family: [UInt8]
    /// Index into the languages.
    var language: Int
    var interpreter: Bool
    var race: Race
    var hispanic: Bool
    var houseNumber: Int
    var street: Int
    var town: Int
    /// The number is `(area) 555-01line`, which no telephone company assigns.
    var area: Int
    var line: Int
    var mobile: Bool
    /// Number of the practitioner who looks after her, from 1.
    var practitioner: Int
    /// Number of the organization, from 1.
    var organization: Int

    /// Whole years of age on a day, 0 before birth.
    func age(on day: Day) -> Int { max(0, Int(Double(day.number - birth.number) / 365.2425)) }

    /// Months of age on a day.
    func months(on day: Day) -> Int { max(0, Int(Double(day.number - birth.number) / 30.4369)) }

    /// The first practitioner of the organization works in its hospital.
    var hospitalPractitioner: Int { (organization - 1) * SyntheticPopulation.practitionersPerOrganization + 1 }
}

extension SyntheticPerson {
    /// Area codes; with 555-01xx none of them rings anywhere.
    static let areas = [218, 320, 507, 605, 701, 715]

    /// Person `index` of a population: the pyramid leans to adults, since care management does.
    init(_ index: Int, seed: UInt64, asOf: Day, content: SyntheticContent) {
        var chance = Chance(seed: seed, index: index, stream: 1)
        var name = ByteLine()
        name.add("p")
        name.add(number: index, width: 6)
        id = name.bytes

        let band = chance.pick([4.5, 5.5, 5, 18, 19, 21, 14, 9, 4])
        let youngest = [0, 5, 12, 18, 35, 50, 65, 75, 85]
        let oldest = [4, 11, 17, 34, 49, 64, 74, 84, 99]
        var years = chance.between(youngest[band], oldest[band])
        if band == 8 { years = min(years, chance.between(85, 99)) }
        birth = asOf.plus(-Int(Double(years) * 365.2425) - chance.between(1, 364))
        female = chance.happens(years > 74 ? 0.59 : 0.51)

        language = chance.pick(content.languages.map(\.weight))
        let tongue = content.languages[language]
        let givens = female ? tongue.women : tongue.men
        given = givens[chance.below(givens.count)]
        family = tongue.families[chance.below(tongue.families.count)]
        interpreter = chance.happens(tongue.interpreter)
        race = Race(rawValue: chance.pick(tongue.races)) ?? .white
        hispanic = chance.happens(tongue.hispanic)
        houseNumber = chance.between(2, 980)
        street = chance.below(content.streets.count)
        town = chance.below(content.towns.count)
        area = Self.areas[chance.below(Self.areas.count)]
        line = chance.below(100)
        mobile = chance.happens(years > 75 ? 0.45 : 0.9)
        practitioner = index / SyntheticPopulation.peoplePerPractitioner + 1
        organization = index / SyntheticPopulation.peoplePerOrganization + 1
    }
}
