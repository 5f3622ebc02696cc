import CAssets
package import Foundation

/// The files that came with the program, each of which a file below a site's own folder replaces.
package struct Content: Sendable {
    private let folder: URL?
    /// Files of the site's own that count as if they were not there.
    private var hidden: Set<String> = []
    /// Files of the site's own that count as if this stood in them.
    private var changed: [String: [UInt8]] = [:]

    /// - Parameter folder: a site's own content (`DIR/content`); nil for what came with the program alone.
    package init(folder: URL? = nil) {
        self.folder = folder
    }

    /// The same without some files of the site's own.
    package func hiding(_ names: Set<String>) -> Content {
        var other = self
        other.hidden.formUnion(names)
        return other
    }

    /// The same with other bytes in a file of the site's own.
    package func changing(_ name: String, to bytes: [UInt8]) -> Content {
        var other = self
        other.changed[name] = bytes
        return other
    }

    /// The names of the site's own files, sorted.
    package var own: [String] {
        guard folder != nil else {
            return []
        }
        return Content(folder: folder).files(under: "").filter { isOwn($0) }
    }

    /// Whether such a file comes with the program.
    package static func isShipped(_ name: String) -> Bool { embedded(name) != nil }

    private func isOwn(_ name: String) -> Bool {
        guard let folder, !hidden.contains(name) else {
            return false
        }
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: folder.appending(path: name).path, isDirectory: &isFolder)
            && !isFolder.boolValue
    }

    /// - Parameter name: for example `risk/hfrs_points.csv`.
    /// - Returns: nil when there is no such file.
    package func file(_ name: String) -> [UInt8]? {
        if !hidden.contains(name), let bytes = changed[name] { return bytes }
        if let folder, !hidden.contains(name), !name.split(separator: "/").contains(".."),
            let data = try? Data(contentsOf: folder.appending(path: name))
        {
            return Array(data)
        }
        return Self.embedded(name)
    }

    /// The names of the files below a place such as `instruments/`, sorted; a site's own among them.
    package func files(under place: String) -> [String] {
        var names = Set(Self.names.filter { $0.hasPrefix(place) })
        if let folder, let found = FileManager.default.enumerator(atPath: folder.appending(path: place).path) {
            for case let name as String in found where !name.hasSuffix("/") && !hidden.contains(place + name) {
                var isFolder: ObjCBool = false
                let path = folder.appending(path: place + name).path
                if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue {
                    names.insert(place + name)
                }
            }
        }
        return names.sorted()
    }

    private static let names: [String] = table.map { String(cString: $0.name) }

    private static var table: UnsafeBufferPointer<almoner_asset> {
        UnsafeBufferPointer(start: almoner_assets(), count: Int(almoner_asset_count()))
    }

    private static func embedded(_ name: String) -> [UInt8]? {
        // The table is sorted by name.
        var low = 0
        var high = names.count
        while low < high {
            let middle = (low + high) / 2
            if names[middle].utf8.lexicographicallyPrecedes(name.utf8) {
                low = middle + 1
            } else {
                high = middle
            }
        }
        guard low < names.count, names[low] == name else {
            return nil
        }
        let asset = table[low]
        return Array(UnsafeBufferPointer(start: asset.bytes, count: Int(asset.length)))
    }
}
