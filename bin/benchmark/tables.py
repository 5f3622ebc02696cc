"""How figures are written: numbers, sizes, verdicts and tables."""


def number(value, digits=0):
    return f"{value:,.{digits}f}"


def size(count):
    return f"{count / 1e6:,.1f} MB" if count < 1e9 else f"{count / 1e9:,.2f} GB"


def verdict(is_met):
    return "met" if is_met else "**missed**"


def table(heads, rows):
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    return lines + ["| " + " | ".join(map(str, row)) + " |" for row in rows]
