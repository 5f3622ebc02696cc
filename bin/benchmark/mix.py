"""Many connections at once, made by k6: a mix of changes to nine linked types, and the mix of searches."""

import json
import os
import resource
import statistics
import subprocess

import tools
from cluster import Cluster
from common import SYNTHEA, WORK, spread
from loads import RUNS, fill
from servers import all_of

CONNECTIONS = [int(count) for count in os.environ.get("ALMONER_BENCH_CONNECTIONS", "8,64").split(",")]
SECONDS = int(os.environ.get("ALMONER_BENCH_SECONDS", "15"))
WARM = 3
KINDS = {"change": ["create", "read", "update", "delete"], "search": ["search"]}
SCRIPT = __file__.replace("mix.py", "mix.js")


def drive(server, kind, connections):
    """One run of k6."""
    out = WORK / "k6.json"
    out.unlink(missing_ok=True)
    surroundings = os.environ | {
        "BASE": server.base, "TOKEN": server.token, "KIND": kind, "CONNECTIONS": str(connections), "OUT": str(out),
        "SECONDS": str(SECONDS), "WARM": str(WARM), "K6_NO_USAGE_REPORT": "true", "GOGC": "400"}
    before, own = server.cpu(), children()
    done = subprocess.run(
        [str(tools.k6()), "run", "--quiet", "--no-color", "--address", "127.0.0.1:0", SCRIPT], env=surroundings,
        capture_output=True, text=True)
    if not out.exists():
        raise SystemExit(f"k6: {done.stdout[-1000:]}{done.stderr[-2000:]}")
    used, driver = server.cpu() - before, children() - own
    held = json.loads(out.read_text())
    asked = held["http_reqs"]["values"]["count"]
    duration = lambda scope: held.get(f"http_req_duration{{scenario:measured{scope}}}", {}).get("values", {})
    times = lambda values: {
        "p50": round(values["med"], 2), "p95": round(values["p(95)"], 2), "p99": round(values["p(99)"], 2)}
    everything = duration("")
    failed = held["http_req_failed{scenario:measured}"]["values"]
    return times(everything) | {
        "rate": everything["count"] / SECONDS, "requests": everything["count"], "errors": failed["passes"],
        "server_cpu_ms": used / asked * 1000, "driver_cpu_ms": driver / asked * 1000,
        "operations": {
            name: times(duration(f",operation:{name}")) for name in KINDS[kind]
            if duration(f",operation:{name}").get("count")}}


def children():
    """Seconds of processor time of what was run and has ended."""
    told = resource.getrusage(resource.RUSAGE_CHILDREN)
    return told.ru_utime + told.ru_stime


def together(runs):
    middle = lambda values: round(statistics.median(values), 2)
    return {
        "rate": spread([run["rate"] for run in runs], 0), "errors": sum(run["errors"] for run in runs),
        "requests": sum(run["requests"] for run in runs),
        **{key: middle([run[key] for run in runs]) for key in ("p50", "p95", "p99", "server_cpu_ms", "driver_cpu_ms")},
        "operations": {
            name: {key: middle([run["operations"][name][key] for run in runs if name in run["operations"]]) for key in ("p50", "p95", "p99")}
            for name in runs[0]["operations"]}}


def measure():
    if not SYNTHEA.exists():
        return {"skipped": "no ../shared/data/synthea"}
    with Cluster() as cluster:
        servers = all_of(cluster, "mix")
        runs, memory = {}, {}
        for server in servers:
            with server.empty():
                fill(server, "mix")
        for turn in range(RUNS):
            for server in servers[turn % len(servers):] + servers[:turn % len(servers)]:
                with server:
                    for kind in KINDS:
                        for connections in CONNECTIONS:
                            told = drive(server, kind, connections)
                            runs.setdefault((server.key, kind, connections), []).append(told)
                            print(
                                f"  {server.name}, {kind} at {connections}: {told['rate']:,.0f}/s, p50 {told['p50']}, "
                                f"p95 {told['p95']}, p99 {told['p99']} ms, {told['errors']} of {told['requests']} failed",
                                flush=True)
                    memory[server.key] = server.memory(), server.database_memory()
        return {
            "seconds": SECONDS, "runs": RUNS, "connections": CONNECTIONS, "driver": tools.K6,
            "postgres": cluster.version(),
            "servers": {
                server.key: {
                    "name": server.name, "memory_mb": memory[server.key][0], "database_memory_mb": memory[server.key][1],
                    **{
                        kind: {str(count): together(runs[server.key, kind, count]) for count in CONNECTIONS}
                        for kind in KINDS}}
                for server in servers}}
