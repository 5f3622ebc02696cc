"""The sections of docs/benchmarks.md about the API: loads, mixes, searches, floors, import and export."""

import statistics

from tables import number, size, table, verdict

OURS = ("sqlite", "postgres")
# The best full server measured on such a machine before, with 100 bundles (29,950 resources); it was not in these runs.
BEST = {
    "rate": 1012, "mix": 449, "disk": 380e6 / 29_950,
    "read Patient/id": 1.75, "Patient?family=": 4.2, "Observation?subject=&_count=20": 4.6,
    "Observation?code=8302-2&_count=20": 8.4, "Observation?patient&code&date&_sort=-date": 99,
    "Observation?code-value-quantity": 5.2, "Encounter?date=ge..&_include=subject": 374,
    "Observation?patient.family= (chain)": 30}
BEST_TOLD = (
    "“Best before” is the best full server measured on a machine of this class before (written in Go, on PostgreSQL, with "
    "29,950 resources). It did not run in turns with ours, so that column is for orientation.")


def servers_of(part):
    """Ours and the peer, as far as they were measured."""
    held = part["servers"]
    return [held[key] for key in OURS if key in held], held.get("peer")


def times(ours, theirs):
    return f"{ours / theirs:,.1f} times" if theirs else ""


def loads(part):
    if "skipped" in part:
        return ["Skipped: " + part["skipped"]]
    ours, peer = servers_of(part)
    every = ours + ([peer] if peer else [])
    first = every[0]
    lines = [
        f"`../shared/tools/fhir-load.py` with {first['bundles']} bundles ({number(first['resources'])} resources) and "
        f"{part['loaders']} loaders into an empty server, {part['runs']} runs of each in turn, medians. The client runs on the "
        f"same cores. PostgreSQL {part['postgres']}. {BEST_TOLD}", ""]
    each = lambda of: [of(one) for one in every]
    row = lambda title, of, best="": [title, *each(of), best]
    lines += table(["measure", *(one["name"] for one in every), "best before"], [
        row("resources/s", lambda one: number(one["rate"]["median"]), number(BEST["rate"])),
        row("bundles refused", lambda one: one["failed"]),
        row("resident memory of the server", lambda one: f"{one['memory_mb']} MB", "98 MB"),
        row("memory of the database beside it",
            lambda one: f"{one['database_memory_mb']} MB" if one["database_memory_mb"] else "in it"),
        row("processor time of server and database, a resource", lambda one: f"{one['cpu_s'] / one['resources'] * 1000:.2f} ms"),
        row("on disk", lambda one: size(one["disk_bytes"]), "380 MB"),
        row("bytes on disk a resource", lambda one: number(one["disk_bytes"] / one["resources"]), number(BEST["disk"])),
    ])
    lines += ["", "| aim | " + " | ".join(one["name"] for one in ours) + " |", "|---|" + "---|" * len(ours)]
    if peer:
        lines.append(aim_row(f"load at least 5 times {peer['name']}", ours, lambda one: (
            times(one["rate"]["median"], peer["rate"]["median"]), one["rate"]["median"] >= 5 * peer["rate"]["median"])))
        lines.append(aim_row(f"disk under half of {peer['name']}", ours, lambda one: (
            f"{one['disk_bytes'] / peer['disk_bytes']:.2f}", one["disk_bytes"] < 0.5 * peer["disk_bytes"])))
    lines.append(aim_row("load at least 5 times the best before", ours, lambda one: (
        times(one["rate"]["median"], BEST["rate"]), one["rate"]["median"] >= 5 * BEST["rate"])))
    lines.append(aim_row("disk under half of the best before", ours, lambda one: (
        f"{one['disk_bytes'] / one['resources'] / BEST['disk']:.2f}",
        one["disk_bytes"] / one["resources"] < 0.5 * BEST["disk"])))
    lines += ["", "The searches of the same tool after the load, on one connection; p50 / p95 in milliseconds, and how many "
              "entries come back on average. The aim is a third of the time.", ""]
    rows = [search_row(name, every, ours, peer) for name in first["searches"]]
    lines += table(
        ["search", *(one["name"] for one in every), "best before",
         *(f"{one['name']}: of the peer's time, of the best's" for one in ours)], rows)
    if peer:
        lines += ["", other_answers(first, peer)]
    return [line for line in lines if line is not None]


def aim_row(title, ours, of):
    return f"| {title} | " + " | ".join(f"{told}: {verdict(met)}" for told, met in map(of, ours)) + " |"


def search_row(name, every, ours, peer):
    cell = lambda one: (
        f"{one['p50']} / {one['p95']} ({one['entries']:g})" + (f", {one['errors']} failed" if one["errors"] else ""))
    best = BEST.get(name)
    beside = []
    for one in ours:
        own = one["searches"][name]["p50"]
        is_alike = peer and abs(one["searches"][name]["entries"] - peer["searches"][name]["entries"]) <= 0.1
        others = [other for other in (peer["searches"][name]["p50"] if is_alike else None, best) if other]
        met = all(own <= other / 3 for other in others)
        beside.append(", ".join(f"{own / other:.2f}" for other in others) + (f": {verdict(met)}" if others else ""))
    return [name.replace("|", "\\|"), *(cell(one["searches"][name]) for one in every), best or "", *beside]


def other_answers(ours, peer):
    """Where the peer answers something else, its time says less."""
    other = [
        name for name, held in ours["searches"].items() if abs(held["entries"] - peer["searches"][name]["entries"]) > 0.1]
    if not other:
        return None
    return (
        f"{peer['name']} answers with another number of entries to: " + ", ".join(f"`{name}`" for name in other)
        + ". It does not know every parameter and leaves out those that it does not know, so its time for them is not compared.")


def mix(part):
    if "skipped" in part:
        return ["Skipped: " + part["skipped"]]
    ours, peer = servers_of(part)
    every = ours + ([peer] if peer else [])
    lines = [
        f"{part['driver'].replace('==', ' ')} on the same cores, {part['runs']} runs of {part['seconds']} seconds of each in "
        f"turn, medians, after the load above. *Changes*: nine linked types (Organization, Practitioner, Patient, Encounter, "
        "Condition, Observation, MedicationRequest, Procedure, AllergyIntolerance) are each created, read, updated and at the "
        "end deleted. *Searches*: the ten of the load, each as often as the others. Milliseconds.", ""]
    rows = []
    for kind, title in (("change", "changes"), ("search", "searches")):
        for count in part["connections"]:
            for one in every:
                held = one[kind][str(count)]
                rows.append([
                    title, count, one["name"], number(held["rate"]["median"]), held["p50"], held["p95"], held["p99"],
                    f"{held['server_cpu_ms']} / {held['driver_cpu_ms']}", f"{number(held['errors'])} of {number(held['requests'])}"])
    lines += table(["mix", "connections", "server", "requests/s", "p50", "p95", "p99", "processor time a request, server / k6", "failed"], rows)
    lines += ["", "| aim | " + " | ".join(one["name"] for one in ours) + " |", "|---|" + "---|" * len(ours)]
    for count in part["connections"]:
        rate = lambda one, kind="change": one[kind][str(count)]["rate"]["median"]
        if peer:
            lines.append(aim_row(f"changes at {count} connections: 5 times {peer['name']}", ours, lambda one: (
                times(rate(one), rate(peer)), rate(one) >= 5 * rate(peer))))
        if count == 8:
            lines.append(aim_row("changes at 8 connections: 5 times the best before (449/s)", ours, lambda one: (
                times(rate(one), BEST["mix"]), rate(one) >= 5 * BEST["mix"])))
    lines += ["", "By operation, p50 / p95 / p99:", ""]
    rows = [
        [one["name"], count, *("{p50} / {p95} / {p99}".format(**held) if held else "" for held in (
            one["change"][str(count)]["operations"].get(name) for name in ("create", "read", "update", "delete")))]
        for count in part["connections"] for one in every]
    return lines + table(["server", "connections", "create", "read", "update", "delete"], rows)


def searches(part):
    lines = [
        f"p50 in milliseconds of up to {part['searches']} requests of each shape on one connection, and how many entries come "
        "back on average. All sizes run at once and are asked in turns. Selective are those shapes whose matches do not grow "
        "with the number of people; the aim for them is a growth under 1.3 from the smallest to the largest."]
    for key, held in part["engines"].items():
        sizes = held["sizes"]
        heads = ["shape", *(f"{number(one['people'])} people" for one in sizes), "growth", ""]
        lines += ["", f"### {'SQLite' if key == 'sqlite' else 'PostgreSQL ' + part.get('postgres', '')}", ""]
        rows, growths = [], []
        for name, shape in held["shapes"].items():
            first, last = shape["sizes"][0], shape["sizes"][-1]
            growth = last["p50"] / first["p50"]
            failed = sum(one["errors"] for one in shape["sizes"])
            if shape["selective"] and not failed:
                growths.append((growth, name))
            rows.append([
                name.replace("|", "\\|"), *(f"{one['p50']} ({one['entries']:g})" for one in shape["sizes"]), f"{growth:.2f}",
                (f"{failed} failed" if failed else verdict(growth < 1.3) if shape["selective"] else "")])
        lines += table(heads, rows)
        over = [name for growth, name in growths if growth >= 1.3]
        lines += ["", "No selective shape was answered." if not growths else (
            f"Of {len(growths)} selective shapes {len(growths) - len(over)} grow by less than 1.3; the median grows by "
            f"{statistics.median(growth for growth, _ in growths):.2f}."
            + (" Above: " + ", ".join(f"`{name}`" for name in over) + "." if over else ""))]
        lines += ["", "Databases: " + ", ".join(
            f"{number(one['people'])} people {size(one['database_bytes'])}, imported in {one['import_s']} s" for one in sizes) + "."]
    return lines


def floors(part):
    names = {"sqlite": "SQLite", "postgres": "PostgreSQL " + part.get("postgres", "")}
    lines = [
        f"{number(part['people'])} people, {part['connections']} connections of {part['driver'].replace('debian/', '')} on the "
        f"same cores, {part['runs']} runs of {part['seconds']:g} seconds of each in turn, medians. *From memory*: the same HTTP "
        "server with the same limits answers the same bytes, without sign-in, policy, audit or database. *Bare database*: the "
        "same rows by SQLite's own library on two threads, or by libpq on eight connections. A read is measured against the "
        "answer from memory, a search against the scan and that answer one after the other.", ""]
    rows = []
    for key, kinds in part["engines"].items():
        for kind, held in kinds.items():
            ratio = held["ratio"]["median"]
            rows.append([
                names[key], "read" if kind == "read" else f"search {kind}, {held['rows']:g} rows", number(held["bytes"]),
                number(held["api"]["median"]), number(held["memory"]["median"]), number(held["raw"]["median"]),
                f"{ratio:.2f}: {verdict(ratio >= 0.5)}"])
    return lines + table(
        ["engine", "what", "bytes", "API/s", "from memory/s", "bare database/s", "of the floor (aim 0.5)"], rows)


def bulk(part):
    lines = [
        f"`almoner import` and `almoner export` of {number(part['resources'])} resources ({number(part['people'])} generated "
        f"people), {part['runs']} runs of each in turn, medians; then of very many, the memory of the export looked at ten "
        f"times a second. PostgreSQL {part['postgres']}.", ""]
    rows = []
    for held in part["engines"].values():
        memory = held["memory"]
        is_flat = memory["second_half_mb"] <= 1.1 * memory["first_half_mb"]
        rows.append([
            held["name"], number(held["import"]["median"]), number(held["export"]["median"]), number(held["many"]),
            number(held["many_import_per_s"]), number(held["many_export_per_s"]), size(held["database_bytes"]),
            f"{memory['first_half_mb']} MB, then {memory['second_half_mb']} MB: {verdict(is_flat)}"])
    return lines + table(
        ["server", "import/s", "export/s", "very many", "import/s", "export/s", "database",
         "resident at most, first half of the export and second"], rows)
