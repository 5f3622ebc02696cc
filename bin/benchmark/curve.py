"""Each shape of search at growing numbers of people: all sizes run at once and are asked in turns, so that what disturbs
one disturbs all, and the curve compares like with like."""

import contextlib
import http.client
import json
import os
import shutil
import statistics
import time

from cluster import Cluster
from common import PORT, fresh, p95, run, seconds_told
from servers import OnPostgreSQL, OnSQLite
from shapes import SHAPES, Sample

SIZES = [int(size) for size in os.environ.get("ALMONER_BENCH_SEARCHED", "1000,4000,16000").split(",")]
SEARCHES = int(os.environ.get("ALMONER_BENCH_SEARCHES", "100"))
ENGINES = os.environ.get("ALMONER_BENCH_SERVERS", "sqlite,postgres,peer").split(",")
WARM_UP = 10
# A shape that is slow is asked less often.
LONGEST_S = 30


class Wire:
    """One connection, with as little of its own time as Python allows."""

    def __init__(self, server):
        self.door = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)
        self.headers = server.headers()

    def get(self, path):
        """Milliseconds, status and body."""
        began = time.perf_counter()
        self.door.request("GET", "/fhir" + path, headers=self.headers)
        answer = self.door.getresponse()
        body = answer.read()
        return (time.perf_counter() - began) * 1000, answer.status, body


def time_shape(wires, samples, address):
    """What a shape takes by size."""
    times, entries, errors = [[] for _ in wires], [[] for _ in wires], [0] * len(wires)
    began = time.perf_counter()
    for turn in range(SEARCHES + WARM_UP):
        for place, (wire, sample) in enumerate(zip(wires, samples)):
            took, status, body = wire.get(address(sample))
            errors[place] += status != 200
            if turn >= WARM_UP:
                times[place].append(took)
                entries[place].append(len(json.loads(body).get("entry", [])))
        if time.perf_counter() - began > LONGEST_S and turn > WARM_UP + 5:
            break
    return [
        {"p50": round(statistics.median(took), 3), "p95": round(p95(took), 3), "count": len(took), "errors": error,
         "entries": round(statistics.mean(found), 1)} for took, found, error in zip(times, entries, errors)]


def filled(make, size, made):
    """A server that holds so many generated people, and what bringing them in took."""
    server = make(f"people-{size}").empty()
    told, _ = run("import", made, *server.place)
    server.tidy()
    return server, {"people": size, "import_s": seconds_told(told), "database_bytes": server.database()}


def engine(key, make, folders):
    with contextlib.ExitStack() as stack:
        servers, sizes, samples = [], [], []
        for place, (size, made) in enumerate(folders.items()):
            server, told = filled(lambda suffix: make(suffix, PORT + place), size, made)
            servers.append(server)
            sizes.append(told)
            samples.append(Sample(made))
            print(f"  {key}: {told}", flush=True)
        wires = [Wire(stack.enter_context(server)) for server in servers]
        for server in servers:
            server.settle()
        shapes = {}
        for name, selective, address in SHAPES:
            shapes[name] = {"selective": selective, "sizes": time_shape(wires, samples, address)}
            cells = ", ".join(f"{one['p50']} ms ({one['entries']})" for one in shapes[name]["sizes"])
            print(f"  {key}: {name}: {cells}", flush=True)
        for told, server in zip(sizes, servers):
            told["memory_mb"] = server.memory()
    for server in servers:
        shutil.rmtree(server.folder)
    return {"sizes": sizes, "shapes": shapes}


def measure():
    folders = {}
    for size in SIZES:
        folders[size] = fresh(f"searched-{size}")
        run("generate", "--patients", size, "--seed", 7, "--out", folders[size])
    figures = {"searches": SEARCHES, "engines": {}}
    if "sqlite" in ENGINES:
        figures["engines"]["sqlite"] = engine("sqlite", OnSQLite, folders)
    if "postgres" in ENGINES:
        with Cluster() as cluster:
            figures["postgres"] = cluster.version()
            figures["engines"]["postgres"] = engine(
                "postgres", lambda suffix, port: OnPostgreSQL(cluster, suffix, port), folders)
    for made in folders.values():
        shutil.rmtree(made)
    return figures
