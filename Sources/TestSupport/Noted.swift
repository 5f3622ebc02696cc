package import Synchronization

/// Something that the tasks of a test share.
package final class Noted<Value: Sendable>: Sendable {
    private let value: Mutex<Value>

    package init(_ value: Value) {
        self.value = Mutex(value)
    }

    package func change<T: Sendable>(_ body: @Sendable (inout Value) -> T) -> T {
        value.withLock { body(&$0) }
    }

    package var now: Value { value.withLock { $0 } }
}
