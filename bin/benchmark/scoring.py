"""Six models in memory beside a public scorer of one of them, in turns."""

import json
import subprocess
import sys

from common import TOOL, WORK, run, spread

RUNS = 3
PUBLIC = "hccinfhir==0.4.0"


def public_scorer():
    """An environment with a public scorer in it; None when it cannot be fetched."""
    folder = WORK / "public-scorer"
    python = folder / "bin/python"
    if not python.exists():
        made = subprocess.run([sys.executable, "-m", "venv", str(folder)])
        if made.returncode:
            return None
    got = subprocess.run(
        [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", PUBLIC])
    return None if got.returncode else python


def measure():
    ours, theirs = [], []
    python = public_scorer()
    program = __file__.replace("scoring.py", "public_scorer.py")
    for _ in range(RUNS):
        ours.append(json.loads(run("scoring", binary=TOOL)[0])["per_s"])
        if python:
            done = subprocess.run([str(python), program], capture_output=True, text=True)
            if done.returncode:
                print(done.stderr, file=sys.stderr)
                python = None
            else:
                theirs.append(json.loads(done.stdout)["per_s"])
        print(f"  six models {ours[-1]:,.0f}/s, {PUBLIC} V28 alone {theirs[-1] if theirs else 0:,.0f}/s", flush=True)
    return {"memory": spread(ours, 0), "public": spread(theirs, 0) if theirs else None, "public_name": PUBLIC}
