package import Content

extension ConsentPolicy {
    private static let file = "consents/policy.yaml"
    private static let scopes: Set<String> = ["adr", "research", "patient-privacy", "treatment"]

    /// Loads the policy. What is missing or not understood is an error: a person must not be asked in no words.
    /// - Throws: ``AccessContentFailure``
    package init(content: Content) throws(AccessContentFailure) {
        do {
            guard let bytes = content.file(Self.file) else {
                throw ContentProblem(place: "the file", problem: "it is not there")
            }
            try self.init(root: ContentField(root: YAML.parse(bytes)))
        } catch {
            throw AccessContentFailure(file: Self.file, problem: "\(error)")
        }
    }

    init(root: ContentField) throws(ContentProblem) {
        try root.allow([
            "kind", "source", "version", "licence", "effectiveFrom", "effectiveTo", "consents", "channels",
        ])
        version = try ContentOrigin(root).version
        var terms: [Terms] = []
        for field in try root["consents"].list() {
            let one = try Terms(field, scopes: Self.scopes)
            guard !terms.contains(where: { $0.kind == one.kind }) else {
                throw field["kind"].problem("this kind stands here twice")
            }
            terms.append(one)
        }
        self.terms = terms
        var channels: [Channel] = []
        for field in try root["channels"].list() {
            let one = try Channel(field)
            guard !channels.contains(where: { $0.channel == one.channel }) else {
                throw field["code"].problem("this way stands here twice")
            }
            channels.append(one)
        }
        for channel in MessagingChannel.allCases where !channels.contains(where: { $0.channel == channel }) {
            throw root["channels"].problem("\(channel.rawValue) is missing")
        }
        self.channels = channels
    }
}

extension ConsentPolicy.Terms {
    init(_ field: ContentField, scopes: Set<String>) throws(ContentProblem) {
        try field.allow([
            "kind", "title", "gates", "presumed", "scope", "lastsDays", "written", "witness", "source", "words",
        ])
        kind = try field["kind"].text()
        title = try field["title"].text()
        gates = try field["gates"].text()
        presumed = try field["presumed"].optionalText()
        scope = try field["scope"].text()
        guard scopes.contains(scope) else {
            throw field["scope"].problem("it is one of \(scopes.sorted().joined(separator: ", "))")
        }
        lastsDays = try field["lastsDays"].optionalInt()
        guard lastsDays.map({ (1...36_600).contains($0) }) ?? true else {
            throw field["lastsDays"].problem("1 to 36600 days are expected")
        }
        needsSignature = try Self.isYes(field["written"])
        needsWitness = try Self.isYes(field["witness"])
        source = try field["source"].text()
        var words: [ConsentPolicy.Words] = []
        for text in try field["words"].list() {
            try text.allow(["language", "version", "text"])
            let language = try text["language"].text()
            guard !words.contains(where: { $0.language == language }) else {
                throw text["language"].problem("this language stands here twice")
            }
            words.append(
                ConsentPolicy.Words(
                    language: language, version: try text["version"].text(), text: try text["text"].text()))
        }
        guard words.contains(where: { $0.language == "en" }) else {
            throw field["words"].problem("the words in English are missing")
        }
        self.words = words
    }

    /// `yes` or `no`; what is left out is a no.
    private static func isYes(_ field: ContentField) throws(ContentProblem) -> Bool {
        switch try field.optionalText() {
        case nil, "no": return false
        case "yes": return true
        default: throw field.problem("it is \"yes\" or \"no\"")
        }
    }
}

extension ConsentPolicy.Channel {
    init(_ field: ContentField) throws(ContentProblem) {
        try field.allow(["code", "title", "agreed", "refused", "gates", "presumed", "needs", "general", "source"])
        channel = try field["code"].oneOf(MessagingChannel.self)
        title = try field["title"].text()
        agreed = try field["agreed"].text()
        refused = try field["refused"].text()
        gates = try field["gates"].text()
        presumed = try field["presumed"].optionalText()
        needs = field["needs"].isPresent ? try field["needs"].oneOf(MessagingChannel.self) : nil
        switch try field["general"].text() {
        case "yes": byGeneral = true
        case "no": byGeneral = false
        default: throw field["general"].problem("it is \"yes\" or \"no\"")
        }
        source = try field["source"].text()
    }
}
