package import FHIR

extension LabelLibrary {
    /// What has to go with a resource when it leaves the house, word for word (42 CFR 2.32).
    package func notices(on root: JSONNode) -> [String] {
        guard let security = root["meta"]?.list("security"), !security.isEmpty else {
            return []
        }
        let stated = security.reduce(LabelMask.none) { found, coding in
            found.union(mask(system: coding["system"]?.string ?? "", code: coding["code"]?.string ?? ""))
        }
        return labels(of: stated).compactMap(\.notice)
    }
}
