package import FHIR

extension ModelResult {
    /// The shape that `almoner score` prints and scripts rely on: `model`, `version`, `result`, `drivers`
    /// (`code`, `category`, `weight`) and `notCounted` (`code`, `reason`).
    ///
    /// Beside it, only where there is something to say: `readAs` in a driver whose code was mapped, `ageAdjusted`, and
    /// `notes`.
    package var json: JSON {
        JSON.compact([
            "model": .string(model),
            "version": .string(version),
            "result": .decimal(result.decimal),
            "drivers": .array(drivers.map(\.json)),
            "notCounted": .array(notCounted.map { ["code": .string($0.code), "reason": .string($0.reason)] }),
            "ageAdjusted": ageAdjusted.map { .decimal($0.decimal) },
            "notes": notes.isEmpty ? nil : .array(notes.map { .string($0) }),
        ])
    }
}

extension ModelResult.Driver {
    fileprivate var json: JSON {
        JSON.compact([
            "code": .string(code),
            "category": .string(category),
            "weight": .decimal(weight.decimal),
            "readAs": readAs.map { .string($0) },
        ])
    }
}
