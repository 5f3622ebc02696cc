"""What looking for conflicts costs in a plan of twenty medicines and eight conditions."""

import json
import shutil

from common import TOOL, WORK, run


def measure():
    work = WORK / "conflicts"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    figures = json.loads(run("conflict-costs", "--work", work, binary=TOOL)[0])
    print(f"  {figures}", flush=True)
    return figures
