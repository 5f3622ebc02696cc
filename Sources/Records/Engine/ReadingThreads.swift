import Dispatch
import Foundation
import Synchronization

/// Threads that may wait for a database, each with what it reads through. As a task executor they also carry the tasks of
/// a server: what runs on one of them reads at once, without being handed to another thread and back, which on a quick
/// database costs more than the reading.
///
/// A `Reader` need not be sendable: it is made, used and let go of on its own thread.
final class ReadingThreads<Reader>: TaskExecutor {
    private let queue = ReadingQueue()
    private let make: @Sendable () throws -> Reader

    /// - Parameters:
    ///   - count: how many read side by side.
    ///   - name: names the threads.
    ///   - make: opens what a thread reads through; called on that thread, when it reads for the first time.
    init(_ count: Int, name: String, make: @escaping @Sendable () throws -> Reader) {
        self.make = make
        for number in 1...count {
            queue.begin()
            let executor = asUnownedTaskExecutor()
            let thread = Thread { [queue] in
                ReadingPlace(queue).whileHere { queue.work(for: executor) }
                queue.end()
            }
            thread.name = "\(name) \(number)"
            // Answers are made here too: as much room as a main thread has.
            thread.stackSize = 8 << 20
            thread.start()
        }
    }

    deinit {
        queue.close()
    }

    func enqueue(_ job: consuming ExecutorJob) {
        queue.add(UnownedJob(job), for: asUnownedTaskExecutor())
    }

    /// Runs a body with a reader: on this thread when it is one of these, else on the next that is free.
    /// - Throws: what the body threw, or why the reader could not be opened.
    func read<T: Sendable>(_ body: @Sendable (Reader) throws -> T) async throws -> T {
        if let place = here {
            return try read(body, at: place)
        }
        return try await withTaskExecutorPreference(self) {
            guard let place = here else {
                // Closed: there is nobody left who reads.
                throw EngineFailure.connectionLost
            }
            return try read(body, at: place)
        }
    }

    private var here: ReadingPlace? {
        guard let place = ReadingPlace.here, place.queue === queue else {
            return nil
        }
        return place
    }

    private func read<T>(_ body: (Reader) throws -> T, at place: ReadingPlace) throws -> T {
        if let reader = place.reader as? Reader {
            return try body(reader)
        }
        let reader = try make()
        place.reader = reader
        return try body(reader)
    }

    /// Lets go of the readers. What was asked for before is still answered.
    func close() {
        queue.close()
        // One of these cannot wait for itself.
        if here == nil {
            queue.waitUntilEmpty()
        }
    }
}

/// What waits for a reading thread, and which of them wait for work. The one that worked last is woken first: what it
/// reads through is warm.
private final class ReadingQueue: Sendable {
    private struct State {
        /// Taken from its end. What is new waits in `arriving`, so that nothing has to be moved up.
        var next: [UnownedJob] = []
        var arriving: [UnownedJob] = []
        var idle: [DispatchSemaphore] = []
        var isClosed = false

        mutating func pop() -> UnownedJob? {
            if next.isEmpty {
                next = arriving.reversed()
                arriving.removeAll(keepingCapacity: true)
            }
            return next.popLast()
        }
    }

    private let state = Mutex(State())
    private let threads = DispatchGroup()

    func add(_ job: UnownedJob, for executor: UnownedTaskExecutor) {
        let (isOpen, idle) = state.withLock { state -> (Bool, DispatchSemaphore?) in
            guard !state.isClosed else {
                return (false, nil)
            }
            state.arriving.append(job)
            return (true, state.idle.popLast())
        }
        idle?.signal()
        if !isOpen {
            // A task that still runs must be able to end.
            DispatchQueue.global().async { job.runSynchronously(on: executor) }
        }
    }

    func begin() {
        threads.enter()
    }

    /// One job after another, until the queue is closed and empty.
    func work(for executor: UnownedTaskExecutor) {
        let woken = DispatchSemaphore(value: 0)
        while true {
            let (job, isClosed) = state.withLock { state -> (UnownedJob?, Bool) in
                let job = state.pop()
                if job == nil, !state.isClosed {
                    state.idle.append(woken)
                }
                return (job, state.isClosed)
            }
            if let job {
                job.runSynchronously(on: executor)
            } else if isClosed {
                break
            } else {
                woken.wait()
            }
        }
    }

    func end() {
        threads.leave()
    }

    func close() {
        let idle = state.withLock { state in
            state.isClosed = true
            defer { state.idle = [] }
            return state.idle
        }
        for thread in idle {
            thread.signal()
        }
    }

    func waitUntilEmpty() {
        threads.wait()
    }
}

/// What one thread has of its own; only touched on it.
private final class ReadingPlace {
    let queue: ReadingQueue
    var reader: Any?

    init(_ queue: ReadingQueue) {
        self.queue = queue
    }

    private static let key: pthread_key_t = {
        var key = pthread_key_t()
        pthread_key_create(&key, nil)
        return key
    }()

    /// That of the thread that runs now; nil when it reads nothing.
    static var here: ReadingPlace? {
        pthread_getspecific(key).map { Unmanaged<ReadingPlace>.fromOpaque($0).takeUnretainedValue() }
    }

    /// Runs a body on a thread whose place this is.
    func whileHere(_ body: () -> Void) {
        pthread_setspecific(Self.key, Unmanaged.passUnretained(self).toOpaque())
        body()
        pthread_setspecific(Self.key, nil)
        reader = nil
    }
}
