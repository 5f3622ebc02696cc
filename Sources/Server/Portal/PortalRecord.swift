import Access
import Care
import FHIR
import HTTPTypes
import Hummingbird
import NIOCore
import Records

/// My record to take along: all of it as a file for another system, or as a page for paper. 45 CFR 164.524. A parent or guardian
/// takes along what they see of a minor's.
struct PortalRecord: Sendable {
    let services: Services

    struct Model {
        let page: PageFrame
        let site: String
        let says: PortalRecordWords
        /// Whether this site makes PDF files.
        let pdf: Bool
        let isOwn: Bool
        /// What is kept between a young person and the care team, told to a parent or guardian.
        let kept: String?
        /// Shown this once.
        var given: WayIn?
        var handed: [Handed] = []
        /// Files that were handed in with forms.
        var files: [ShownFile] = []
        /// nil for who may not hand it over.
        var handOver: FormModel?

        struct Handed {
            let name: String
            let detail: String
            let end: String
        }
    }

    func add(to routes: StaffRoutes) {
        routes.get("portal/record", use: show)
        routes.get("portal/record.json", use: download)
        routes.get("portal/record/files/:file", use: file)
        routes.post("portal/record/hand-over", use: handOver)
        routes.post("portal/record/hand-over/:id/end", use: endHandOver)
        PortalRecordPrint(services: services).add(to: routes)
    }

    @Sendable func show(_ request: Request, _ context: StaffContext) async throws -> Response {
        try await page(context, isEnded: Form.query(of: request)["done"] == "ended")
    }

    func page(
        _ context: StaffContext, given: WayIn? = nil, typed: Form = Form([]), problems: FormProblems? = nil,
        isEnded: Bool = false
    ) async throws -> Response {
        let person = try PortalPerson.ownOrChild(context)
        let language = try await language(of: person)
        let says = PortalRecordWords(language, isOwn: person.isOwn)
        var context = context
        if isEnded { context.notice = says.ended }
        var model = Model(
            page: PageFrame(says.title, context, current: "/portal/record", problems: problems).spoken(language),
            site: services.site, says: says, pdf: services.printer != nil, isOwn: person.isOwn,
            kept: PortalKept(services, language).toParent(of: person.minor))
        let answers = try await services.records.read(as: person.caller, at: services.now(), for: "portal record") {
            try Self.answers(of: person, by: $0)
        }
        model.files = answers.flatMap { Answer.Attachment.all(in: $0.root) }
            .map { ShownFile($0.file, in: "/portal/record/files/") }
        if person.isOwn {
            model.given = given
            try await addHandOvers(to: &model, person, language, typed, problems)
        }
        return try services.pages.response(
            model, "portal-record", status: problems == nil ? .ok : .unprocessableContent)
    }

    /// What was answered, as far as whoever looks may see it.
    private static func answers(of person: PortalPerson, by reader: Reader) throws -> [Resource] {
        try reader.person(person.id, ["QuestionnaireResponse"]).all("QuestionnaireResponse")
    }

    @Sendable func file(_ request: Request, _ context: StaffContext) async throws -> Response {
        let person = try PortalPerson.ownOrChild(context)
        let file = try context.part("file")
        let found = try await services.records.read(
            as: person.caller, at: services.now(), for: "file of a portal record"
        ) { reader in
            try ShownFile.response(
                file, namedBy: try Self.answers(of: person, by: reader), of: person.id, by: reader)
        }
        return try ShownFile.response(found.binary, found.file)
    }

    private static let chunk = 500

    @Sendable func download(_ request: Request, _ context: StaffContext) async throws -> Response {
        try await file(of: try PortalPerson.ownOrChild(context), request, for: "portal record as a file")
    }

    /// All that is in reach of a record, as a FHIR Bundle to keep.
    /// - Parameters:
    ///   - person: whose record, and who looks.
    ///   - request: by which address the server is reached.
    ///   - reason: what the audit says that it is.
    /// - Returns: the file, to be kept and not shown.
    /// - Throws: ``RecordsFailure``, or what the database reports.
    func file(of person: PortalPerson, _ request: Request, for reason: String) async throws -> Response {
        let base = try BaseURL.of(request, configured: services.url)
        let now = services.now()
        try await services.records.noteExport(by: person.caller, at: now, for: reason, of: person.id)
        let file = try await services.records.read(as: person.caller, at: now, for: "portal record") { reader in
            var ask = EverythingAsk(person: person.id, limit: Self.chunk)
            var file = RecordFile(base: base, at: now)
            var around: [String: (type: String, id: String)] = [:]
            while true {
                let found = try reader.everything(ask)
                for resource in found {
                    file.add(resource, notices: reader.notices(on: resource))
                }
                for reference in Everything.around(found) {
                    around["\(reference.type)/\(reference.id)"] = reference
                }
                guard found.count == ask.limit, let last = found.last else {
                    break
                }
                ask.after = (last.type, last.id)
            }
            for (_, reference) in around.sorted(by: { $0.key < $1.key }) {
                if let resource = try reader.text(reference.type, reference.id), !resource.isDeleted {
                    file.add(resource, notices: [])
                }
            }
            return file.text
        }
        var buffer = ByteBuffer()
        for piece in file {
            buffer.writeBytes(piece)
        }
        var response = Response(
            status: .ok, headers: [.contentType: "application/fhir+json; charset=utf-8", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: buffer))
        if let disposition = HTTPField.Name("Content-Disposition") {
            response.headers[disposition] = "attachment; filename=\"my-record.json\""
        }
        return response
    }
}

/// A person's whole record as one FHIR Bundle, put together from texts as they are stored.
struct RecordFile {
    private var entries: [[UInt8]] = []
    private var notices: Set<String> = []
    private let base: String
    private let now: Int64

    init(base: String, at now: Int64) {
        self.base = base
        self.now = now
    }

    mutating func add(_ resource: StoredText, notices: [String]) {
        var writer = JSONWriter(capacity: resource.body.count + 128)
        writer.write(raw: "{\"fullUrl\":")
        writer.write(string: "\(base)/\(resource.reference)")
        writer.write(raw: ",\"resource\":")
        resource.write(into: &writer)
        writer.write(raw: "}")
        entries.append(writer.bytes)
        self.notices.formUnion(notices)
    }

    /// What the law wants to go with a copy is its first entry. 42 CFR 2.32
    var text: [[UInt8]] {
        var writer = JSONWriter(capacity: 512)
        writer.write(raw: "{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"timestamp\":")
        writer.write(string: FHIRDate.instant(now))
        writer.write(raw: ",\"entry\":[")
        var pieces = [writer.bytes]
        var all = entries
        if !notices.isEmpty {
            let outcome = OperationOutcome.json(notices.sorted().map { Issue(.information, .informational, $0) })
            var notice = JSONWriter(capacity: 1_024)
            notice.write(raw: "{\"resource\":")
            notice.write(outcome)
            notice.write(raw: "}")
            all.insert(notice.bytes, at: 0)
        }
        for (place, entry) in all.enumerated() {
            pieces.append(place == 0 ? entry : [UInt8(ascii: ",")] + entry)
        }
        pieces.append(Array("]}".utf8))
        return pieces
    }
}
