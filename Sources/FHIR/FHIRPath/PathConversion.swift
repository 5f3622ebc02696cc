/// `toX()` and `convertsToX()`: N1 §5.5.
extension PathRun {
    func convert(_ call: PathCall, _ items: [PathItem], _ scope: Scope) throws(FHIRPathError) -> [PathItem] {
        guard let item = try single(items, "What is converted") else { return [] }
        let converted: PathItem?
        var isTest = false
        switch call.function {
        case .toBoolean: converted = Self.boolean(item)
        case .convertsToBoolean: (converted, isTest) = (Self.boolean(item), true)
        case .toInteger: converted = Self.integer(item)
        case .convertsToInteger: (converted, isTest) = (Self.integer(item), true)
        case .toDecimal: converted = Self.decimal(item)
        case .convertsToDecimal: (converted, isTest) = (Self.decimal(item), true)
        case .toDate: converted = Self.moment(item, .date)
        case .convertsToDate: (converted, isTest) = (Self.moment(item, .date), true)
        case .toDateTime: converted = Self.moment(item, .dateTime)
        case .convertsToDateTime: (converted, isTest) = (Self.moment(item, .dateTime), true)
        case .toTime: converted = Self.moment(item, .time)
        case .convertsToTime: (converted, isTest) = (Self.moment(item, .time), true)
        case .toString: converted = Self.text(item).map { .string($0) }
        case .convertsToString: (converted, isTest) = (Self.text(item).map { .string($0) }, true)
        default:
            isTest = call.function == .convertsToQuantity
            converted = Self.quantity(item, in: try string(call, 0, scope))
        }
        if isTest { return [.boolean(converted != nil)] }
        return converted.map { [$0] } ?? []
    }

    private static func boolean(_ item: PathItem) -> PathItem? {
        switch item.atom {
        case .boolean(let value): return .boolean(value)
        case .integer(let value): return value == 1 ? .boolean(true) : value == 0 ? .boolean(false) : nil
        case .decimal(let value):
            return value == PathDecimal(1) ? .boolean(true) : value == .zero ? .boolean(false) : nil
        case .string(let text):
            switch text.lowercased() {
            case "true", "t", "yes", "y", "1", "1.0": return .boolean(true)
            case "false", "f", "no", "n", "0", "0.0": return .boolean(false)
            default: return nil
            }
        default: return nil
        }
    }

    private static func integer(_ item: PathItem) -> PathItem? {
        switch item.atom {
        case .integer(let value): return .integer(value)
        case .boolean(let value): return .integer(value ? 1 : 0)
        case .string(let text): return Int32(text).map { .integer(Int($0)) }
        default: return nil
        }
    }

    private static func decimal(_ item: PathItem) -> PathItem? {
        switch item.atom {
        case .integer(let value): return .decimal(PathDecimal(value))
        case .decimal(let value): return .decimal(value)
        case .boolean(let value): return .decimal(PathDecimal(digits: value ? 10 : 0, places: 1))
        case .string(let text):
            guard text.utf8.allSatisfy({ (48...57).contains($0) || $0 == 43 || $0 == 45 || $0 == 46 }),
                text.utf8.last != 46
            else { return nil }
            return PathDecimal(text).map { .decimal($0) }
        default: return nil
        }
    }

    private static func moment(_ item: PathItem, _ kind: PathMoment.Kind) -> PathItem? {
        switch item.atom {
        case .string(let text):
            // A time alone is written with or without the T of a literal.
            let plain = kind == .time && text.hasPrefix("T") ? String(text.dropFirst()) : text
            return PathMoment(plain, as: kind).map { .moment($0) }
                ?? (kind == .date ? PathMoment(text, as: .dateTime).flatMap { day($0) } : nil)
        case .moment(var moment):
            switch (moment.kind, kind) {
            case (.date, .date), (.time, .time), (.dateTime, .dateTime): return .moment(moment)
            case (.date, .dateTime):
                moment.kind = .dateTime
                return .moment(moment)
            case (.dateTime, .date): return day(moment)
            default: return nil
            }
        default: return nil
        }
    }

    /// The date of a dateTime.
    private static func day(_ moment: PathMoment) -> PathItem? {
        var day = PathMoment(.date, precision: min(moment.precision, .day))
        day.year = moment.year
        day.month = moment.month
        day.day = moment.day
        return .moment(day)
    }

    /// In a unit when one is asked for, which has to be one of the same dimensions and length.
    private static func quantity(_ item: PathItem, in unit: String?) -> PathItem? {
        let read: PathQuantity?
        switch item.atom {
        case .integer(let value): read = PathQuantity(PathDecimal(value), "1")
        case .decimal(let value): read = PathQuantity(value, "1")
        case .boolean(let value): read = PathQuantity(PathDecimal(digits: value ? 10 : 0, places: 1), "1")
        case .string(let text): read = PathQuantity(text)
        default: read = item.quantity
        }
        guard let read else { return nil }
        guard let unit, unit != read.unit else { return .quantity(read) }
        guard let mine = read.measure, let theirs = UnitOfMeasure(unit),
            let value = mine.amount(read.value, in: theirs)
        else { return nil }
        return .quantity(PathQuantity(value, unit))
    }

    static func text(_ item: PathItem) -> String? {
        switch item.atom {
        case .string(let text): text
        case .boolean(let value): value ? "true" : "false"
        case .integer(let value): String(value)
        case .decimal(let value): value.text
        case .moment(let moment): moment.text
        case .quantity(let value): value.text
        case .type: nil
        case .element(let element): element.quantity?.text
        }
    }
}
