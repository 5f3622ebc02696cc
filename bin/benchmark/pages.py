"""Pages of a warm server at growing numbers of people, and what bringing those people in costs."""

import os
import random
import shutil
import time

from common import WORK, database_size, folder_size, fresh, p95, query, run, seconds_told, spread
from staff import Server, add_care_manager, csrf

SIZES = [int(size) for size in os.environ.get("ALMONER_BENCH_PEOPLE", "1000,10000,100000").split(",")]
REQUESTS = int(os.environ.get("ALMONER_BENCH_REQUESTS", "200"))
WARM_UP = 20
TASKS = 150


def population(size):
    """Makes, imports, scores and counts so many people; gives the folder and what it cost."""
    made, data = fresh(f"people-{size}"), fresh(f"data-{size}")
    _, generate = run("generate", "--patients", size, "--seed", 7, "--out", made)
    told, wall = run("import", made, "--data", data)
    seconds = seconds_told(told)
    resources = query(data, "SELECT count(*) FROM resource WHERE version > 0")[0][0]
    cost = {
        "people": size, "generate_s": round(generate, 1), "import_s": seconds, "import_wall_s": round(wall, 1),
        "resources": resources, "rate": round(resources / seconds), "json_bytes": folder_size(made),
        "database_bytes": database_size(data)}
    shutil.rmtree(made)
    told, _ = run("score", "--all", "--data", data)
    cost["score_first_s"] = seconds_told(told)
    told, _ = run("score", "--all", "--data", data)
    cost["score_again_s"] = seconds_told(told)
    _, cost["outcomes_s"] = run("outcomes", "--data", data)
    cost["scored_bytes"] = database_size(data)
    print("  " + ", ".join(f"{key} {value:,}" for key, value in cost.items()), flush=True)
    return data, cost


def give_work(client, people):
    """Opens as many outreach tasks for the one who looks at every size, so that Today shows the same."""
    for start in range(0, TASKS, 50):
        form = {"csrf": csrf(client.get("/panel?owner=anyone").text), "what": "outreach", "whom": "ruth"}
        done = client.post("/panel/batch", data=form | {"id": people[start:start + 50]})
        assert done.status_code == 200, done.text[:500]


def addresses(people):
    """By page: an address for each request."""
    one = lambda path: [path] * (REQUESTS + WARM_UP)
    return {
        "Today": one("/"),
        "Panel, all by risk": one("/panel?owner=anyone&sort=risk"),
        "Panel, high tier by name": one("/panel?owner=anyone&tier=high&sort=name"),
        "Panel, mine by next step": one("/panel?owner=mine&sort=next"),
        "Panel, no contact for 90 days": one("/panel?owner=anyone&quiet=90"),
        "Patient": [f"/people/{person}" for person in people[:REQUESTS + WARM_UP]],
        "Outcomes": one("/outcomes"),
    }


def timed(client, pages):
    """Milliseconds by page, in turns, so that what disturbs one disturbs all."""
    times = {name: [] for name in pages}
    size = {}
    for turn in range(REQUESTS + WARM_UP):
        for name, list_ in pages.items():
            began = time.perf_counter()
            answer = client.get(list_[turn])
            took = (time.perf_counter() - began) * 1000
            assert answer.status_code == 200, f"{list_[turn]}: {answer.status_code}"
            size[name] = len(answer.content)
            if turn >= WARM_UP:
                times[name].append(took)
    return {
        name: {"median_ms": spread(values)["median"], "p95_ms": round(p95(values), 2), "bytes": size[name]}
        for name, values in times.items()}


def measure():
    WORK.mkdir(parents=True, exist_ok=True)
    sizes = []
    for size in SIZES:
        data, cost = population(size)
        once = add_care_manager(data)
        rows = query(data, "SELECT person_id FROM panel WHERE listed = 1 ORDER BY person_id")
        people = [row[0] for row in rows]
        random.Random(size).shuffle(people)
        with Server(data) as server:
            cost["reactions_s"] = server.settle()
            client = server.sign_in(once)
            give_work(client, people)
            server.settle()
            cost["pages"] = timed(client, addresses(people))
            cost["memory_mb"] = server.memory()
        for name, figures in cost["pages"].items():
            print(f"  {size:,} {name}: {figures['median_ms']} ms, p95 {figures['p95_ms']} ms", flush=True)
        sizes.append(cost)
        if size != min(SIZES):
            shutil.rmtree(data)
    return {"sizes": sizes, "requests": REQUESTS}
