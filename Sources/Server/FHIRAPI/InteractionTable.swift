import Access
import HTTPTypes

/// Everything that the API can do, a table of contents.
enum InteractionTable {
    static let all: [Interaction] = [
        // One resource.
        .init("read", .get, [.type, .id], .read, .look(Read.perform)),
        .init("vread", .get, [.type, .id, .word("_history"), .version], .read, .look(ReadVersion.perform)),
        .init("update", .put, [.type, .id], .update, .change(ready: Update.ready, Update.perform)),
        .init("patch", .patch, [.type, .id], .update, .change(ready: Patch.ready, Patch.perform)),
        .init("delete", .delete, [.type, .id], .delete, .change(ready: Delete.ready, Delete.perform)),
        .init("history-instance", .get, [.type, .id, .word("_history")], .read, .look(History.ofInstance)),

        // A type.
        .init("create", .post, [.type], .create, .change(ready: Create.ready, Create.perform)),
        .init("search-type", .get, [.type], .search, .look(Search.ofType)),
        .init("search-type", .post, [.type, .word("_search")], .search, .look(Search.ofType)),
        .init("conditional-update", .put, [.type], .update, .change(ready: Update.ready, Update.conditional)),
        .init("conditional-patch", .patch, [.type], .update, .change(ready: Patch.ready, Patch.conditional)),
        .init("conditional-delete", .delete, [.type], .delete, .change(ready: Delete.ready, Delete.conditional)),
        .init("history-type", .get, [.type, .word("_history")], .read, .look(History.ofType)),

        // The whole.
        .init("capabilities", .get, [.word("metadata")], nil, .tell(Capabilities.perform)),
        .init("openapi", .get, [.word("openapi.json")], nil, .tell(OpenAPI.perform)),
        .init("search-system", .get, [], nil, .look(Search.ofSystem)),
        .init("search-system", .post, [.word("_search")], nil, .look(Search.ofSystem)),
        .init("history-system", .get, [.word("_history")], nil, .look(History.ofSystem)),
        .init("transaction", .post, [], nil, .own(RunBundle.perform)),

        // Operations.
        .init("$everything", .get, [.word("Patient"), .id, .word("$everything")], .read, .look(Everything.perform)),
        .init("$everything", .post, [.word("Patient"), .id, .word("$everything")], .read, .look(Everything.perform)),
        .init("$apply", .get, [.word("PlanDefinition"), .id, .word("$apply")], .read, .look(Apply.ofInstance)),
        .init("$apply", .post, [.word("PlanDefinition"), .id, .word("$apply")], .read, .look(Apply.ofInstance)),
        .init("$apply", .post, [.word("PlanDefinition"), .word("$apply")], .read, .look(Apply.ofType)),
        .init("$validate", .post, [.type, .word("$validate")], nil, .look(Validate.perform)),
        .init("$validate", .post, [.type, .id, .word("$validate")], nil, .look(Validate.perform)),
        .init("$validate", .get, [.type, .id, .word("$validate")], .read, .look(Validate.perform)),
        .init("$meta", .get, [.type, .id, .word("$meta")], .read, .look(Meta.show)),
        .init("$meta", .get, [.type, .word("$meta")], .search, .look(Meta.ofType)),
        .init("$meta", .get, [.word("$meta")], nil, .look(Meta.ofSystem)),
        .init(
            "$meta-add", .post, [.type, .id, .word("$meta-add")], .update, .change(ready: Meta.ready, Meta.add)),
        .init(
            "$meta-delete", .post, [.type, .id, .word("$meta-delete")], .update,
            .change(ready: Meta.ready, Meta.remove)),

        // Within a person's compartment. Last, because its path has the shape of others.
        .init("search-compartment", .get, [.type, .id, .word("*")], nil, .look(Search.ofCompartment)),
        .init("search-compartment", .get, [.type, .id, .within], nil, .look(Search.ofCompartment)),
        .init(
            "search-compartment", .post, [.type, .id, .within, .word("_search")], nil, .look(Search.ofCompartment)),
    ]

    /// Where the API is asked for: `Patient/7/_history`, for the table in a page and in messages.
    static func methods(for parts: [String]) -> [HTTPRequest.Method] {
        all.filter { $0.fits(parts) }.map(\.method)
    }
}
