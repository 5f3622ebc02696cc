import FHIR

extension Storage {
    /// Looks up all that storing some resources will need, in one round trip. Only PostgreSQL has round trips; on SQLite
    /// each question is as cheap when it comes.
    func lookAhead(_ batch: [Prepared]) throws {
        guard connection.kind == .postgres, !batch.isEmpty else {
            return
        }
        for item in batch {
            try askForCurrent(type: item.number, id: item.id)
            try places.ask(item.rows.lazy.compactMap(\.target))
        }
        try connection.settle()
    }
}

extension IndexRow {
    /// The place that a row of a reference points to.
    var target: (type: String, id: String)? {
        switch value {
        case .reference(let type, let id): (type, id)
        case .url(let address): ("", address)
        default: nil
        }
    }
}
