"""The audit: rows a second while they are made, and while they are verified, each beside its floor."""

import json
import os
import statistics
import subprocess
import time

from cluster import Cluster
from common import ALMONER, TOOL, WORK, fresh, query, run, spread

ROWS = {
    "sqlite": int(os.environ.get("ALMONER_BENCH_AUDIT_ROWS", "1000000")),
    "postgres": int(os.environ.get("ALMONER_BENCH_AUDIT_ROWS_POSTGRES", "200000"))}
FLOOR_ROWS = 100_000
CHUNK = 20_000
RUNS = 3
ENGINES = os.environ.get("ALMONER_BENCH_SERVERS", "sqlite,postgres").split(",")
COLUMNS = "seq, at, person, rid, version, account, action, outcome, detail, purpose, query"


def reading(rows, place):
    """Rows a second that the database's own library reads, in the pieces in which they are verified, on one connection."""
    lane, last = rows("SELECT lane, max(seq) FROM audit GROUP BY lane ORDER BY count(*) DESC LIMIT 1")[0]
    question = WORK / "audit-question.json"
    question.write_text(json.dumps({
        "sql": f"SELECT {COLUMNS} FROM audit WHERE lane = $1 AND seq > $2 AND seq <= $3 ORDER BY seq",
        "values": [[str(lane), str(start), str(start + CHUNK)] for start in range(0, int(last), CHUNK)]}))
    told = json.loads(run("raw-reads", question, "--seconds", 3, "--connections", 1, *place, binary=TOOL)[0])
    return told["per_s"] / told["questions"] * told["rows"]


def engine(key, place, floor, rows):
    """Writes, verifies and their floors on one engine. `place` is told to almoner, `floor` to the bare libraries."""
    written = json.loads(run("audit-writes", *place["writes"], "--rows", ROWS[key], binary=TOOL)[0])
    seconds, walls = [], []
    for _ in range(RUNS):
        told, wall = run_verify(place["verify"])
        seconds.append(told)
        walls.append(wall)
    bare = json.loads(run("audit-floor", *floor, "--rows", FLOOR_ROWS, binary=TOOL)[0])
    verified = written["rows"] / statistics.median(seconds)
    figures = {
        "rows": written["rows"], "kept_per_s": round(written["kept_per_s"]), "sealed_per_s": round(written["sealed_per_s"]),
        "insert_floor_per_s": round(bare["insert_per_s"]), "verify_per_s": round(verified), "verify_s": spread(seconds),
        "verify_wall_s": spread(walls), "hash_floor_per_s": round(bare["hash_per_s"]),
        "bytes_a_row": round(bare["bytes_a_row"], 1), "read_floor_per_s": round(reading(rows, floor))}
    print(f"  audit on {key}: {figures}", flush=True)
    return figures


def run_verify(place):
    """The seconds that verifying says it took, and those of the whole command."""
    began = time.perf_counter()
    done = subprocess.run([str(ALMONER), "audit", "verify", *map(str, place)], capture_output=True, text=True)
    wall = time.perf_counter() - began
    if done.returncode:
        raise SystemExit(f"audit verify: {done.stdout}{done.stderr}")
    return float(done.stderr.strip().splitlines()[-1].split(" rows in ")[1].split()[0]), wall


def measure():
    figures = {"audit": {}}
    if "sqlite" in ENGINES:
        # The heads of the audit lie beside the data folder.
        data = fresh("audit-sqlite") / "data"
        figures["audit"]["sqlite"] = engine(
            "sqlite", {"writes": ["--data", data], "verify": ["--data", data]}, ["--sqlite", data / "almoner.sqlite"],
            lambda sql: query(data, sql))
    if "postgres" in ENGINES:
        data = fresh("audit-postgres") / "data"
        with Cluster() as cluster:
            url = cluster.create("audit")
            figures["postgres"] = cluster.version()
            figures["audit"]["postgres"] = engine(
                "postgres", {"writes": ["--data", data, "--postgres", url], "verify": ["--data", data, "--database", url]},
                ["--postgres", url], lambda sql: cluster.sql("audit", sql))
    return figures
