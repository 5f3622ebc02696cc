// The files that travel inside the binary. The table is written by bin/assets into assets.c.
#ifndef ALMONER_CASSETS_H
#define ALMONER_CASSETS_H

/// One embedded file: its name as UTF-8, its bytes (followed by a zero that does not count), its length.
struct almoner_asset {
    const char *name;
    const unsigned char *bytes;
    unsigned long length;
};

/// All embedded files, sorted by the bytes of their names; the entry after the last is all zero.
extern const struct almoner_asset almoner_assets[];

/// How many entries almoner_assets has, the closing one not counted.
extern const unsigned long almoner_asset_count;

#endif
