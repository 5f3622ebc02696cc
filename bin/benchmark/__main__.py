"""Runs the parts that were asked for and writes what they gave. Started by bin/bench."""

import sys

import common
import imports
import pages
import report
import scoring
import start

PARTS = {"import": imports.measure, "scoring": scoring.measure, "pages": pages.measure, "start": start.measure}


def main(arguments):
    wanted = [part for part in arguments if part != "--report"]
    unknown = set(wanted) - set(PARTS)
    if unknown:
        sys.exit(f"bin/bench knows {', '.join(PARTS)}, not {', '.join(sorted(unknown))}.")
    if "--report" not in arguments:
        for name in wanted or PARTS:
            print(f"== {name}", flush=True)
            common.keep(name, PARTS[name])
    report.write()


main(sys.argv[1:])
