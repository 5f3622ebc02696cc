#include "CSimdJSON.h"

#include <simdjson.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

using namespace simdjson;

namespace {

struct Builder {
    const char *base;
    std::vector<almoner_node> nodes;
    size_t max_depth;
    // A text of tiny values would grow to many times its size: resources have 20 bytes and more a value.
    size_t max_nodes;
    const char *reason = nullptr;

    bool fail(const char *why) {
        if (!reason) reason = why;
        return false;
    }
    bool fail(error_code code) {
        switch (code) {
            case UTF8_ERROR: return fail("the text is not valid UTF-8");
            case STRING_ERROR: return fail("a string has a broken escape or a lone surrogate");
            case UNCLOSED_STRING: return fail("a string is never closed: the text is cut off");
            case UNESCAPED_CHARS: return fail("a string holds a raw control character");
            case DEPTH_ERROR: return fail("the text is nested too deeply");
            case EMPTY: return fail("the text is empty");
            case CAPACITY: return fail("the text is too large");
            case INCOMPLETE_ARRAY_OR_OBJECT: return fail("an object or array is never closed: the text is cut off");
            case T_ATOM_ERROR: case F_ATOM_ERROR: case N_ATOM_ERROR: return fail("a word is neither true, false nor null");
            default: return fail("the text is not well-formed JSON");
        }
    }

    static std::string_view trimmed(std::string_view token) {
        while (!token.empty()) {
            char c = token.back();
            if (c == ' ' || c == '\n' || c == '\r' || c == '\t') token.remove_suffix(1);
            else break;
        }
        return token;
    }

    static bool is_number(std::string_view t) {
        size_t i = 0, n = t.size();
        auto digit = [&](size_t k) { return k < n && t[k] >= '0' && t[k] <= '9'; };
        if (i < n && t[i] == '-') i++;
        if (!digit(i)) return false;
        if (t[i] == '0') i++;
        else while (digit(i)) i++;
        if (i < n && t[i] == '.') {
            i++;
            if (!digit(i)) return false;
            while (digit(i)) i++;
        }
        if (i < n && (t[i] == 'e' || t[i] == 'E')) {
            i++;
            if (i < n && (t[i] == '+' || t[i] == '-')) i++;
            if (!digit(i)) return false;
            while (digit(i)) i++;
        }
        return i == n;
    }

    uint32_t offset(const char *p) const { return static_cast<uint32_t>(p - base); }

    std::string name_of(const almoner_node &node) const {
        std::string name(base + node.key_start, node.key_length);
        if (!(node.flags & 2)) return name;
        std::string out(name.size(), '\0');
        out.resize(almoner_unescape(reinterpret_cast<const uint8_t *>(name.data()), name.size(),
                                    reinterpret_cast<uint8_t *>(out.data())));
        return out;
    }

    bool names_differ(const std::vector<uint32_t> &members) {
        size_t n = members.size();
        bool escaped = false;
        for (uint32_t m : members) escaped |= (nodes[m].flags & 2) != 0;
        if (n <= 24 && !escaped) {
            for (size_t a = 1; a < n; a++) {
                const almoner_node &x = nodes[members[a]];
                for (size_t b = 0; b < a; b++) {
                    const almoner_node &y = nodes[members[b]];
                    if (x.key_length == y.key_length && !std::memcmp(base + x.key_start, base + y.key_start, x.key_length))
                        return fail("an object has the same name twice");
                }
            }
            return true;
        }
        std::vector<std::string> names;
        names.reserve(n);
        for (uint32_t m : members) names.push_back(name_of(nodes[m]));
        std::sort(names.begin(), names.end());
        if (std::adjacent_find(names.begin(), names.end()) != names.end()) return fail("an object has the same name twice");
        return true;
    }

    // Value is ondemand::document for the root and ondemand::value below it.
    template <typename Value>
    bool visit(Value &value, size_t depth, uint32_t key_start, uint16_t key_length, uint8_t flags) {
        if (depth > max_depth) return fail("the text is nested too deeply");
        if (nodes.size() >= max_nodes) return fail("the text has too many values for its size");
        ondemand::json_type type;
        if (auto e = value.type().get(type)) return fail(e);
        size_t index = nodes.size();
        nodes.push_back(almoner_node{0, 0, 0, key_start, key_length, 0, flags});
        switch (type) {
            case ondemand::json_type::object: {
                ondemand::object object;
                if (auto e = value.get_object().get(object)) return fail(e);
                std::vector<uint32_t> members;
                members.reserve(16);
                for (auto result : object) {
                    ondemand::field field;
                    if (auto e = std::move(result).get(field)) return fail(e);
                    const char *key = field.key().raw();
                    const char *end = key;
                    bool escaped = false;
                    while (*end != '"') {
                        if (*end == '\\') { escaped = true; end++; }
                        end++;
                    }
                    size_t length = static_cast<size_t>(end - key);
                    if (length > 1024) return fail("an object has a name longer than 1,024 bytes");
                    if (escaped) {
                        std::string_view ignored;
                        if (auto e = field.unescaped_key().get(ignored)) return fail(e);
                    }
                    members.push_back(static_cast<uint32_t>(nodes.size()));
                    ondemand::value child = field.value();
                    if (!visit(child, depth + 1, offset(key), static_cast<uint16_t>(length), escaped ? 2 : 0)) return false;
                }
                nodes[index].kind = ALMONER_OBJECT;
                if (!names_differ(members)) return false;
                break;
            }
            case ondemand::json_type::array: {
                ondemand::array array;
                if (auto e = value.get_array().get(array)) return fail(e);
                for (auto result : array) {
                    ondemand::value child;
                    if (auto e = std::move(result).get(child)) return fail(e);
                    if (!visit(child, depth + 1, 0, 0, 0)) return false;
                }
                nodes[index].kind = ALMONER_ARRAY;
                break;
            }
            case ondemand::json_type::string: {
                std::string_view token;
                if (auto e = raw(value).get(token)) return fail(e);
                token = trimmed(token);
                if (token.size() < 2 || token.back() != '"') return fail("a string is never closed: the text is cut off");
                token = token.substr(1, token.size() - 2);
                bool escaped = std::memchr(token.data(), '\\', token.size()) != nullptr;
                if (escaped) {
                    std::string_view ignored;
                    if (auto e = value.get_string().get(ignored)) return fail(e);
                } else if (std::memchr(token.data(), '"', token.size()) != nullptr) {
                    return fail("the text is not well-formed JSON");
                }
                nodes[index].kind = ALMONER_STRING;
                nodes[index].start = offset(token.data());
                nodes[index].length = static_cast<uint32_t>(token.size());
                if (escaped) nodes[index].flags |= 1;
                break;
            }
            case ondemand::json_type::number: {
                std::string_view token;
                if (auto e = raw(value).get(token)) return fail(e);
                token = trimmed(token);
                if (!is_number(token)) return fail("a number is malformed");
                nodes[index].kind = ALMONER_NUMBER;
                nodes[index].start = offset(token.data());
                nodes[index].length = static_cast<uint32_t>(token.size());
                break;
            }
            default: {
                std::string_view token;
                if (auto e = raw(value).get(token)) return fail(e);
                token = trimmed(token);
                if (token == "true") nodes[index].kind = ALMONER_TRUE;
                else if (token == "false") nodes[index].kind = ALMONER_FALSE;
                else if (token == "null") nodes[index].kind = ALMONER_NULL;
                else return fail("a word is neither true, false nor null");
                nodes[index].start = offset(token.data());
                nodes[index].length = static_cast<uint32_t>(token.size());
            }
        }
        nodes[index].next = static_cast<uint32_t>(nodes.size());
        return true;
    }

    static simdjson_result<std::string_view> raw(ondemand::value &value) { return value.raw_json_token(); }
    static simdjson_result<std::string_view> raw(ondemand::document &value) { return value.raw_json_token(); }

    // The extent of objects and arrays is not told by On-Demand: one linear pass over the brackets outside of strings.
    void extents(const char *bytes) {
        struct Open { uint32_t index; };
        std::vector<uint32_t> open;
        size_t count = nodes.size();
        const char *p = bytes;
        for (size_t i = 0; i < count; i++) {
            while (!open.empty() && nodes[open.back()].next == i) { close(open, p); }
            almoner_node &node = nodes[i];
            if (node.kind == ALMONER_OBJECT || node.kind == ALMONER_ARRAY) {
                char bracket = node.kind == ALMONER_OBJECT ? '{' : '[';
                if (node.key_length || node.key_start) p = std::max(p, base + node.key_start + node.key_length + 1);
                while (*p != bracket) p++;
                node.start = offset(p);
                p++;
                open.push_back(static_cast<uint32_t>(i));
            } else {
                p = base + node.start + node.length + (node.kind == ALMONER_STRING ? 1 : 0);
            }
        }
        while (!open.empty()) close(open, p);
    }
    void close(std::vector<uint32_t> &open, const char *&p) {
        almoner_node &node = nodes[open.back()];
        char bracket = node.kind == ALMONER_OBJECT ? '}' : ']';
        while (*p != bracket) p++;
        p++;
        node.length = offset(p) - node.start;
        open.pop_back();
    }
};

}  // namespace

extern "C" const char *almoner_tape_build(const uint8_t *bytes, size_t length, size_t max_depth, almoner_tape *tape) {
    tape->nodes = nullptr;
    tape->count = 0;
    if (length >= 0xFFFFFFF0u) return "the text is larger than 4 GB";
    thread_local ondemand::parser parser;
    thread_local std::vector<char> padded;
    padded.resize(length + SIMDJSON_PADDING);
    if (length) std::memcpy(padded.data(), bytes, length);
    std::memset(padded.data() + length, 0, SIMDJSON_PADDING);

    Builder builder{padded.data(), {}, max_depth, std::max<size_t>(1000000, length / 12)};
    builder.nodes.reserve(length / 24 + 16);
    ondemand::document document;
    const char *reason = nullptr;
    if (auto e = parser.iterate(padded.data(), length, padded.size()).get(document)) {
        builder.fail(e);
        reason = builder.reason;
    } else if (!builder.visit(document, 0, 0, 0, 0)) {
        reason = builder.reason;
    } else if (builder.nodes[0].kind != ALMONER_OBJECT && builder.nodes[0].kind != ALMONER_ARRAY) {
        reason = "the text is neither an object nor an array";
    } else if (document.current_location().error() == SUCCESS) {
        reason = "there is more text after the end of the value";
    }
    // A large text must not pin its memory to this thread for ever.
    const size_t keep = 8u << 20;
    if (!reason) {
        builder.extents(padded.data());
        size_t count = builder.nodes.size();
        auto *nodes = static_cast<almoner_node *>(std::malloc(count * sizeof(almoner_node)));
        if (!nodes) {
            reason = "there is not enough memory";
        } else {
            std::memcpy(nodes, builder.nodes.data(), count * sizeof(almoner_node));
            tape->nodes = nodes;
            tape->count = count;
        }
    }
    if (padded.capacity() > keep) {
        std::vector<char>().swap(padded);
        parser = ondemand::parser();
    }
    return reason;
}

extern "C" void almoner_tape_free(almoner_tape *tape) {
    std::free(tape->nodes);
    tape->nodes = nullptr;
    tape->count = 0;
}

static uint32_t hex4(const uint8_t *p) {
    uint32_t value = 0;
    for (int i = 0; i < 4; i++) {
        uint8_t c = p[i];
        value = value << 4 | (c <= '9' ? c - '0' : (c | 32) - 'a' + 10);
    }
    return value;
}

extern "C" size_t almoner_unescape(const uint8_t *text, size_t length, uint8_t *out) {
    size_t i = 0, n = 0;
    while (i < length) {
        uint8_t c = text[i];
        if (c != '\\' || i + 1 >= length) { out[n++] = c; i++; continue; }
        uint8_t e = text[i + 1];
        i += 2;
        switch (e) {
            case 'b': out[n++] = 8; break;
            case 'f': out[n++] = 12; break;
            case 'n': out[n++] = 10; break;
            case 'r': out[n++] = 13; break;
            case 't': out[n++] = 9; break;
            case 'u': {
                if (i + 4 > length) return n;
                uint32_t code = hex4(text + i);
                i += 4;
                if (code >= 0xD800 && code < 0xDC00 && i + 6 <= length) {
                    code = 0x10000 + ((code - 0xD800) << 10) + (hex4(text + i + 2) - 0xDC00);
                    i += 6;
                }
                if (code < 0x80) { out[n++] = static_cast<uint8_t>(code); }
                else if (code < 0x800) { out[n++] = 0xC0 | code >> 6; out[n++] = 0x80 | (code & 63); }
                else if (code < 0x10000) { out[n++] = 0xE0 | code >> 12; out[n++] = 0x80 | (code >> 6 & 63); out[n++] = 0x80 | (code & 63); }
                else { out[n++] = 0xF0 | code >> 18; out[n++] = 0x80 | (code >> 12 & 63); out[n++] = 0x80 | (code >> 6 & 63); out[n++] = 0x80 | (code & 63); }
                break;
            }
            default: out[n++] = e;
        }
    }
    return n;
}
