package import FHIR
import Records

/// What a step of a plan carries beside what every task has.
package struct StepDetails: Sendable, Equatable {
    /// Days between repeats; nil when it is done once.
    package let everyDays: Int?
    /// What the person reads on paper.
    package let personWords: String?

    static let everyURL = "urn:almoner:extension:every-days"
    static let wordsURL = "urn:almoner:extension:person-words"

    init(everyDays: Int?, personWords: String?) {
        self.everyDays = everyDays
        self.personWords = personWords
    }

    /// - Parameter task: a Task.
    package init(_ task: JSONNode) {
        func find(_ url: String) -> JSONNode? { task.list("extension").first { $0.text("url") == url } }
        everyDays = find(Self.everyURL)?["valueInteger"]?.int.flatMap { (1...3_650).contains($0) ? $0 : nil }
        personWords = find(Self.wordsURL)?.text("valueString")
    }

    var extensions: JSON? {
        var list: [JSON] = []
        if let everyDays { list.append(["url": .string(Self.everyURL), "valueInteger": .int(everyDays)]) }
        if let personWords { list.append(["url": .string(Self.wordsURL), "valueString": .string(personWords)]) }
        return list.isEmpty ? nil : .array(list)
    }

    /// Opens the task of a step and gives it these details.
    func open(_ step: OpenTask, in change: Change) throws -> Resource {
        let task = try step.perform(in: change)
        guard let extensions, task.version == 1 else {
            return task
        }
        var json = task.value
        json["extension"] = extensions
        return try change.update(json, ifVersion: task.version)
    }
}
