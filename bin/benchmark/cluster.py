"""A throw-away PostgreSQL for the measures, on a socket that only this machine sees."""

import os
import pathlib
import shutil
import subprocess
import tempfile

from common import WORK, fresh

BINARIES = pathlib.Path(os.environ.get("ALMONER_BENCH_POSTGRES", "/usr/lib/postgresql/15/bin"))
# Durability is left as it comes: fsync, full_page_writes and synchronous_commit are on.
SETTINGS = {
    "listen_addresses": "", "shared_buffers": "1GB", "max_wal_size": "4GB", "effective_cache_size": "8GB",
    "random_page_cost": "1.1", "max_connections": "60", "log_min_messages": "fatal", "jit": "off"}


class Cluster:
    """Runs while the block runs. Nobody runs PostgreSQL as root, so root hands it to the user `postgres`."""

    def __enter__(self):
        WORK.mkdir(parents=True, exist_ok=True)
        self.folder = fresh("cluster")
        self.socket = pathlib.Path(tempfile.mkdtemp(prefix="almoner-bench-"))
        self.prefix = []
        if os.geteuid() == 0:
            self.prefix = ["runuser", "-u", "postgres", "--"]
            shutil.chown(self.folder, "postgres")
            shutil.chown(self.socket, "postgres")
        self.call("initdb", "-D", self.folder / "data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C")
        options = " ".join(f"-c {name}={value or chr(39) * 2}" for name, value in SETTINGS.items())
        self.call(
            "pg_ctl", "-D", self.folder / "data", "-w", "-l", self.folder / "log", "-o",
            f"{options} -k {self.socket}", "start")
        return self

    def __exit__(self, *_):
        self.call("pg_ctl", "-D", self.folder / "data", "-w", "-m", "immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.rmtree(self.socket, ignore_errors=True)

    def call(self, program, *arguments):
        done = subprocess.run(
            [*self.prefix, str(BINARIES / program), *map(str, arguments)], cwd="/", stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, text=True)
        if done.returncode:
            raise SystemExit(f"{program}: {done.stderr}")

    def url(self, name):
        return f"postgresql://postgres@/{name}?host={self.socket}"

    def create(self, name):
        """An empty database of that name; gives its address."""
        self.sql("postgres", f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        self.sql("postgres", f'CREATE DATABASE "{name}"')
        return self.url(name)

    def drop(self, name):
        self.sql("postgres", f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def sql(self, name, statement):
        """Runs a statement; gives its rows as lists of texts."""
        done = subprocess.run(
            [str(BINARIES / "psql"), "-X", "-q", "-A", "-t", "-F", "\x1f", "-v", "ON_ERROR_STOP=1", "-c", statement,
             self.url(name)], capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"psql: {done.stderr}")
        return [line.split("\x1f") for line in done.stdout.splitlines() if line]

    def size(self, name):
        """Bytes of a database without its write-ahead log."""
        return int(self.sql(name, f"SELECT pg_database_size('{name}')")[0][0])

    def processes(self):
        first = int((self.folder / "data/postmaster.pid").read_text().split()[0])
        return [first, *pathlib.Path(f"/proc/{first}/task/{first}/children").read_text().split()]

    def memory(self):
        """Megabytes of all its processes, what they share counted once."""
        return round(sum(proportional(process) for process in self.processes()) / 1e6, 1)

    def cpu(self):
        """Seconds of processor time of all its processes, those that have ended too."""
        return sum(used(process) for process in self.processes())

    def version(self):
        return self.sql("postgres", "SHOW server_version")[0][0].split()[0]


def proportional(process):
    """Bytes of a process, what it shares with others divided by their number; 0 when it has ended."""
    try:
        for line in pathlib.Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


def used(process):
    """Seconds of processor time of a process and of those of its children that have ended."""
    try:
        fields = pathlib.Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    return sum(int(ticks) for ticks in fields[11:15]) / os.sysconf("SC_CLK_TCK")
