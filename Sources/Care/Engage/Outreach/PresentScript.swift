package import Records

extension SequenceRun {
    /// The sequence that runs for a person.
    /// - Parameter record: with Task.
    /// - Returns: nil where none runs.
    package static func running(_ record: PersonRecord) -> SequenceRun? {
        FinishTasks.open(record).lazy.filter { $0.code == .outreach }
            .compactMap { SequenceRun($0.resource.root) }.first
    }
}

extension OutreachLibrary {
    /// The way of the step that a sequence is at.
    package func channel(of run: SequenceRun?) -> RecordAttempt.Channel? { run.flatMap(step)?.channel }

    /// What is said by a way: the script of the present step where it goes by this way, else of the first step that does, of
    /// the sequence that runs before the usual one.
    /// - Parameters:
    ///   - run: nil: none runs.
    ///   - channel: how somebody is tried now.
    /// - Returns: nil where no sequence has a step by this way.
    package func script(of run: SequenceRun?, by channel: RecordAttempt.Channel) -> OutreachScripts.Script? {
        let sequences = [run.flatMap { self[$0.sequence] }, sequence(for: nil)].compactMap { $0 }
        let steps = [run.flatMap(step)].compactMap { $0 } + sequences.flatMap(\.steps)
        return steps.first { $0.channel == channel }.flatMap { scripts[$0.script] }
    }

    private func step(_ run: SequenceRun) -> OutreachSequence.Step? {
        self[run.sequence].flatMap { $0.steps.indices.contains(run.step) ? $0.steps[run.step] : nil }
    }
}
