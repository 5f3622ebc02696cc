import Hummingbird

/// What a browser keeps of its session. Where the server is reached by https the name itself makes the browser refuse what
/// another host, another path or plain http would set under it.
struct SessionCookie {
    let isSecure: Bool

    var name: String { isSecure ? "__Host-almoner-session" : "almoner-session" }

    func holding(_ token: String) -> Cookie {
        Cookie(name: name, value: token, path: "/", secure: isSecure, httpOnly: true, sameSite: .lax)
    }

    var gone: Cookie {
        Cookie(name: name, value: "", maxAge: 0, path: "/", secure: isSecure, httpOnly: true, sameSite: .lax)
    }
}
