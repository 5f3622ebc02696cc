"""Import of real bundles beside its floor: the same bytes parsed and the same rows put into bare SQLite."""

import json
import statistics

from common import MB, SYNTHEA, TOOL, database_size, folder_size, fresh, query, run, seconds_told, spread

RUNS = 5


def sizes(data):
    """Bytes by table, its indexes with it; empty where SQLite was built without dbstat."""
    try:
        rows = query(
            data,
            "SELECT coalesce(m.tbl_name, s.name), sum(s.pgsize) FROM dbstat s LEFT JOIN sqlite_master m "
            "ON m.name = s.name GROUP BY 1 ORDER BY 2 DESC")
    except Exception:
        return {}
    return dict(rows)


def measure():
    if not SYNTHEA.exists():
        return {"skipped": "no ../shared/data/synthea"}
    ours, walls, floors, ratios = [], [], [], []
    floor = {}
    data = None
    for _ in range(RUNS):
        data = fresh("import")
        told, wall = run("import", SYNTHEA, "--data", data)
        seconds = seconds_told(told)
        floor = json.loads(run("import-floor", SYNTHEA, "--data", data, binary=TOOL)[0])
        rate = floor["resources"] / seconds
        ours.append(rate)
        walls.append(wall)
        floors.append(floor["resources_per_s"])
        ratios.append(rate / floor["resources_per_s"])
        print(f"  {rate:,.0f}/s, floor {floors[-1]:,.0f}/s, ratio {ratios[-1]:.2f}", flush=True)
    again = [seconds_told(run("import", SYNTHEA, "--data", data)[0]) for _ in range(3)]
    out = fresh("import-out")
    run("export", "--data", data, "--out", out)
    compact = folder_size(out)
    return {
        "resources": floor["resources"], "rows": floor["rows"], "bytes": floor["bytes"], "compact_bytes": compact,
        "rate": spread(ours, 0), "wall_s": spread(walls), "floor": spread(floors, 0), "ratio": spread(ratios),
        "floor_parse_s": floor["parse_s"], "floor_insert_s": floor["insert_s"],
        "mb_per_s": round(statistics.median(ours) / floor["resources"] * floor["bytes"] / MB, 1),
        "again_s": spread(again), "database_bytes": database_size(data), "tables": sizes(data)}
