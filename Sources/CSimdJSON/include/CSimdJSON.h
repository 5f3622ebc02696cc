// A plain C door to simdjson On-Demand, so that importers need no C++ interoperability.
#ifndef CSIMDJSON_H
#define CSIMDJSON_H
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
    ALMONER_OBJECT = 1,
    ALMONER_ARRAY = 2,
    ALMONER_STRING = 3,
    ALMONER_NUMBER = 4,
    ALMONER_TRUE = 5,
    ALMONER_FALSE = 6,
    ALMONER_NULL = 7,
};

/// One value of a JSON text. Offsets are bytes into the text; `next` is the index of the node after this whole value.
struct almoner_node {
    uint32_t start;       // strings: after the opening quote; others: the first byte
    uint32_t length;      // strings: without quotes; objects and arrays: up to and with the closing bracket
    uint32_t next;
    uint32_t key_start;   // members of an object: the name without quotes
    uint16_t key_length;
    uint8_t kind;
    uint8_t flags;        // 1: the text has escapes, 2: the name has escapes
};

struct almoner_tape {
    struct almoner_node *nodes;
    size_t count;
};

/// Visits everything once. Returns NULL and fills `tape` (free it with almoner_tape_free), or a static reason in plain
/// words. Refused: invalid UTF-8, bad escapes, malformed numbers, duplicate names, text after the value, too deep.
const char *almoner_tape_build(const uint8_t *bytes, size_t length, size_t max_depth, struct almoner_tape *tape);
void almoner_tape_free(struct almoner_tape *tape);

/// Undoes JSON escapes of a string that almoner_tape_build has accepted. `out` has room for `length` bytes.
size_t almoner_unescape(const uint8_t *text, size_t length, uint8_t *out);

#ifdef __cplusplus
}
#endif
#endif
