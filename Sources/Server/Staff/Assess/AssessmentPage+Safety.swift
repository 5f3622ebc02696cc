import Care
import FHIR
import Hummingbird
import Records

extension AssessmentPage {
    /// Help for the person whose answer means danger, with who looks after it, as long as nobody has said what came of it.
    func crisis(
        _ flags: [Screening.SafetyFlag], _ id: String, _ person: String, _ language: String?, _ context: StaffContext
    ) async throws -> CrisisHelp? {
        guard let flag = flags.first else {
            return nil
        }
        let key = SubmitAssessment.key(person: person, flag: flag, response: id)
        let caller = try context.caller()
        let found = try await services.records.read(as: caller, at: services.now(), for: "assessment page") { reader in
            let task = try reader.search(
                Query("Task", [.token("identifier", system: OpenTask.keySystem, code: key)], limit: 1)
            ).first.map(CareTask.init)
            return (task, try Colleague.name(task?.owner, by: reader))
        }
        guard found.0?.isOpen != false else {
            return nil
        }
        let (now, zone) = (services.now(), services.zone)
        let due = found.0?.due.map { due in
            Words.calendarDay(due, zone: zone) == Words.calendarDay(now, zone: zone)
                ? Words.time(due, zone: zone) : Words.dayTime(due, now: now, zone: zone)
        }
        return CrisisHelp(flags, owner: found.1, due: due, language: language)
    }
}
