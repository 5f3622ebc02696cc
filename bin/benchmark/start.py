"""From start to /readyz, memory after many page loads, and the size of the binary."""

import concurrent.futures
import shutil
import socket
import subprocess
import time

from common import ALMONER, PORT, WORK, database_size, folder_size, fresh, query, run, spread
from staff import Server, add_care_manager

STARTS = 10
LOADS = 10_000
PEOPLE = 1_000


def ready(data):
    """Milliseconds from starting the process to an answer of /readyz."""
    began = time.perf_counter()
    process = subprocess.Popen(
        [str(ALMONER), "serve", "--data", str(data), "--port", str(PORT)], stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL)
    try:
        while True:
            try:
                with socket.create_connection(("127.0.0.1", PORT), timeout=5) as door:
                    door.sendall(b"GET /readyz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
                    if b" 200 " in door.recv(4096):
                        return (time.perf_counter() - began) * 1000
            except OSError:
                time.sleep(0.001)
    finally:
        process.terminate()
        process.wait()


def load_pages(client, people):
    paths = ["/", "/panel?owner=anyone&sort=name", "/outcomes", None]

    def one(turn):
        path = paths[turn % len(paths)] or f"/people/{people[turn % len(people)]}"
        return client.get(path).status_code

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        began = time.perf_counter()
        answers = list(pool.map(one, range(LOADS)))
        took = time.perf_counter() - began
    assert set(answers) == {200}, set(answers)
    return took


def stripped():
    out = WORK / "almoner-stripped"
    subprocess.run(["strip", "-o", str(out), str(ALMONER)], check=True)
    return out.stat().st_size


def measure():
    made, data = fresh("start-people"), fresh("start-data")
    run("generate", "--patients", PEOPLE, "--seed", 7, "--out", made)
    run("import", made, "--data", data)
    run("score", "--all", "--data", data)
    run("outcomes", "--data", data)
    once = add_care_manager(data)
    people = [row[0] for row in query(data, "SELECT person_id FROM panel WHERE listed = 1 ORDER BY person_id")]
    with Server(data) as server:
        reactions = server.settle()
        client = server.sign_in(once)
        before = server.memory()
        took = load_pages(client, people)
        after, own = server.memory(), server.memory("RssAnon")
    starts = [ready(data) for _ in range(STARTS)]
    figures = {
        "ready_ms": spread(starts, 0), "memory_before_mb": before, "memory_after_mb": after, "memory_own_mb": own, "loads": LOADS,
        "loads_per_s": round(LOADS / took), "reactions_s": reactions, "binary_bytes": ALMONER.stat().st_size,
        "stripped_bytes": stripped(), "people": PEOPLE, "json_bytes": folder_size(made),
        "database_bytes": database_size(data)}
    shutil.rmtree(made)
    return figures
