"""Where everybody stands to all programmes, worked out anew, and what one fact that is stored costs with it."""

import json
import os

from common import TOOL, fresh, run

PEOPLE = int(os.environ.get("ALMONER_BENCH_PROGRAM_PEOPLE", "100000"))


def measure():
    made, data = fresh("programs-people"), fresh("programs-data")
    run("generate", "--patients", PEOPLE, "--seed", 7, "--out", made)
    run("import", made, "--data", data)
    run("score", "--all", "--data", data)
    figures = json.loads(run("programs", "--data", data, binary=TOOL)[0])
    print(f"  {figures}", flush=True)
    return figures
