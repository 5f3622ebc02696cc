"""What it costs to let the right people in: signing in, pages and searches with policy and without, the decisions and the
labels alone, the audit, how soon a revocation is felt, and slow connections."""

import json
import os
import random
import time

import access_audit
import access_edge
import httpx
from common import PORT, SYNTHEA, TOOL, WORK, fresh, p95, query, run, spread
from staff import PASSWORD, Server, add_account

PEOPLE = int(os.environ.get("ALMONER_BENCH_ACCESS_PEOPLE", "1000"))
REQUESTS = int(os.environ.get("ALMONER_BENCH_ACCESS_REQUESTS", "150"))
SIGN_INS = int(os.environ.get("ALMONER_BENCH_SIGN_INS", "30"))
LABELLED = int(os.environ.get("ALMONER_BENCH_LABELLED", "15000"))
WARM_UP = 10
# So many of the people are in the panel of the community health worker, and so many more in her team.
PANEL, TEAM = 60, 40
STAFF = {"ruth": ("care-manager", "Ruth Adeyemi, RN"), "mala": ("community-health-worker", "Mala Rao")}

# The same role with nothing to decide: everybody, whatever their records hold.
OPEN_ROLE = """kind: role
source: Written for the measures
version: 1.0.0
licence: Apache-2.0
effectiveFrom: 2026-01-01
effectiveTo:
role: {role}
title: {role}
given: staff
offices: [see-people, see-outcomes, treat]
rules:
  - id: everything
    why: Stands for no policy.
    verbs: [read, search, create, update]
    types: all
    whose: everyone
    labels: all
"""


def population(name):
    """A folder of people, some of them in the care of the community health worker; gives it with the one-time passwords."""
    made, data = fresh("access-people"), fresh(f"access-{name}")
    run("generate", "--patients", PEOPLE, "--seed", 7, "--out", made)
    with open(made / "Patient.ndjson") as file:
        people = [json.loads(line)["id"] for line in file][:PANEL + TEAM]
    with open(made / "EpisodeOfCare.ndjson", "a") as episodes, open(made / "CareTeam.ndjson", "a") as teams:
        for number, person in enumerate(people):
            patient, worker = {"reference": f"Patient/{person}"}, {"reference": "Practitioner/mala"}
            if number < PANEL:
                print(json.dumps({
                    "resourceType": "EpisodeOfCare", "id": f"bench-{number}", "status": "active", "patient": patient,
                    "careManager": worker}), file=episodes)
            else:
                print(json.dumps({
                    "resourceType": "CareTeam", "id": f"bench-{number}", "status": "active", "subject": patient,
                    "participant": [{"member": worker}]}), file=teams)
    once = {name: add_account(name, *who, "--data", data) for name, who in STAFF.items()}
    run("import", made, "--data", data)
    run("score", "--all", "--data", data)
    run("outcomes", "--data", data)
    if name == "open":
        roles = data / "content/roles"
        roles.mkdir(parents=True)
        for role, _ in STAFF.values():
            (roles / f"{role}.yaml").write_text(OPEN_ROLE.format(role=role))
    return data, once, people


def addresses(people, panel):
    """By name: an address for each request."""
    turns = REQUESTS + WARM_UP
    of = lambda path: [path.format(people[turn % len(people)]) for turn in range(turns)]
    return {
        "Today": of("/"), "Panel": of(panel), "Patient": of("/people/{}"),
        "Observation?patient": of("/fhir/Observation?patient={}&_count=20"),
        "Condition?patient": of("/fhir/Condition?patient={}&_count=20"),
        "Patient?_id&_revinclude": of("/fhir/Patient?_id={}&_revinclude=Condition:patient"),
    }


def in_turns(with_policy, without, lists):
    """Milliseconds of each address with policy and without, in turns; who comes first changes from turn to turn."""
    figures = {}
    for name, paths in lists.items():
        times, size = {"with": [], "without": []}, {}
        for turn, path in enumerate(paths):
            pair = [("with", with_policy), ("without", without)]
            for kind, client in pair if turn % 2 else pair[::-1]:
                began = time.perf_counter()
                answer = client.get(path)
                took = (time.perf_counter() - began) * 1000
                assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text[:300]}"
                size[kind] = len(answer.content)
                if turn >= WARM_UP:
                    times[kind].append(took)
        middle = {kind: spread(values)["median"] for kind, values in times.items()}
        figures[name] = {
            "with_ms": middle["with"], "without_ms": middle["without"], "with_p95_ms": round(p95(times["with"]), 2),
            "ratio": round(middle["with"] / middle["without"], 3), "bytes": size["with"], "bytes_without": size["without"]}
        print(f"  {name}: {middle['with']} ms with policy, {middle['without']} without", flush=True)
    return figures


def sign_ins(server):
    """Milliseconds of the form's answer, and until the first page is there."""
    answered, shown = [], []
    for turn in range(SIGN_INS + 2):
        with httpx.Client(base_url=server.url, timeout=60) as client:
            client.get("/sign-in")
            began = time.perf_counter()
            answer = client.post("/sign-in", data={"name": "ruth", "password": PASSWORD})
            half = time.perf_counter()
            page = client.get(answer.headers["location"])
            if turn > 1:
                answered.append((half - began) * 1000)
                shown.append((time.perf_counter() - began) * 1000)
            assert answer.status_code == 303 and page.status_code == 200, (answer.status_code, page.status_code)
    return {"answer_ms": spread(answered), "page_ms": spread(shown)}


def pages():
    """Pages and searches of each caller, with policy and without."""
    shut, shut_once, people = population("shut")
    open_, open_once, _ = population("open")
    # The command line makes tokens while no server holds the folder.
    scoped, whole, panel = [
        token(shut, *arguments) for arguments in (
            ["--scope", "system/Observation.rs?category=vital-signs system/Patient.rs"], ["--scope", "system/*.cruds"],
            ["--scope", "system/*.rs", "--panel", "Practitioner/mala"])]
    figures = {}
    listed = [row[0] for row in query(shut, "SELECT person_id FROM panel WHERE listed = 1 ORDER BY person_id")]
    # Some of them have died or moved away: they have no page in the lists.
    people = [person for person in people if person in set(listed)]
    random.Random(1).shuffle(listed)
    with Server(shut) as one, Server(open_, PORT + 1) as two:
        one.settle()
        two.settle()
        for name, whom, path in (
                ("ruth", listed, "/panel?owner=anyone&sort=risk"), ("mala", people, "/panel?owner=mine&sort=risk")):
            print(f"  {STAFF[name][0]}", flush=True)
            figures[STAFF[name][0]] = in_turns(
                one.sign_in(shut_once[name], name), two.sign_in(open_once[name], name), addresses(whom, path))
        everything = bearer(one, whole)
        turns = range(REQUESTS + WARM_UP)
        print("  clients", flush=True)
        figures["client with a filter in its scope"] = in_turns(
            bearer(one, scoped), everything, {
                "Observation?patient&category": [
                    f"/fhir/Observation?patient={people[turn % len(people)]}&category=vital-signs&_count=20" for turn in turns]})
        figures["client with a panel"] = in_turns(
            bearer(one, panel), everything, {
                "Observation?patient": [
                    f"/fhir/Observation?patient={people[turn % len(people)]}&_count=20" for turn in turns]})
        signing = sign_ins(one)
        slow = access_edge.slow_connections(one, whole, people)
    return figures, signing, slow


def token(data, *arguments):
    told, _ = run("token", "create", "--name", "bench", *arguments, "--data", data)
    return told.split()[-1]


def bearer(server, token):
    return httpx.Client(
        base_url=server.url, timeout=60, headers={"Authorization": f"Bearer {token}", "Accept": "application/fhir+json"})


def measure():
    WORK.mkdir(parents=True, exist_ok=True)
    by_caller, signing, slow = pages()
    source = SYNTHEA if SYNTHEA.exists() else WORK / "access-people"
    costs = json.loads(run(
        "access-costs", source, "--work", fresh("access-costs"), "--resources", LABELLED, binary=TOOL)[0])
    signing["argon2_ms"] = spread(costs["argon2_ms"])
    print(f"  sign-in {signing['page_ms']['median']} ms, Argon2id alone {signing['argon2_ms']['median']} ms", flush=True)
    print(f"  labels {costs['labels']}", flush=True)
    return {
        "people": PEOPLE, "requests": REQUESTS, "sign_in": signing, "pages": by_caller, "policy": costs["policy"],
        "labels": costs["labels"], "source": source.name, "slow": slow, **access_audit.measure(),
        "revoking": access_edge.revoking()}
