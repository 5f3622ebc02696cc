"""Runs the parts that were asked for and writes what they gave. Started by bin/bench."""

import sys

import access
import bulk
import common
import conflicts
import curve
import floors
import form_costs
import imports
import loads
import mix
import pages
import programs
import report
import scoring
import start

PARTS = {
    "import": imports.measure, "scoring": scoring.measure, "pages": pages.measure, "start": start.measure,
    "access": access.measure, "programs": programs.measure, "forms": form_costs.measure,
    "conflicts": conflicts.measure,
    "loads": loads.measure, "mix": mix.measure, "searches": curve.measure, "floors": floors.measure, "bulk": bulk.measure}
GROUPS = {"api": ["loads", "mix", "searches", "floors", "bulk"], "staff": ["import", "scoring", "pages", "start"]}


def main(arguments):
    named = [part for part in arguments if part != "--report"]
    wanted = [part for name in named for part in GROUPS.get(name, [name])]
    unknown = set(wanted) - set(PARTS)
    if unknown:
        sys.exit(f"bin/bench knows {', '.join(PARTS)}, not {', '.join(sorted(unknown))}.")
    if "--report" not in arguments:
        for name in wanted or PARTS:
            print(f"== {name}", flush=True)
            common.keep(name, PARTS[name])
    report.write()


main(sys.argv[1:])
