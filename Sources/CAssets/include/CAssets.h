// The files that travel inside the binary. The table is written by bin/assets into assets.c.
#ifndef ALMONER_CASSETS_H
#define ALMONER_CASSETS_H

/// One embedded file: its name as UTF-8, its bytes (followed by a zero that does not count), its length.
struct almoner_asset {
    const char *_Nonnull name;
    const unsigned char *_Nonnull bytes;
    unsigned long length;
};

/// How many embedded files there are.
unsigned long almoner_asset_count(void);

/// The embedded files, sorted by the bytes of their names. Valid as long as the process lives.
///
/// A function, because Swift does not import an array of unknown length and takes a global pointer for shared state.
const struct almoner_asset *_Nonnull almoner_assets(void);

#endif
