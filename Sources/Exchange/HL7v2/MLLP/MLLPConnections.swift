import Synchronization

/// How many connections are open, in all and from each address.
final class MLLPConnections: Sendable {
    private let counts = Mutex<[String: Int]>([:])
    private let most: Int
    private let mostPerAddress: Int

    init(most: Int, mostPerAddress: Int) {
        self.most = most
        self.mostPerAddress = mostPerAddress
    }

    /// - Returns: whether there is room for one more; then it is to be given back.
    func take(_ address: String) -> Bool {
        counts.withLock { counts in
            let own = counts[address] ?? 0
            guard own < mostPerAddress, counts.values.reduce(0, +) < most else { return false }
            counts[address] = own + 1
            return true
        }
    }

    func giveBack(_ address: String) {
        counts.withLock { counts in
            let left = (counts[address] ?? 1) - 1
            counts[address] = left > 0 ? left : nil
        }
    }
}
