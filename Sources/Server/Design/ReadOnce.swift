/// A view model read by reflection once, so that the template does not reflect again at every name.
///
/// Templates ask for each name anew and climb outwards when it is absent; by reflection a long assessment took 50 to
/// 90 ms that way. Reading every stored property once and looking names up in dictionaries takes a sixth of it.
/// Optional properties without a value are left out, so that templates treat them as absent.
enum ReadOnce {
    /// - Parameter model: a struct of texts, numbers, flags, structs and lists of them; dictionaries stay as they are.
    /// - Returns: the same as dictionaries by property name, lists and plain values; nil for an absent optional.
    static func tree(_ model: Any) -> Any? {
        switch model {
        case let text as String: return text
        case let flag as Bool: return flag
        case let number as Int: return number
        default: break
        }
        let mirror = Mirror(reflecting: model)
        switch mirror.displayStyle {
        case .optional:
            return mirror.children.first.flatMap { tree($0.value) }
        case .collection, .set:
            return mirror.children.compactMap { tree($0.value) }
        case .struct, .class:
            // A struct that describes itself without properties, such as a date or a number type, stays one value.
            guard !mirror.children.isEmpty else { return model }
            var read: [String: Any] = [:]
            read.reserveCapacity(mirror.children.count)
            for child in mirror.children {
                if let label = child.label, let value = tree(child.value) { read[label] = value }
            }
            return read
        default:
            return model
        }
    }
}
