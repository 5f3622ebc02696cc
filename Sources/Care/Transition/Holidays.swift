package import Content

/// Why the holidays cannot be used: which file, and what is wrong with it.
package struct HolidaysFailure: FileFault, Equatable, CustomStringConvertible {
    package let file: String
    package let problem: String

    package var description: String { "\(file): \(problem)" }
}

/// The days that are no business days besides Saturday and Sunday, by rules that hold for every year.
package struct Holidays: Sendable, Equatable {
    enum Rule: Sendable, Equatable {
        case fixed(month: Int, day: Int, observed: Bool)
        case nthWeekday(month: Int, weekday: CivilDay.Weekday, nth: Int)
        case lastWeekday(month: Int, weekday: CivilDay.Weekday)
    }
    let rules: [(name: String, since: Int?, rule: Rule)]
    let extra: [CivilDay: String]

    package static func == (left: Holidays, right: Holidays) -> Bool {
        left.extra == right.extra && left.rules.count == right.rules.count
            && zip(left.rules, right.rules).allSatisfy {
                $0.name == $1.name && $0.since == $1.since && $0.rule == $1.rule
            }
    }

    /// No holidays at all: only weekends are no business days.
    package static let none = Holidays(rules: [], extra: [:])

    private init(rules: [(name: String, since: Int?, rule: Rule)], extra: [CivilDay: String]) {
        self.rules = rules
        self.extra = extra
    }

    /// Loads Content/transitions/holidays.yaml.
    /// - Parameters:
    ///   - content: the bytes of a content file, nil when there is none.
    ///   - file: the file's name.
    /// - Throws: `HolidaysFailure` naming what is wrong.
    package init(
        content: (String) -> [UInt8]?, file: String = "transitions/holidays.yaml"
    ) throws(HolidaysFailure) {
        guard let bytes = content(file) else { throw HolidaysFailure(file: file, problem: "it is not there") }
        let root: ContentField
        do { root = ContentField(root: try YAML.parse(bytes)) } catch {
            throw HolidaysFailure(file: file, problem: error.description)
        }
        do throws(ContentProblem) {
            _ = try ContentOrigin(root)
            var rules: [(name: String, since: Int?, rule: Rule)] = []
            for field in try root["rules"].list() {
                rules.append((try field["name"].text(), try field["since"].optionalInt(), try Rule(field)))
            }
            var extra: [CivilDay: String] = [:]
            for field in try root["extra"].list() {
                guard let day = CivilDay(try field["date"].text()) else {
                    throw field["date"].problem("it is not a date like 2026-01-31")
                }
                extra[day] = try field["name"].text()
            }
            self.init(rules: rules, extra: extra)
        } catch {
            throw HolidaysFailure(file: file, problem: error.description)
        }
    }

    /// The holidays observed in a year with their names, earliest first.
    package func observed(in year: Int) -> [(day: CivilDay, name: String)] {
        // 1 January of the next year may be observed on 31 December of this one.
        let near = [year, year &+ 1].flatMap { near in
            rules.compactMap { entry -> (day: CivilDay, name: String)? in
                guard entry.since ?? near <= near else { return nil }
                return entry.rule.day(in: near).map { ($0, entry.name) }
            }
        }
        return (near + extra.map { ($0.key, $0.value) }).filter { $0.day.parts.year == year }.sorted { $0.day < $1.day }
    }

    /// The name of the holiday observed on a day; nil when there is none.
    package func name(of day: CivilDay) -> String? {
        observed(in: day.parts.year).first { $0.day == day }?.name
    }

    /// Monday to Friday and no holiday.
    package func isBusinessDay(_ day: CivilDay) -> Bool {
        day.weekday != .saturday && day.weekday != .sunday && name(of: day) == nil
    }
}

extension Holidays.Rule {
    init(_ field: ContentField) throws(ContentProblem) {
        try field.allow(["name", "rule", "month", "day", "weekday", "nth", "observed", "since"])
        let month = try field["month"].int()
        guard (1...12).contains(month) else { throw field["month"].problem("it is not from 1 to 12") }
        switch try field["rule"].text() {
        case "fixed":
            let day = try field["day"].int()
            guard CivilDay(year: 2024, month: month, day: day) != nil else {
                throw field.problem("there is no such day")
            }
            self = .fixed(month: month, day: day, observed: try field["observed"].optionalText() == "true")
        case "nth-weekday":
            let nth = try field["nth"].int()
            guard (1...4).contains(nth) else { throw field["nth"].problem("it is not from 1 to 4") }
            self = .nthWeekday(month: month, weekday: try Self.weekday(field["weekday"]), nth: nth)
        case "last-weekday":
            self = .lastWeekday(month: month, weekday: try Self.weekday(field["weekday"]))
        default:
            throw field["rule"].problem("it is not fixed, nth-weekday or last-weekday")
        }
    }

    private static func weekday(_ field: ContentField) throws(ContentProblem) -> CivilDay.Weekday {
        let name = try field.text()
        guard let day = CivilDay.Weekday.allCases.first(where: { "\($0)" == name }) else {
            throw field.problem("\(name) is not a weekday")
        }
        return day
    }

    /// The day on which it is observed in a year; nil where the year has no such day.
    func day(in year: Int) -> CivilDay? {
        switch self {
        case .fixed(let month, let day, let observed):
            guard let exact = CivilDay(year: year, month: month, day: day) else { return nil }
            guard observed else { return exact }
            return switch exact.weekday {
            case .saturday: exact.adding(-1)
            case .sunday: exact.adding(1)
            default: exact
            }
        case .nthWeekday(let month, let weekday, let nth):
            guard let first = CivilDay(year: year, month: month, day: 1) else { return nil }
            let ahead = (weekday.rawValue - first.weekday.rawValue + 7) % 7
            return first.adding(ahead + 7 * (nth - 1))
        case .lastWeekday(let month, let weekday):
            let next =
                month == 12
                ? CivilDay(year: year + 1, month: 1, day: 1) : CivilDay(year: year, month: month + 1, day: 1)
            guard let last = next?.adding(-1) else { return nil }
            return last.adding(-((last.weekday.rawValue - weekday.rawValue + 7) % 7))
        }
    }
}
