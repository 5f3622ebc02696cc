"""The same bundles loaded over HTTP into each server, then timed reads and searches: `../shared/tools/fhir-load.py`."""

import os
import re
import statistics
import subprocess
import sys

from cluster import Cluster
from common import ROOT, SYNTHEA, spread
from servers import all_of

LOADER = ROOT.parent / "shared/tools/fhir-load.py"
BUNDLES = int(os.environ.get("ALMONER_BENCH_BUNDLES", "60"))
LOADERS = 4
RUNS = int(os.environ.get("ALMONER_BENCH_RUNS", "3"))

LOADED = re.compile(r"LOAD (\d+) bundles ok, (\d+) failed, (\d+) resources, ([\d.]+) MB in ([\d.]+)s = (\d+) resources/s")
TIMED = re.compile(
    r"^(.{42}) p50 +([\d.]+) ms  p95 +([\d.]+)  p99 +([\d.]+)  non200 (\d+)  avg entries ([\d.]+)$", re.MULTILINE)


def fill(server, salt):
    """Loads a server and times it; gives what the tool told, and what the server held and had used after the load."""
    surroundings = os.environ | {"TOKEN": server.token, "SALT": str(salt), "DATA": str(SYNTHEA), "PYTHONUNBUFFERED": "1"}
    before = server.cpu()
    process = subprocess.Popen(
        [sys.executable, str(LOADER), server.base, str(BUNDLES), str(LOADERS)], env=surroundings, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True)
    text, after = "", {}
    for line in process.stdout:
        text += line
        if line.startswith("LOAD "):
            after = {
                "cpu_s": round(server.cpu() - before, 2), "memory": server.memory(), "disk": server.disk(),
                "database_memory": server.database_memory()}
    told = LOADED.search(text)
    if process.wait() or not told:
        raise SystemExit(f"{server.name}: {text[-3000:]}")
    ok, failed, resources, megabytes, seconds, rate = told.groups()
    return after | {
        "bundles": int(ok), "failed": int(failed), "resources": int(resources), "megabytes": float(megabytes),
        "rate": float(rate), "refusals": re.findall(r"^  ERR (.*)$", text, re.MULTILINE), "searches": {
            name.strip(): {"p50": float(p50), "p95": float(p95), "p99": float(p99), "errors": int(bad), "entries": float(found)}
            for name, p50, p95, p99, bad, found in TIMED.findall(text)}}


def together(server, runs):
    """Medians of the runs of one server."""
    middle = lambda values: round(statistics.median(values), 2)
    searches = {}
    for name in runs[0]["searches"]:
        of = lambda key: [run["searches"][name][key] for run in runs]
        searches[name] = {key: middle(of(key)) for key in ("p50", "p95", "p99", "entries")} | {
            "errors": sum(of("errors")), "all_p50": of("p50")}
    return {
        "name": server.name, "bundles": runs[0]["bundles"], "failed": sum(run["failed"] for run in runs),
        "resources": runs[0]["resources"], "cpu_s": middle([run["cpu_s"] for run in runs]), "rate": spread([run["rate"] for run in runs], 0), "searches": searches,
        "memory_mb": middle([run["memory"] for run in runs]),
        "database_memory_mb": middle([run["database_memory"] for run in runs]),
        "disk_bytes": int(middle([run["disk"] for run in runs]))}


def measure():
    if not SYNTHEA.exists() or not LOADER.exists():
        return {"skipped": "no ../shared/data/synthea or no ../shared/tools/fhir-load.py"}
    with Cluster() as cluster:
        servers = all_of(cluster, "load")
        runs = {server.key: [] for server in servers}
        for turn in range(RUNS):
            # Who comes first changes from turn to turn.
            for server in servers[turn % len(servers):] + servers[:turn % len(servers)]:
                with server.empty():
                    told = fill(server, turn)
                runs[server.key].append(told)
                print(
                    f"  {server.name}: {told['rate']:,.0f} resources/s, {told['failed']} bundles failed, "
                    f"{told['memory']} MB, {told['disk'] / 1e6:,.0f} MB on disk, "
                    + ", ".join(f"{value['p50']}" for value in told["searches"].values()) + " ms", flush=True)
                for refusal in told["refusals"]:
                    print(f"    refused: {refusal}", flush=True)
        return {
            "loaders": LOADERS, "runs": RUNS, "postgres": cluster.version(),
            "servers": {server.key: together(server, runs[server.key]) for server in servers}}
