"""The FHIR servers that are measured: ours on SQLite, ours on PostgreSQL, and a public one from PyPI."""

import os
import subprocess
import time

import httpx
import tools
from cluster import used
from common import ALMONER, PORT, database_size, folder_size, fresh, query, run

TOKEN = "a-token-of-the-measures"


class Started:
    """A server that runs while the block runs. `base` is where its FHIR API begins, `token` opens it."""

    process = None

    def wait(self, command, log):
        """Starts it and waits until its capabilities can be read."""
        self.log = open(log, "w")
        self.process = subprocess.Popen([str(part) for part in command], stdout=self.log, stderr=self.log)
        began = time.perf_counter()
        while True:
            try:
                if httpx.get(self.base + "/metadata", timeout=5).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            if self.process.poll() is not None or time.perf_counter() - began > 60:
                self.stop()
                raise SystemExit(f"{self.name} did not start: see {log}.")
            time.sleep(0.02)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        if self.process:
            self.process.terminate()
            self.process.wait()
            self.log.close()
            self.process = None

    def memory(self, kind="VmRSS"):
        """Resident megabytes of the server itself."""
        for line in open(f"/proc/{self.process.pid}/status"):
            if line.startswith(kind + ":"):
                return round(int(line.split()[1]) * 1024 / 1e6, 1)
        return 0.0

    def database_memory(self):
        """Megabytes of a database that runs beside it."""
        return 0.0

    def cpu(self):
        """Seconds of processor time that it has used, a database beside it counted in."""
        return used(self.process.pid)

    def headers(self):
        return {"Authorization": f"Bearer {self.token}", "Accept": "application/fhir+json"}


class Almoner(Started):
    """Ours. `place` names where its records are, as every command takes it."""

    def __init__(self, suffix, port=PORT):
        self.port = port
        self.base = f"http://127.0.0.1:{port}/fhir"
        self.suffix = suffix
        self.token = None

    def start(self):
        if self.token is None:
            told, _ = run("token", "create", "--scope", "system/*.cruds", "--name", "bench", *self.place)
            self.token = told.split()[-1]
        self.wait([ALMONER, "serve", *self.place, "--port", self.port], self.folder.parent / f"{self.folder.name}.log")


    def settle(self):
        """Waits until what was imported has been reacted to, so that this work does not stand in the figures."""
        began = time.perf_counter()
        while time.perf_counter() - began < 900:
            # What was reacted to leaves the outbox.
            if int(self.rows("SELECT count(*) FROM outbox")[0][0]) == 0:
                break
            time.sleep(0.5)


class OnSQLite(Almoner):
    key, name = "sqlite", "Almoner on SQLite"

    def empty(self):
        self.folder = fresh(f"sqlite-{self.suffix}")
        self.place = ["--data", self.folder]
        self.token = None
        return self

    def disk(self):
        return folder_size(self.folder)

    def database(self):
        return database_size(self.folder)

    def rows(self, sql):
        return query(self.folder, sql)

    def tidy(self):
        """After an import: nothing to do."""


class OnPostgreSQL(Almoner):
    key, name = "postgres", "Almoner on PostgreSQL"

    def __init__(self, cluster, suffix, port=PORT):
        super().__init__(suffix, port)
        self.cluster = cluster

    def empty(self):
        self.folder = fresh(f"postgres-{self.suffix}")
        self.place = ["--database", self.cluster.create(self.suffix)]
        self.token = None
        return self

    def disk(self):
        return self.cluster.size(self.suffix)

    database = disk

    def rows(self, sql):
        return self.cluster.sql(self.suffix, sql)

    def tidy(self):
        """After an import: what autovacuum does within minutes, done at once."""
        self.rows("VACUUM ANALYZE")

    def database_memory(self):
        return self.cluster.memory()

    def cpu(self):
        return super().cpu() + self.cluster.cpu()


class Peer(Started):
    """A public server in Python on SQLite. Its own log of all traffic and its simulator of other hospital systems are
    off; validation is at its default, which refuses."""

    key, name, token = "peer", tools.PEER.replace("==", " "), TOKEN

    def __init__(self, suffix, port=PORT):
        self.suffix, self.port = suffix, port
        self.base = f"http://127.0.0.1:{port}/fhir"

    def empty(self):
        self.folder = fresh(f"peer-{self.suffix}")
        (self.folder / "settings.yaml").write_text(
            f"base_url: {self.base}\nhost: 127.0.0.1\nport: {self.port}\ndata_dir: {self.folder}\n"
            f"db_path: {self.folder}/sekmet.db\nlog_inbound: false\nsimulator: {{enabled: false}}\n"
            f"server_auth: {{types: [bearer], tokens: [{TOKEN}]}}\n")
        return self

    def start(self):
        self.wait([tools.peer(), "serve", "-c", self.folder / "settings.yaml"], self.folder / "log")

    def disk(self):
        return folder_size(self.folder, "sekmet.db*")


def all_of(cluster, suffix):
    """The servers that are measured beside each other; ALMONER_BENCH_SERVERS names some of them only."""
    wanted = os.environ.get("ALMONER_BENCH_SERVERS", "sqlite,postgres,peer").split(",")
    made = [OnSQLite(suffix), OnPostgreSQL(cluster, suffix), Peer(suffix)]
    return [server for server in made if server.key in wanted]
