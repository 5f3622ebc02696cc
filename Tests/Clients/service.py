"""A running server with records of its own, as a client of the FHIR API meets it."""

import concurrent.futures
import copy
import os
import re
import signal
import subprocess
import threading
import uuid
from pathlib import Path

import httpx

REPOSITORY = Path(__file__).resolve().parents[2]
BINARY = Path(os.environ.get("ALMONER") or REPOSITORY / ".build/debug/almoner")
# The address of a PostgreSQL server on which databases may be made: postgres:///postgres?host=/tmp/cluster
POSTGRES = os.environ.get("ALMONER_TEST_POSTGRES")
FHIR_JSON = "application/fhir+json"
THREADS = 8


class Service:
    def __init__(self, folder, engine):
        self.folder = Path(folder)
        self.engine = engine
        self.name = "clients_" + uuid.uuid4().hex[:12]
        self.where = ["--data", str(self.folder / "data")]
        if engine == "postgres":
            self.sql("postgres", f"CREATE DATABASE {self.name}")
            self.where += ["--database", self.database(self.name)]
        self.said = []
        # Options of `serve` beside the usual ones.
        self.more = []
        self.process = None

    @staticmethod
    def database(name):
        """The address of another database of the same server."""
        return re.sub(r"^(postgres(?:ql)?://[^/?]*)(?:/[^?]*)?", rf"\1/{name}", POSTGRES)

    def sql(self, name, text):
        subprocess.run(["psql", "-qX", self.database(name), "-c", text], check=True, capture_output=True, timeout=60)

    def token(self, scope="system/*.cruds", *more):
        """A bearer token; made while the server is not running, since a folder has one owner."""
        command = [str(BINARY), "token", "create", "--scope", scope, *more, *self.where]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout.split()[-1]

    def start(self):
        self.key = self.token()
        return self.launch()

    def twin(self):
        """Another process on the same database, with the same key file; whoever asks for it ends it by ``end``."""
        other = copy.copy(self)
        other.said = []
        return other.launch()

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(timeout=30) == 0, "".join(self.said[-20:])

    def launch(self):
        self.process = subprocess.Popen(
            [str(BINARY), "serve", "--port", "0", "--zone", "UTC", *self.more, *self.where],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for line in self.process.stdout:
            self.said.append(line)
            if ready := re.search(r"ready on (http://127\.0\.0\.1:(\d+))/", line):
                self.address, self.port = ready[1], int(ready[2])
                # What is logged later is read as well, so that the server never waits for a full pipe.
                threading.Thread(target=self.said.extend, args=(self.process.stdout,), daemon=True).start()
                return self
        raise AssertionError("The server did not start:\n" + "".join(self.said[-20:]))

    @property
    def base(self):
        return self.address + "/fhir"

    @property
    def headers(self):
        return {"Authorization": f"Bearer {self.key}", "Accept": FHIR_JSON}

    def client(self, **more):
        """A client with keep-alive that signs in by its token."""
        settings = {"base_url": self.base + "/", "headers": self.headers, "timeout": 60} | more
        return httpx.Client(**settings)

    def resident(self):
        """Bytes of memory that the server has in use."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) * 1024

    def at_once(self, items, work):
        """`work(client, item)` for every item on some threads; gives the problems that it says or meets, in order."""
        own = threading.local()

        def one(item):
            if not hasattr(own, "client"):
                own.client = self.client()
            try:
                return list(work(own.client, item) or ())
            except Exception as problem:
                return [f"{type(problem).__name__}: {problem}"[:600]]

        with concurrent.futures.ThreadPoolExecutor(THREADS) as pool:
            return [problem for problems in pool.map(one, items) for problem in problems]

    def stop(self):
        process, self.process = self.process, None
        if process:
            process.send_signal(signal.SIGTERM)
            try:
                code = process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                process.kill()
                code = "no end within 30 s of SIGTERM"
        if self.engine == "postgres":
            self.sql("postgres", f"DROP DATABASE {self.name} WITH (FORCE)")
        assert process is None or code == 0, f"The server ended with {code}:\n" + "".join(self.said[-20:])


def outcome(response):
    """The OperationOutcome of an answer: its reasons in one line. Fails when it is none."""
    body = response.json()
    assert body["resourceType"] == "OperationOutcome", body
    assert body["issue"], body
    return " ".join(issue.get("diagnostics", issue["code"]) for issue in body["issue"])
