"""What all measures share: the binaries, scratch folders, the machine, and the file of figures."""

import datetime
import json
import os
import pathlib
import re
import shutil
import sqlite3
import statistics
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARIES = pathlib.Path(os.environ.get("ALMONER_BENCH_BINARIES", ROOT / ".build/release"))
ALMONER = BINARIES / "almoner"
TOOL = BINARIES / "almoner-bench"
WORK = pathlib.Path(os.environ.get("ALMONER_BENCH_WORK", ROOT / "tmp/bench"))
PORT = int(os.environ.get("ALMONER_BENCH_PORT", "8108"))
SYNTHEA = ROOT.parent / "shared/data/synthea"
FIGURES = ROOT / "docs/benchmarks.json"
MB = 1_000_000


def fresh(name):
    """An empty scratch folder."""
    folder = WORK / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def run(*command, binary=ALMONER):
    """Runs a command; gives what it printed and how many seconds it took from outside."""
    began = time.perf_counter()
    done = subprocess.run([str(binary), *map(str, command)], capture_output=True, text=True)
    took = time.perf_counter() - began
    if done.returncode:
        raise SystemExit(f"{' '.join(map(str, command))}: {done.stdout}{done.stderr}")
    return done.stdout, took


def seconds_told(text):
    """The seconds that a command says it took, its start apart."""
    found = re.search(r"in ([\d.,]+) sec", text)
    return float(found[1].replace(",", ""))


def folder_size(folder, pattern="*"):
    return sum(file.stat().st_size for file in folder.rglob(pattern) if file.is_file())


def database_size(data):
    return folder_size(data, "almoner.sqlite*")


def query(data, sql, *values):
    connection = sqlite3.connect(f"file:{data / 'almoner.sqlite'}?mode=ro", uri=True, timeout=60)
    try:
        return connection.execute(sql, values).fetchall()
    finally:
        connection.close()


def p95(values):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]


def spread(values, digits=2):
    """Median, 95th percentile and the values themselves."""
    return {
        "median": round(statistics.median(values), digits), "p95": round(p95(values), digits),
        "all": [round(value, digits) for value in values]}


def machine():
    cpu = re.search(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text())
    memory = int(re.search(r"MemTotal:\s+(\d+)", pathlib.Path("/proc/meminfo").read_text())[1])
    return {
        "cpu": cpu[1].strip() if cpu else "unknown", "cores": os.cpu_count(), "memory_gb": round(memory / 1e6),
        "kernel": os.uname().release, "sqlite": sqlite3.sqlite_version}


def load():
    return round(os.getloadavg()[0], 1)


def keep(name, measure):
    """Measures a part and puts its figures into the file, those of other parts left as they are."""
    before = load()
    figures = measure()
    figures |= {
        "date": datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d %H:%M UTC"), "machine": machine(),
        "load_before": before, "load_after": load(),
        "commit": subprocess.run(
            ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True).stdout.strip()}
    held = json.loads(FIGURES.read_text()) if FIGURES.exists() else {}
    held[name] = figures
    FIGURES.write_text(json.dumps(held, indent=1, sort_keys=True) + "\n")
