"""Messages of a hospital, put into the folder from which the server takes them."""

import datetime
import time

from people import now

WAITS = 40
PROGRAM = "<script>window.ran=true</script>"


def stamp(moment):
    return moment.strftime("%Y%m%d%H%M%S%z")


def message(trigger, control, recorded, name, born, number, visit, sex="F", happened=None, more=(), **fields):
    """One ADT message, version 2.5.1. Fields of PV1 are given by their numbers: p36="01"."""
    pv1 = [""] * 46
    pv1[1], pv1[2], pv1[3], pv1[4] = "1", "I", "4E^401^A^LAKESHORE", "E"
    pv1[19] = f"{visit}^^^LAKESHORE^VN"
    for field, value in fields.items():
        pv1[int(field[1:])] = value
    segments = [
        f"MSH|^~\\&|ADT|LAKESHORE|ALMONER|CARE|{stamp(recorded)}||ADT^{trigger}|{control}|P|2.5.1",
        f"EVN|{trigger}|{stamp(recorded)}||||{stamp(happened or recorded)}",
        f"PID|1||{number}^^^LAKESHORE^MR||{name}||{born}|{sex}|||9 QUAY ST^^CLEVELAND^OH^44113||(216)555-0188",
        "PV1|" + "|".join(pv1[1:]), *more]
    return "\r".join(segments) + "\r"


def drop(house, name, texts):
    """Puts messages where the server finds them, and waits until it has taken the file."""
    folder = house.data / "inbox"
    folder.mkdir(mode=0o700, exist_ok=True)
    (folder / f"{name}.tmp").write_text("".join(texts))
    (folder / f"{name}.tmp").rename(folder / f"{name}.hl7")
    for _ in range(WAITS):
        for place in ["done", "refused"]:
            if (folder / place / f"{name}.hl7.ack").exists():
                # What follows from them comes a moment later.
                time.sleep(2)
                return place
        time.sleep(0.5)
    raise AssertionError(f"{name}.hl7 was not taken")


def stay(name, born, number, visit, home="01", days=3, sex="F"):
    """From admission to a discharge yesterday."""
    left = now().replace(microsecond=0) - datetime.timedelta(days=1)
    begun = left - datetime.timedelta(days=days)
    diagnosis = ["DG1|1||I50.9^Heart failure^I10||" + stamp(begun) + "|A"]
    hour = datetime.timedelta(hours=1)
    times = {"p44": stamp(begun), "more": diagnosis, "sex": sex}
    return [
        message("A01", f"{visit}-1", begun + hour, name, born, number, visit, happened=begun, **times),
        message("A08", f"{visit}-2", begun + 2 * hour, name, born, number, visit, **times),
        message(
            "A03", f"{visit}-3", left + hour, name, born, number, visit, happened=left, p36=home, p45=stamp(left),
            **times)]


def furnish(desk, addresses):
    """Somebody who is surely new, somebody who may be on file and would be a program, and what no feed takes."""
    house = desk.house
    drop(house, "new", stay("VELASQUEZ^INES", "19480212", "L100", "V100"))
    # Maud Okafor with another birth date, and a name for her that wants to run.
    doubt = [text.replace("OKAFOR^MAUD", f"OKAFOR^MAUD~{PROGRAM}^{PROGRAM}").replace("Heart failure", PROGRAM)
             for text in stay("OKAFOR^MAUD", "19510419", "L200", "V200")]
    drop(house, "doubt", doubt)
    drop(house, "fault", [message("A08", "V1-9", now(), "X^Y", "19480101", "L1", "V1").replace("ADT^A08", "ORU^R01")])
    page = desk.open("sam")
    page.goto("/matches")
    addresses.add("matches", "/matches", "sam")
    addresses.add("matches/:number", page.locator('a[href^="/matches/"]').first.get_attribute("href"), "sam")
    addresses.add("feeds", "/feeds", "ada")
    addresses.add("feeds", "/feeds", "sam")
    addresses.add("feeds/:feed", "/feeds/default", "ada")
    addresses.add("feeds/:feed", "/feeds/default?state=review", "sam")
