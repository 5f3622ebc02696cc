/// The functions of FHIRPath N1 §5 and of FHIR R4 §2.9.1.5.
enum PathFunction: String, Sendable, CaseIterable {
    case empty, exists, all, allTrue, anyTrue, allFalse, anyFalse, subsetOf, supersetOf, count, distinct, isDistinct,
        not
    case `where`, select, `repeat`, ofType, `is`, `as`
    case single, first, last, tail, skip, take, intersect, exclude, union, combine, coalesce, sort
    case iif, toBoolean, convertsToBoolean, toInteger, convertsToInteger, toDecimal, convertsToDecimal
    case toDate, convertsToDate, toDateTime, convertsToDateTime, toTime, convertsToTime
    case toQuantity, convertsToQuantity, toString, convertsToString
    case indexOf, lastIndexOf, substring, startsWith, endsWith, contains, upper, lower, replace, matches, matchesFull
    case replaceMatches, length, toChars, encode, decode, escape, unescape, trim, split, join
    case abs, ceiling, exp, floor, ln, log, power, round, sqrt, truncate
    case lowBoundary, highBoundary, precision, comparable
    case children, descendants, trace, now, today, timeOfDay, aggregate, type
    case `extension`, hasValue, getValue, resolve, htmlChecks, conformsTo
    /// SDC: the points of an answer, `ordinal` by its older name.
    case weight, ordinal
    case memberOf, subsumes, subsumedBy, elementDefinition, slice, checkModifiers

    /// The fewest and most arguments.
    var arguments: ClosedRange<Int> {
        switch self {
        case .exists, .skip, .take, .single, .first, .last, .tail, .round, .lowBoundary, .highBoundary, .toQuantity,
            .convertsToQuantity, .join:
            switch self {
            case .skip, .take: 1...1
            case .single, .first, .last, .tail: 0...0
            default: 0...1
            }
        case .all, .subsetOf, .supersetOf, .where, .select, .repeat, .ofType, .is, .as, .intersect, .exclude, .union,
            .combine, .indexOf, .lastIndexOf, .startsWith, .endsWith, .contains, .matches, .matchesFull, .encode,
            .decode,
            .escape, .unescape, .split, .log, .power, .comparable, .extension, .conformsTo, .memberOf, .subsumes,
            .subsumedBy, .elementDefinition:
            self == .elementDefinition ? 0...0 : 1...1
        case .iif: 2...3
        case .substring, .trace, .aggregate: 1...2
        case .replace, .replaceMatches, .slice: 2...2
        case .sort: 0...20
        case .coalesce: 1...20
        case .checkModifiers: 0...50
        default: 0...0
        }
    }

    /// Why a function that FHIR names is not offered.
    var reasonLeftOut: String? {
        switch self {
        case .memberOf, .subsumes, .subsumedBy:
            "\(rawValue)() needs a terminology service, which Almoner does not have."
        case .elementDefinition, .slice: "\(rawValue)() needs profiles, which Almoner does not read."
        case .checkModifiers: "checkModifiers() is not offered."
        default: nil
        }
    }

    /// Whether the argument is the name of a type.
    var takesType: Bool { self == .ofType || self == .is || self == .as }
}
