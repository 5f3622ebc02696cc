"""Import and export on both engines, and the memory of exporting very many."""

import os
import shutil
import subprocess
import time

from cluster import Cluster
from common import ALMONER, folder_size, fresh, run, seconds_told, spread
from loads import RUNS
from servers import OnPostgreSQL, OnSQLite

PEOPLE = int(os.environ.get("ALMONER_BENCH_BULK_PEOPLE", "4000"))
MANY = int(os.environ.get("ALMONER_BENCH_MANY", "1000000"))
RESOURCES_A_PERSON = 41.8
ENGINES = os.environ.get("ALMONER_BENCH_SERVERS", "sqlite,postgres,peer").split(",")


def made(people):
    """A folder of so many generated people, and how many resources that is."""
    folder = fresh("bulk-people")
    run("generate", "--patients", people, "--seed", 7, "--out", folder)
    count = 0
    for file in folder.glob("*.ndjson"):
        with open(file, "rb") as lines:
            count += sum(1 for _ in lines)
    return folder, count


def memory_of(process):
    """Resident megabytes, and those of them that are not mapped from files."""
    held = {"VmRSS": 0, "RssAnon": 0}
    for line in open(f"/proc/{process.pid}/status"):
        name = line.split(":")[0]
        if name in held:
            held[name] = int(line.split()[1]) * 1024 / 1e6
    return held["VmRSS"], held["RssAnon"]


def watched_export(server):
    """Exports while its memory is looked at ten times a second."""
    out = fresh("bulk-out")
    began = time.perf_counter()
    process = subprocess.Popen(
        [str(ALMONER), "export", *map(str, server.place), "--out", str(out)], stdout=subprocess.DEVNULL)
    seen = []
    while process.poll() is None:
        try:
            seen.append(memory_of(process))
        except (OSError, ValueError):
            break
        time.sleep(0.1)
    took = time.perf_counter() - began
    if process.wait():
        raise SystemExit("export failed")
    size = folder_size(out)
    shutil.rmtree(out)
    # The last look may meet a process that is already going.
    seen = [pair for pair in seen if pair[0]] or [(0, 0)]
    half = max(1, len(seen) // 2)
    steps = max(1, len(seen) // 20)
    return {
        "seconds": round(took, 1), "bytes": size, "first_half_mb": round(max(pair[0] for pair in seen[:half]), 1),
        "second_half_mb": round(max(pair[0] for pair in seen[half:] or seen), 1),
        "own_mb": round(max(pair[1] for pair in seen), 1), "course_mb": [round(pair[0], 1) for pair in seen[::steps]]}


def measure():
    with Cluster() as cluster:
        servers = [server for server in (OnSQLite("bulk"), OnPostgreSQL(cluster, "bulk")) if server.key in ENGINES]
        figures = {"people": PEOPLE, "runs": RUNS, "postgres": cluster.version(), "engines": {}}
        folder, count = made(PEOPLE)
        figures["resources"] = count
        rates = {server.key: {"import": [], "export": []} for server in servers}
        for _ in range(RUNS):
            for server in servers:
                server.empty()
                told, _ = run("import", folder, *server.place)
                rates[server.key]["import"].append(count / seconds_told(told))
                out = fresh("bulk-out")
                _, took = run("export", *server.place, "--out", out)
                rates[server.key]["export"].append(count / took)
                print(
                    f"  {server.name}: import {rates[server.key]['import'][-1]:,.0f}/s, export "
                    f"{rates[server.key]['export'][-1]:,.0f}/s", flush=True)
        folder, many = made(round(MANY / RESOURCES_A_PERSON))
        for server in servers:
            server.empty()
            told, _ = run("import", folder, *server.place)
            held = watched_export(server)
            figures["engines"][server.key] = {
                "name": server.name, "import": spread(rates[server.key]["import"], 0),
                "export": spread(rates[server.key]["export"], 0), "many": many,
                "many_import_per_s": round(many / seconds_told(told)), "many_export_per_s": round(many / held["seconds"]),
                "database_bytes": server.database(), "memory": held}
            print(f"  {server.name}: {figures['engines'][server.key]}", flush=True)
            shutil.rmtree(server.folder)
        shutil.rmtree(folder)
    return figures
