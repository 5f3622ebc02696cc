"""What a plan costs: the largest protocol applied, and what does not fit found among many medicines and conditions."""

import json
import shutil

from common import TOOL, WORK, run


def measure():
    work = WORK / "plan"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    figures = json.loads(run("plan-costs", "--work", work, binary=TOOL)[0])
    print(f"  {figures}", flush=True)
    return figures
