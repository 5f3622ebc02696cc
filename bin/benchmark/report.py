"""Puts the figures into docs/benchmarks.md between its two marks; what is written around them by hand stays."""

import json

import report_access
import report_api
from common import FIGURES, ROOT
from tables import number, size, table, verdict

DOCUMENT = ROOT / "docs/benchmarks.md"
BEGIN, END = "<!-- figures: written by bin/bench -->", "<!-- end of figures -->"


def taken(part):
    machine = part["machine"]
    return (
        f"Measured {part['date']} at commit {part['commit']} on {machine['cores']} cores ({machine['cpu']}), "
        f"{machine['memory_gb']} GB, Linux {machine['kernel']}, SQLite {machine['sqlite']}. Load average before "
        f"{part['load_before']}, after {part['load_after']}.")


def imports(part):
    if "skipped" in part:
        return ["Skipped: " + part["skipped"]]
    rows, database, compact = part["rows"], part["database_bytes"], part["compact_bytes"]
    ratio = part["ratio"]["median"]
    lines = [
        f"{number(part['resources'])} resources, {size(part['bytes'])} of bundles, two cores for us and one for the floor; "
        f"{len(part['rate']['all'])} runs of each in turn, medians.", ""]
    lines += table(["measure", "ours", "floor", "aim", ""], [
        ["resources/s", number(part["rate"]["median"]), number(part["floor"]["median"]), "0.6 of the floor",
         f"{ratio:.2f}: {verdict(ratio >= 0.6)}"],
        ["MB/s", number(part["mb_per_s"], 1), number(part["floor"]["median"] / part["resources"] * part["bytes"] / 1e6, 1), "", ""],
        ["whole command, start and end with it", f"{part['wall_s']['median']} s", "", "", ""],
        ["importing the same again", f"{part['again_s']['median']} s", "", "nothing changes", ""],
        ["rows put in", number(rows), number(rows), "", f"{rows / part['resources']:.1f} a resource"],
        ["database", size(database), "", "under twice the compact JSON",
         f"{database / compact:.2f} times {size(compact)}: {verdict(database < 2 * compact)}"],
        ["bytes a row", number(database / rows, 1), "", "", ""],
    ])
    lines += ["", "Ratios of the single runs: " + ", ".join(f"{value:.2f}" for value in part["ratio"]["all"]) + "."]
    if part["tables"]:
        largest = list(sorted(part["tables"].items(), key=lambda entry: -entry[1]))[:10]
        lines += ["", "Largest tables, their indexes with them: " + ", ".join(f"{name} {size(held)}" for name, held in largest) + "."]
    return lines


def pages(part):
    sizes = part["sizes"]
    first, last = sizes[0], sizes[-1]
    heads = ["page"] + [f"{number(entry['people'])} people" for entry in sizes] + ["growth of the median", "p95 under 50 ms", ""]
    rows = []
    for name in first["pages"]:
        growth = last["pages"][name]["median_ms"] / first["pages"][name]["median_ms"]
        cells = [f"{entry['pages'][name]['median_ms']} / {entry['pages'][name]['p95_ms']}" for entry in sizes]
        quick = last["pages"][name]["p95_ms"] < 50
        rows.append([name, *cells, f"{growth:.2f}: {verdict(growth < 1.5)}", verdict(quick), f"{last['pages'][name]['bytes'] / 1000:.0f} kB"])
    lines = [
        f"Median / 95th percentile in milliseconds of {part['requests']} requests each, one after another from a signed-in "
        "client on the same machine, the pages in turns; each includes its durable audit row. Every size has 150 tasks of "
        "the one who looks.", ""]
    lines += table(heads, rows) + ["", "What those people cost to bring in:", ""]
    lines += table(
        ["people", "resources", "generate", "import", "resources/s", "JSON", "database", "times", "after scoring",
         "score everyone", "again, nothing changed", "count outcomes", "reactions after start"],
        [[number(entry["people"]), number(entry["resources"]), f"{entry['generate_s']} s", f"{entry['import_s']} s",
          number(entry["rate"]), size(entry["json_bytes"]), size(entry["database_bytes"]),
          f"{entry['database_bytes'] / entry['json_bytes']:.2f}", size(entry["scored_bytes"]),
          f"{entry['score_first_s']} s ({number(entry['people'] / entry['score_first_s'])}/s)",
          f"{entry['score_again_s']} s ({number(entry['people'] / entry['score_again_s'])}/s)",
          f"{entry['outcomes_s']:.1f} s", f"{entry['reactions_s']} s"] for entry in sizes])
    return lines


def scoring(part, sizes):
    memory = part["memory"]["median"]
    rows = [["six models in memory, one core", f"{number(memory)}/s", "200,000/s", verdict(memory >= 200_000)]]
    for entry in sizes:
        first, again = entry["people"] / entry["score_first_s"], entry["people"] / entry["score_again_s"]
        rows.append([f"stored, {number(entry['people'])} people, first time", f"{number(first)}/s", "5,000/s", verdict(first >= 5_000)])
        rows.append([f"the same again, nothing changed", f"{number(again)}/s", "", ""])
    if part["public"]:
        public = part["public"]["median"]
        rows.append([f"{part['public_name']}, V28 alone in memory, one core", f"{number(public)}/s", "",
                     f"ours is {memory / public:,.0f} times that, for six models"])
    return table(["measure", "people", "aim", ""], rows)


def forms(part):
    lines = [
        f"A form of {part['questions']} questions, a third of which hang on others, with a total by a formula, on SQLite; "
        "medians. Each includes its durable audit.", ""]
    return lines + table(["measure", "ms"], [
        [title, f"{part[key]:.1f}"] for title, key in (
            ("opening: the person's record, what is known, the form worked out", "open_ms"),
            ("keeping it as it is typed", "typed_ms"), ("scoring alone", "score_ms"),
            ("handing it in: answers, Observations, tasks", "handed_in_ms"))])


def conflicts(part):
    lines = [
        f"A plan of {part['medicines']} medicines and {part['conditions']} conditions, each with a goal and two steps, on SQLite; "
        f"{part['runs']} runs, {part['conflicts']} conflicts found.", ""]
    return lines + table(["measure", "median", "95 of 100", "aim", ""], [
        ["looking for conflicts", f"{part['find_ms']:.2f} ms", f"{part['find_p95_ms']:.2f} ms", "50 ms",
         verdict(part["find_p95_ms"] < 50)],
        ["the floor: reading the same records", f"{part['read_ms']:.2f} ms", "", "", ""],
        ["both", f"{part['whole_ms']:.2f} ms", f"{part['whole_p95_ms']:.2f} ms", "50 ms",
         verdict(part["whole_p95_ms"] < 50)]])


def start(part):
    ready, memory = part["ready_ms"]["median"], part["memory_after_mb"]
    database, json_ = part["database_bytes"], part["json_bytes"]
    return table(["measure", "", "aim", ""], [
        ["start to /readyz, median of 10", f"{ready:.0f} ms (p95 {part['ready_ms']['p95']:.0f})", "300 ms", verdict(ready < 300)],
        [f"resident memory after {number(part['loads'])} page loads", f"{memory} MB, {part.get('memory_own_mb', '?')} MB of it not mapped from files (before: {part['memory_before_mb']} MB)",
         "150 MB", verdict(memory < 150)],
        ["page loads a second, four at a time", number(part["loads_per_s"]), "", ""],
        ["binary", f"{size(part['binary_bytes'])}, stripped {size(part['stripped_bytes'])}", "", ""],
        [f"database of {number(part['people'])} people with scores, audit and tables of pages",
         f"{size(database)}, {database / json_:.2f} times the JSON", "under twice", verdict(database < 2 * json_)],
    ])


def programs(part):
    return table(["measure", f"{number(part['people'])} people", "aim", ""], [
        ["where everybody stands to all programmes", f"{part['first_s']:.1f} s", "60 s", verdict(part["first_s"] < 60)],
        ["the same again, nothing changed", f"{part['again_s']:.1f} s", "60 s", verdict(part["again_s"] < 60)],
        [f"half a year later, {number(part['moved_people'])} people stand elsewhere", f"{part['moved_s']:.1f} s", "", ""],
        ["a condition stored with all that is derived from it, durable",
         f"{part['fact_ms']:.1f} ms (p95 {part['fact_p95_ms']:.1f})", "20 ms", verdict(part["fact_p95_ms"] < 20)],
    ])


def write():
    held = json.loads(FIGURES.read_text())
    lines = []

    def section(title, name, body):
        if name in held:
            lines.extend([f"## {title}", "", *body(held[name]), "", taken(held[name]), ""])

    section("Import", "import", imports)
    section("Pages", "pages", pages)
    sizes = held.get("pages", {}).get("sizes", [])
    section("Scoring", "scoring", lambda part: scoring(part, sizes))
    section("Forms", "forms", forms)
    section("Start, memory, size", "start", start)
    section("Loading over HTTP", "loads", report_api.loads)
    section("Many connections", "mix", report_api.mix)
    section("Searches as the store grows", "searches", report_api.searches)
    section("Beside the floor", "floors", report_api.floors)
    section("Import and export on both engines", "bulk", report_api.bulk)
    section("Access", "access", report_access.access)
    section("Programmes", "programs", programs)
    section("What does not fit in a plan", "conflicts", conflicts)
    text = DOCUMENT.read_text()
    head, rest = text.split(BEGIN)
    tail = rest.split(END)[1]
    DOCUMENT.write_text(head + BEGIN + "\n\n" + "\n".join(lines) + END + tail)
