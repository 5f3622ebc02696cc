"""What others do to the server: a right that is taken away while it is used, and connections that are slow on purpose."""

import os
import socket
import time

import httpx
from cluster import Cluster
from common import ALMONER, PORT, fresh, p95, run, spread
from servers import Started
from staff import PASSWORD, add_account, csrf, sign_in

REVOCATIONS = int(os.environ.get("ALMONER_BENCH_REVOCATIONS", "20"))
SLOW = int(os.environ.get("ALMONER_BENCH_SLOW", "500"))
ASKED = int(os.environ.get("ALMONER_BENCH_SLOW_REQUESTS", "300"))
LOOK_EVERY = 0.01
LONGEST = 30


class Process(Started):
    """One of several server processes on one database."""

    def __init__(self, number, place, key):
        self.name = f"Server {number}"
        self.port = PORT + number
        self.url = f"http://127.0.0.1:{self.port}"
        self.base = self.url + "/fhir"
        self.folder = fresh(f"revoking-{number}")
        self.command = [
            ALMONER, "serve", *place, "--data", self.folder, "--port", self.port, "--key-file", key, "--second-factor", "off"]

    def start(self):
        self.wait(self.command, self.folder.parent / f"{self.folder.name}.log")


def until_gone(look, is_gone, end):
    """Seconds from the request that takes a right away until another process no longer grants it."""
    for _ in range(3):
        assert not is_gone(look()), "it was not there to begin with"
    began = time.perf_counter()
    end()
    while not is_gone(look()):
        if time.perf_counter() - began > LONGEST:
            raise SystemExit("A right that was taken away was still granted after half a minute.")
        time.sleep(LOOK_EVERY)
    return time.perf_counter() - began


def revoking():
    """A client's token, a session and an account: taken away at one process, used at the other."""
    found = {"token": [], "session": [], "account": []}
    with Cluster() as cluster:
        place = ["--database", cluster.create("revoking")]
        folder = fresh("revoking")
        commands = [*place, "--data", folder]
        secret = run("client", "add", "bench", "--scope", "system/Patient.rs", *commands)[0].split()[-1]
        boss = add_account("boss", "administrator", "The administrator", *commands)
        names = [f"worker-{number}" for number in range(REVOCATIONS)]
        once = {name: add_account(name, "care-manager", name, *commands) for name in names}
        with Process(0, place, folder / "key") as one, Process(1, place, folder / "key") as two:
            boss = sign_in(one.url, "boss", boss)
            for name in names:
                found["token"].append(token_gone(one, two, secret))
                found["session"].append(session_gone(one, two, name, once[name]))
                found["account"].append(account_gone(one, two, name, boss))
    for kind, values in found.items():
        print(f"  {kind} taken away: {spread(values)['median']} s, at worst {max(values):.2f} s", flush=True)
    return {
        kind: {"median_s": spread(values)["median"], "worst_s": round(max(values), 2), "runs": len(values)}
        for kind, values in found.items()}


def token_gone(one, two, secret):
    asked = httpx.post(
        one.url + "/oauth/token", data={"grant_type": "client_credentials"}, auth=("bench", secret)).json()
    token = asked["access_token"]
    with httpx.Client(headers={"Authorization": f"Bearer {token}"}, timeout=60) as client:
        return until_gone(
            lambda: client.get(two.base + "/Patient?_count=1"), lambda answer: answer.status_code == 401,
            lambda: httpx.post(one.url + "/oauth/revoke", data={"token": token}, auth=("bench", secret)).raise_for_status())


def session_gone(one, two, name, once):
    client = sign_in(one.url, name, once)
    with httpx.Client(timeout=60, cookies=client.cookies) as other:
        form = csrf(client.get("/account").text)
        return until_gone(
            lambda: other.get(two.url + "/account"), lambda answer: answer.status_code == 303,
            lambda: client.post("/sign-out", data={"csrf": form}))


def account_gone(one, two, name, boss):
    with httpx.Client(base_url=one.url, timeout=60) as client:
        client.post("/sign-in", data={"name": name, "password": PASSWORD})
        form = csrf(boss.get("/account").text)
        with httpx.Client(timeout=60, cookies=client.cookies) as other:
            return until_gone(
                lambda: other.get(two.url + "/account"), lambda answer: answer.status_code == 303,
                lambda: boss.post(f"/users/{name}/end", data={"csrf": form}).raise_for_status())


def slow_connections(server, token, people):
    """The 95th percentile of others' requests with connections that send a byte now and then, and without them."""
    figures = {"connections": SLOW, "requests": ASKED}
    headers = {"Authorization": f"Bearer {token}"}
    paths = [f"/fhir/Patient/{person}" for person in people]
    for kind, count in (("without", 0), ("with", SLOW), ("again", 0)):
        held = [opened(server.port, number) for number in range(count)]
        times = []
        with httpx.Client(base_url=server.url, headers=headers, timeout=60) as client:
            for turn in range(ASKED):
                # Each says a byte now and then; who was closed for being slow comes back.
                for place in range(turn % 20, count, 20):
                    try:
                        held[place].sendall(b"x")
                    except OSError:
                        held[place].close()
                        held[place] = opened(server.port, place)
                began = time.perf_counter()
                assert client.get(paths[turn % len(paths)]).status_code == 200
                times.append((time.perf_counter() - began) * 1000)
        for slow in held:
            slow.close()
        figures[kind] = {"median_ms": spread(times)["median"], "p95_ms": round(p95(times), 2)}
        print(f"  {count} slow connections: others' p95 {figures[kind]['p95_ms']} ms", flush=True)
    return figures


def opened(port, number):
    """A connection with half of a head, a head with half of a body, or nothing at all."""
    slow = socket.create_connection(("127.0.0.1", port), timeout=60)
    if number % 3 == 0:
        slow.sendall(b"GET /sign-in HTTP/1.1\r\nHost: here\r\nX-Slow: ")
    elif number % 3 == 1:
        slow.sendall(b"POST /sign-in HTTP/1.1\r\nHost: here\r\nContent-Length: 100000\r\n\r\nname=")
    return slow
