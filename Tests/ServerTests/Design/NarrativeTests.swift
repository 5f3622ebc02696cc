import Foundation
import Testing

@testable import Server

struct NarrativeTests {
    @Test func `what only says something is kept`() {
        let text = "<div xmlns=\"http://www.w3.org/1999/xhtml\"><p>Feet &amp; <b>socks</b><br/>5 &lt; 6</p></div>"
        #expect(Narrative.safe(text) == "<div><p>Feet &amp; <b>socks</b><br>5 &lt; 6</p></div>")
        let table = "<table><tr><td colspan=\"2\" class=\"x\" style=\"color:red\">a</td></tr></table>"
        #expect(Narrative.safe(table) == "<table><tr><td colspan=\"2\">a</td></tr></table>")
        #expect(Narrative.safe("<h1>Plan</h1>") == "<p>Plan</p>")
        #expect(
            Narrative.safe("<a href=\"https://a.example/?b=1&amp;c\">x</a>").hasPrefix(
                "<a href=\"https://a.example/?b=1&amp;c\" rel="))
    }

    @Test(arguments: [
        "<script>alert(1)</script>", "<SCRIPT >alert(1)</SCRIPT >", "<script/x>alert(1)</script>", "<script>alert(1)",
        "<p onclick=\"alert(1)\">x</p>", "<p OnClick = alert(1)>x</p>", "<p/onclick=alert(1)>x</p>",
        "<img src=x onerror=alert(1)>", "<svg onload=alert(1)>", "<svg><script>alert(1)</script></svg>",
        "<math><mtext><script>alert(1)</script></mtext></math>", "<iframe src=\"javascript:alert(1)\"></iframe>",
        "<a href=\"javascript:alert(1)\">x</a>", "<a href=\" javascript:alert(1)\">x</a>",
        "<a href=\"java\tscript:alert(1)\">x</a>", "<a href=\"&#106;avascript:alert(1)\">x</a>",
        "<a href=\"data:text/html,<script>alert(1)</script>\">x</a>", "<a href='https://x\" onclick=\"alert(1)'>x</a>",
        "<style>p{background:url(javascript:alert(1))}</style>",
        "<p style=\"background:url(javascript:alert(1))\">x</p>",
        "<form action=\"javascript:alert(1)\"><input></form>", "<!--><script>alert(1)</script>-->",
        "<![CDATA[<script>alert(1)</script>]]>", "<scr<script>ipt>alert(1)</script>", "<<script>alert(1)</script>",
        "<p title=\"a\" title='\" onclick=alert(1) x=\"'>x</p>",
        "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
        "<template><img src=x onerror=alert(1)></template>", "<p title='a\" onmouseover=\"alert(1)'>x</p>",
        "<base href=\"javascript:alert(1)//\">", "<meta http-equiv=refresh content=\"0;url=javascript:alert(1)\">",
        "<link rel=stylesheet href=\"javascript:alert(1)\">", "<object data=\"javascript:alert(1)\"></object>",
        "<\u{0}script>alert(1)</script>", "<p\u{0} onclick=alert(1)>x</p>",
    ])
    func `nothing that does something comes through`(text: String) {
        let safe = Narrative.safe(text)
        // Every tag that is left has a name and attributes of the list; what looks like more is text.
        for part in safe.split(separator: "<", omittingEmptySubsequences: false).dropFirst() {
            let tag = part.prefix { $0 != ">" }
            let name = tag.drop { $0 == "/" }.prefix { $0.isLetter || $0.isNumber }
            #expect(["p", "a", "br", "b", "div", "table", "tr", "td"].contains(String(name)), "\(safe)")
            var isInValue = false
            let bare = tag.filter { character in
                if character == "\"" {
                    isInValue.toggle()
                }
                return !isInValue
            }
            #expect(!bare.lowercased().contains("on"), "\(safe)")
            #expect(!tag.lowercased().contains("javascript:"), "\(safe)")
            #expect(!isInValue, "\(safe)")
        }
    }

    @Test func `what is broken is mended and nothing is too deep`() {
        #expect(Narrative.safe("<div><p>a") == "<div><p>a</p></div>")
        #expect(Narrative.safe("a < b & c</p>") == "a &lt; b &amp; c")
        #expect(Narrative.safe("<") == "&lt;")
        #expect(Narrative.safe("<a href=\"") == "<a></a>")
        let deep = Narrative.safe(String(repeating: "<div>", count: 10_000))
        #expect(deep.components(separatedBy: "<div>").count == 65)
        #expect(Narrative.safe("&#0;&#xD800;&bogus;&#60;") == "&amp;#0;&amp;#xD800;&amp;bogus;&#60;")
    }
}
