"""Reads and searches by the API beside their floors: the same bytes from the memory of the same HTTP server, and the same
rows by the database's own library."""

import contextlib
import json
import os
import statistics
import subprocess
import time

import httpx
import tools
from cluster import Cluster
from common import TOOL, WORK, fresh, run, spread
from curve import Wire
from loads import RUNS
from servers import OnPostgreSQL, OnSQLite
from shapes import Sample, coded

PEOPLE = int(os.environ.get("ALMONER_BENCH_FLOOR_PEOPLE", "4000"))
SECONDS = float(os.environ.get("ALMONER_BENCH_FLOOR_SECONDS", "6"))
ENGINES = os.environ.get("ALMONER_BENCH_SERVERS", "sqlite,postgres,peer").split(",")
CONNECTIONS = 8
ADDRESSES = 400
# Added by the server itself to what was recorded.
ITS_OWN = {"date", "content-length", "connection", "transfer-encoding", "server"}
CODES = ["85354-9", "29463-7", "8302-2", "39156-5"]


def questions(sample):
    """By kind: the addresses that are asked for, and what each stands for."""
    people = [sample.id() for _ in range(ADDRESSES)]
    seen = [sample.chance.choice(sample.observations)["id"] for _ in range(ADDRESSES // 2)]
    read = [("Patient", id_) for id_ in people[:ADDRESSES // 2]] + [("Observation", id_) for id_ in seen]
    sample.chance.shuffle(read)
    return {
        "read": ([f"/{type_}/{id_}" for type_, id_ in read], read),
        "by patient": ([f"/Observation?patient={id_}&_count=20" for id_ in people], people),
        "by code": ([f"/Observation?code={coded(code)}&_count=20" for code in CODES], CODES)}


def raw(kind, asked, rows):
    """The statement that finds the same rows, and its values; `rows` runs SQL on the database."""
    one = lambda sql: rows(sql)[0]
    types = {type_: one(f"SELECT type FROM resource WHERE id = '{id_}' AND version > 0")[0] for type_, id_ in (
        ("Patient", "p000000"), ("Observation", "p000000-o1"))}
    columns = "SELECT r.type, r.id, r.version, r.updated, r.body FROM"
    if kind == "read":
        return f"{columns} resource r WHERE r.type = $1 AND r.id = $2", [[types[type_], id_] for type_, id_ in asked]
    joined = "JOIN resource r ON r.rid = i.rid WHERE"
    most = "GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"
    if kind == "by patient":
        parameter = one(
            f"SELECT i.parameter FROM index_reference i {joined} r.type = {types['Observation']} AND i.target = "
            f"(SELECT rid FROM resource WHERE type = {types['Patient']} AND id = 'p000000') {most}")[0]
        rids = dict(rows(f"SELECT id, rid FROM resource WHERE type = {types['Patient']}"))
        return (
            f"{columns} index_reference i {joined} i.parameter = $1 AND i.target = $2 ORDER BY i.rid LIMIT 20",
            [[parameter, rids[id_]] for id_ in asked])
    found = [
        rows(f"SELECT i.parameter, i.system FROM index_token i WHERE i.code = '{code}' GROUP BY 1, 2 "
             "ORDER BY count(*) DESC, 1 LIMIT 1")[0] for code in asked]
    return (
        f"{columns} index_token i {joined} i.parameter = $1 AND i.code = $2 AND i.system = $3 ORDER BY i.rid LIMIT 20",
        [[parameter, code, system] for code, (parameter, system) in zip(asked, found)])


def recorded(server, addresses, out):
    """Writes what the server answers to each address, once."""
    wire = Wire(server)
    size = []
    with open(out, "a") as file:
        for path in addresses:
            wire.door.request("GET", "/fhir" + path, headers=wire.headers)
            answer = wire.door.getresponse()
            body = answer.read()
            if answer.status != 200:
                raise SystemExit(f"{path}: {answer.status} {body[:300]}")
            size.append(len(body))
            headers = [pair for pair in answer.getheaders() if pair[0].lower() not in ITS_OWN]
            file.write(json.dumps({"path": "/fhir" + path, "headers": headers, "body": body.decode()}) + "\n")
    return round(statistics.mean(size))


@contextlib.contextmanager
def replay(answers, port):
    """Answers from memory while the block runs."""
    process = subprocess.Popen(
        [str(TOOL), "replay", str(answers), "--port", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(500):
            with contextlib.suppress(httpx.TransportError):
                httpx.get(f"http://127.0.0.1:{port}/")
                break
            time.sleep(0.02)
        yield
    finally:
        process.terminate()
        process.wait()


def storm(port, token, paths):
    """As many answers as eight connections get."""
    program, surroundings = tools.wrk()
    done = subprocess.run(
        [str(program), "-t", "2", "-c", str(CONNECTIONS), "-d", f"{SECONDS:g}s", "-s", __file__.replace("floors.py", "wrk.lua"),
         f"http://127.0.0.1:{port}"], env=surroundings | {"TOKEN": token, "PATHS": str(paths)}, capture_output=True, text=True)
    told = next((line for line in done.stdout.splitlines() if line.startswith("FIGURES ")), None)
    if not told:
        raise SystemExit(f"wrk: {done.stdout}{done.stderr}")
    figures = json.loads(told.removeprefix("FIGURES "))
    if figures["errors"]:
        raise SystemExit(f"wrk: {figures['errors']} of {figures['requests']} requests failed on port {port}.")
    return figures["requests"] / figures["seconds"]


def scan(question, place):
    """The same rows by the database's own library."""
    told = json.loads(run("raw-reads", question, "--seconds", SECONDS, *place, binary=TOOL)[0])
    if told["failures"] or not told["rows"]:
        raise SystemExit(f"raw-reads {question}: {told}")
    return told


def engine(server, place, made):
    """All kinds on one engine: API, memory and bare database in turns."""
    run("import", made, *server.place)
    server.tidy()
    folder = fresh(f"floor-{server.key}")
    answers = folder / "answers.ndjson"
    kinds = {}
    with server:
        server.settle()
        for kind, (addresses, asked) in questions(Sample(made)).items():
            paths, question = folder / f"{kind}.paths", folder / f"{kind}.json"
            bytes_ = recorded(server, addresses, answers)
            paths.write_text("".join(f"/fhir{path}\n" for path in addresses))
            sql, values = raw(kind, asked, server.rows)
            question.write_text(json.dumps({"sql": sql, "values": [[str(value) for value in row] for row in values]}))
            kinds[kind] = {"bytes": bytes_, "paths": paths, "question": question, "api": [], "memory": [], "raw": []}
        with replay(answers, server.port + 1):
            for _ in range(RUNS):
                for kind, held in kinds.items():
                    held["memory"].append(storm(server.port + 1, server.token, held["paths"]))
                    held["api"].append(storm(server.port, server.token, held["paths"]))
                    told = scan(held["question"], place)
                    held["raw"].append(told["per_s"])
                    held["rows"] = round(told["rows"] / told["questions"], 1)
                    print(
                        f"  {server.name}, {kind}: {held['api'][-1]:,.0f}/s, from memory {held['memory'][-1]:,.0f}/s, bare "
                        f"database {held['raw'][-1]:,.0f}/s of {held['rows']} rows", flush=True)
    return {
        kind: {
            "bytes": held["bytes"], "rows": held["rows"], "ratio": spread(ratios(kind, held)),
            **{key: spread(held[key], 0) for key in ("api", "memory", "raw")}} for kind, held in kinds.items()}


def ratios(kind, held):
    """A read beside the answer from memory; a search beside the scan and that answer, one after the other."""
    return [
        api / memory if kind == "read" else api * (1 / memory + 1 / scan)
        for api, memory, scan in zip(held["api"], held["memory"], held["raw"])]


def measure():
    WORK.mkdir(parents=True, exist_ok=True)
    made = fresh("floor-people")
    run("generate", "--patients", PEOPLE, "--seed", 7, "--out", made)
    figures = {"people": PEOPLE, "seconds": SECONDS, "runs": RUNS, "connections": CONNECTIONS, "engines": {},
               "driver": tools.wrk_version()}
    if "sqlite" in ENGINES:
        server = OnSQLite("floor").empty()
        figures["engines"]["sqlite"] = engine(
            server, ["--sqlite", server.folder / "almoner.sqlite", "--connections", os.cpu_count()], made)
    if "postgres" in ENGINES:
        with Cluster() as cluster:
            server = OnPostgreSQL(cluster, "floor").empty()
            figures["postgres"] = cluster.version()
            figures["engines"]["postgres"] = engine(
                server, ["--postgres", cluster.url("floor"), "--connections", CONNECTIONS], made)
    return figures
