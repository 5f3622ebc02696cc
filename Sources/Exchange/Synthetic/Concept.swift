/// JSON that many records share: a concept with its codes and our own words.
func concept(_ codings: [(system: StaticString, code: Substring)], _ words: Substring) -> [UInt8] {
    var line = ByteLine()
    line.add(#"{"coding":["#)
    for (index, coding) in codings.filter({ !$0.code.isEmpty }).enumerated() {
        line.add(index == 0 ? #"{"system":""# : #",{"system":""#)
        line.add(coding.system)
        line.add(#"","code":""#)
        line.add(ByteLine.escaped(coding.code))
        line.add(#""}"#)
    }
    line.add(#"],"text":""#)
    line.add(ByteLine.escaped(words))
    line.add(#""}"#)
    return line.bytes
}

extension StaticString {
    static var snomed: StaticString { "http://snomed.info/sct" }
    static var loinc: StaticString { "http://loinc.org" }
}

/// What every Observation of a kind begins with, after its id.
func observationHead(_ category: Substring, _ code: [UInt8]) -> [UInt8] {
    var line = ByteLine()
    line.add(
        #"","status":"final","category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":""#
    )
    line.add(ByteLine.escaped(category))
    line.add(#""}]}],"code":"#)
    line.add(code)
    return line.bytes
}
