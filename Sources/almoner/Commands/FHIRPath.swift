import ArgumentParser
import Care
import Content
import FHIR
import Foundation

/// `almoner fhirpath`: an expression on a file.
struct EvaluateFHIRPath: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fhirpath",
        abstract: "Evaluate a FHIRPath expression on a resource.",
        discussion: """
            Prints a JSON array of what it gives, one object a value: type and value. Amounts, dates and times that the \
            expression made are written as FHIRPath writes them. What is wrong with the expression goes to standard \
            error, and the command ends with 1. In a Bundle, resolve() finds its entries.
            """)

    @Argument(help: "The expression, for example \"Patient.name.given\".")
    var expression: String

    @Argument(help: "A file with one FHIR resource as JSON; - for standard input.")
    var file: String

    @Flag(help: "Do not refuse elements that the type of the resource does not have; they give nothing.")
    var lenient = false

    @Option(help: ArgumentHelp("Now, in milliseconds since 1970.", visibility: .hidden))
    var asOf: Int64?

    func run() throws {
        do {
            let root = try JSONDocument(read()).root
            let definitions = try CareContent.definitions(Content())
            let path = try FHIRPath(expression, definitions: definitions)
            if !lenient, let type = root["resourceType"]?.string, definitions.number(ofType: type) != nil {
                try path.check(on: type)
            }
            let values = try path.evaluate(on: root, environment: environment(root, definitions))
            let told = values.map { value -> JSON in ["type": .string(value.type), "value": value.json] }
            say(String(decoding: JSON.array(told).serialized(), as: UTF8.self))
        } catch let error as FHIRPathError {
            note(error.description)
            throw ExitCode(1)
        } catch let error as JSONError {
            note("\(file) is not JSON: \(error.reason)")
            throw ExitCode(1)
        } catch let error as CocoaError {
            note("\(file) cannot be read: \(error.localizedDescription)")
            throw ExitCode(1)
        }
    }

    private func read() throws -> [UInt8] {
        guard file == "-" else { return Array(try Data(contentsOf: URL(filePath: file))) }
        return Array(try FileHandle.standardInput.readToEnd() ?? Data())
    }

    private func environment(_ root: JSONNode, _ definitions: Definitions) -> FHIRPathEnvironment {
        var environment = FHIRPathEnvironment(now: asOf ?? Wiring.now)
        environment.trace = { name, values in
            note(
                "\(name): "
                    + values.map { String(decoding: $0.json.serialized(), as: UTF8.self) }.joined(separator: ", "))
        }
        let entries = root["resourceType"]?.string == "Bundle" ? root.list("entry") : []
        var found: [String: JSONNode] = [:]
        for entry in entries {
            guard let resource = entry["resource"] else { continue }
            if let address = entry["fullUrl"]?.string { found[address] = resource }
            if let type = resource["resourceType"]?.string, let id = resource["id"]?.string {
                found[type + "/" + id] = resource
            }
        }
        environment.resolve = { [found] in found[$0] }
        return environment
    }
}
