/// One thing that a resource has to satisfy. Numbers are those of search parameters.
package indirect enum SearchTerm: Sendable, Hashable {
    case ids([String])
    case updated([DateTest])
    /// `negated`: none of them, which what has no value satisfies too (`:not`).
    case token(Int, any: [TokenTest], negated: Bool)
    /// Rows of text under any of the numbers.
    case string([Int], any: [StringTest])
    case date(Int, any: [DateTest])
    case number(Int, any: [NumberTest])
    case quantity(Int, any: [QuantityTest])
    case uri(Int, any: [URITest])
    /// Under any of the numbers.
    case reference([Int], any: [ReferenceTest])
    case near(Int, any: [NearTest])
    case together(TogetherTest)
    case missing(Int, Bool)
    /// What the reference points to satisfies its term.
    case chain(Int, to: [SearchLink])
    /// Something of the link's type that satisfies its term points here by the reference.
    case has(Int, SearchLink)
    case any([SearchTerm])
    case all([SearchTerm])
    case nothing
}

/// The other end of a reference.
package struct SearchLink: Sendable, Hashable {
    /// Number of the resource type.
    package let type: Int
    package let term: SearchTerm
}

package struct SearchSort: Sendable, Hashable {
    package enum Key: Sendable, Hashable {
        case id, updated
        case parameter(Int, SearchParameter.Kind)
    }

    package let key: Key
    package let isDescending: Bool
}

/// `_include` or `_revinclude`.
package struct SearchInclude: Sendable, Hashable {
    package let isReverse: Bool
    /// Also follows what was included.
    package let isIterated: Bool
    /// The reference parameters, by the number of the type that holds them.
    package let parameters: [Int: [Int]]
    /// The only type that is included; nil for any.
    package let target: Int?
}

/// What to look for among the resources of one type.
package struct SearchBranch: Sendable, Hashable {
    package let type: Int
    package var terms: [SearchTerm]
    package var sort: [SearchSort]
}

/// A search that has been understood and checked.
package struct SearchQuery: Sendable {
    package enum Total: String, Sendable { case none, estimate, accurate }
    package enum Summary: String, Sendable {
        case yes = "true"
        case text, data, count
        case no = "false"
    }

    /// By type, in the order in which their matches come.
    package var branches: [SearchBranch]
    package var includes: [SearchInclude] = []
    /// The most matches on a page, at most ``mostOnPage``; 0 asks for the total alone.
    package var count = SearchQuery.usualOnPage
    package var total = Total.none
    package var summary = Summary.no
    /// The only elements of each resource that are wanted; empty for all.
    package var elements: [String] = []
    /// What of the request was used, for the self link.
    package var selfParameters: [SearchPair] = []
    /// What was passed over because the client asked for lenience; for the Bundle.
    package var ignored: [Issue] = []
    /// The address of this server, whose absolute references mean the same as relative ones; nil when unknown.
    package var base: String?
    /// Among what was searched, in words of its own; a page's mark is good for no other.
    package var place = ""

    package static let usualOnPage = 20
    package static let mostOnPage = 1_000

    package init(branches: [SearchBranch]) { self.branches = branches }

    package var isCountOnly: Bool { count == 0 || summary == .count }

    /// The self link's query string.
    package var selfLink: String { SearchPairs.written(selfParameters) }
}
