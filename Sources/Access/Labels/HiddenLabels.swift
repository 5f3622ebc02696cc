/// What an API client does not see, as an administrator names it.
extension LabelLibrary {
    /// - Parameter codes: of labels, for example `PSYTHPN`.
    /// - Returns: what hides records with these labels, disclosed by a consent or not; nil when one of them is no label.
    package func mask(hiding codes: [String]) -> LabelMask? {
        var mask = LabelMask.none
        for code in codes {
            guard let label = label(code) else {
                return nil
            }
            mask = mask.union(label.mask)
        }
        return mask.withUndisclosed
    }

    /// What is hidden, for people to read: `, without PSYTHPN`; empty for nothing.
    package func said(hiding mask: LabelMask) -> String {
        let codes = labels(of: mask).map(\.code).joined(separator: ", ")
        return codes.isEmpty ? "" : ", without \(codes)"
    }
}
