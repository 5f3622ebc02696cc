"""How the figures of access are written."""

from tables import number, table, verdict

ENGINES = {"sqlite": "SQLite", "postgres": "PostgreSQL"}


def access(part):
    return [*signing_in(part), "", *pages(part), "", *decisions(part), "", *audit(part), "", *edge(part)]


def signing_in(part):
    signing = part["sign_in"]
    floor = signing["argon2_ms"]["median"]
    lines = ["Signing in, one after another; the floor is Argon2id alone with the parameters of an account's password.", ""]
    return lines + table(["measure", "median ms", "p95 ms", "of the floor"], [
        [title, signing[key]["median"], signing[key]["p95"], f"{signing[key]['median'] / floor:.2f}"] for title, key in (
            ("the form answered", "answer_ms"), ("until the first page is there", "page_ms"), ("Argon2id alone", "argon2_ms"))])


def pages(part):
    lines = [
        f"Pages and searches with policy and without, {number(part['people'])} people, {part['requests']} requests of each in "
        "turns, medians. *Without*: the same code where the role, or the token, opens everything. Whoever reaches some people "
        "alone has each statement ask whose record it is, by index rows of episodes and teams: a fifth of a millisecond.", ""]
    rows = []
    for caller, asked in part["pages"].items():
        for name, held in asked.items():
            rows.append([
                caller, name, held["with_ms"], held["without_ms"], f"{held['bytes'] / 1000:.0f} kB, {held['bytes_without'] / 1000:.0f} kB",
                f"{(held['ratio'] - 1) * 100:+.0f} %: {verdict(held['ratio'] < 1.1)}"])
    return lines + table(["caller", "what", "with ms", "without ms", "answer with, without", "aim under +10 %"], rows)


def decisions(part):
    labels = part["labels"]
    lines = [
        "What a decision costs: whom a role reaches of one type, and the condition of SQL that is made of it, the decision "
        "counted in; the mean of all types, medians of five runs.", ""]
    lines += table(["roles", "decision µs", "with its SQL µs"], [
        [held["roles"], f"{held['decision_us']:.2f}", f"{held['sql_us']:.2f}"] for held in part["policy"]])
    cost = labels["with_us"] - labels["without_us"]
    return lines + [
        "", f"Labels: making a resource ready to be stored takes {labels['with_us']:.1f} µs with labels and "
        f"{labels['without_us']:.1f} µs without, so {cost:.1f} µs a resource ({number(labels['resources'])} resources of "
        f"{part['source']}, {number(labels['labelled'])} of which carry one)."]


def audit(part):
    lines = [
        "The audit. *Kept*: eight ask at once, each row is there before its answer would be given. *Sealed*: until all are in "
        "the table and under a seal. Bare inserts: the same rows into the same table by the database's own library, a "
        "thousand a transaction, on one connection. Verifying: `almoner audit verify`; beside it SHA-256 of the same bytes "
        "alone, and the same rows read alone, each on one core. Between them lies putting each row together as the bytes that "
        "are hashed, column by column.", ""]
    rows = []
    for key, held in part["audit"].items():
        rows.append([
            ENGINES[key], number(held["rows"]), number(held["kept_per_s"]), number(held["sealed_per_s"]),
            number(held["insert_floor_per_s"]), f"{number(held['verify_per_s'])}: {verdict(held['verify_per_s'] >= 500_000)}",
            number(held["hash_floor_per_s"]), number(held["read_floor_per_s"]), held["bytes_a_row"]])
    return lines + table(
        ["engine", "rows", "kept/s", "sealed/s", "bare inserts/s", "verified/s (aim 500,000)", "SHA-256 alone/s",
         "read alone/s", "bytes a row"], rows)


def edge(part):
    names = {"token": "a client's token withdrawn", "session": "signed out", "account": "an account ended"}
    lines = [
        f"Taken away at one server process and used at another, on one PostgreSQL {part.get('postgres', '')}: from the "
        "request that takes it away until it is refused.", ""]
    lines += table(["what", "times", "median s", "worst s", "aim under 5 s"], [
        [names[kind], held["runs"], held["median_s"], held["worst_s"], verdict(held["worst_s"] < 5)]
        for kind, held in part["revoking"].items()])
    slow = part["slow"]
    return lines + [
        "", f"{slow['connections']} connections that send a byte now and then: others' requests ({slow['requests']} reads) take "
        f"{slow['with']['median_ms']} ms, p95 {slow['with']['p95_ms']} ms; without them {slow['without']['median_ms']} ms, p95 "
        f"{slow['without']['p95_ms']} ms before and {slow['again']['p95_ms']} ms after. Aim: p95 under 500 ms: "
        f"{verdict(slow['with']['p95_ms'] < 500)}."]
