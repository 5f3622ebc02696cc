import Foundation
import Glibc
import Synchronization

/// Two processes never write one SQLite file: the writing one holds `lock` in the folder until it ends.
final class FolderLock: Sendable {
    private let held: Mutex<Int32>

    init(_ folder: URL) throws {
        let descriptor = open(folder.appending(path: "lock").path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw RecordsFailure.locked("The folder \(folder.path) cannot be written.")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            Glibc.close(descriptor)
            throw RecordsFailure.locked("Another almoner process is using \(folder.path). Stop it first.")
        }
        held = Mutex(descriptor)
    }

    /// Lets others have the folder. Again does nothing.
    func release() {
        held.withLock { descriptor in
            if descriptor >= 0 {
                Glibc.close(descriptor)
            }
            descriptor = -1
        }
    }

    deinit {
        release()
    }
}
