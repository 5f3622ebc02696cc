"""What a form of sixty questions costs: opened, kept while it is typed, scored, handed in."""

import json
import shutil

from common import TOOL, WORK, run


def measure():
    work = WORK / "forms"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    figures = json.loads(run("form-costs", "--work", work, binary=TOOL)[0])
    print(f"  {figures}", flush=True)
    return figures
