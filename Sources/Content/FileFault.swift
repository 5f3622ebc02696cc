/// What is wrong with a content file, as every library that reads one says it.
package protocol FileFault: Error {
    /// The file, as `programs/complex-care.yaml`.
    var file: String { get }
    /// Where in it and what, in plain words.
    var problem: String { get }
}
