"""Invented stays in hospital as the HL7 v2 messages of two feeds, with the noise that real ones have."""

import dataclasses
import datetime
import random

FIRST = ["DELORES", "RUTH", "IMANI", "CARLOS", "MEI", "OLU", "ANNA", "JAMES", "FATIMA", "PETER", "ROSA", "HENRIK"]
LAST = ["WHITFIELD", "ADEYEMI", "OKAFOR", "GARCIA", "CHEN", "BALOGUN", "NOVAK", "MILLER", "HADDAD", "LINDQVIST"]
DIAGNOSES = [("I50.9", "Heart failure"), ("J44.1", "COPD with exacerbation"), ("I63.9", "Stroke"), ("E11.9", "Diabetes")]


@dataclasses.dataclass
class Stay:
    number: int
    person: int
    # Whether the discharge, if there was one, begins the 30 days.
    goes_home: bool
    cancelled: bool
    messages: list = dataclasses.field(default_factory=list)


def stamp(moment):
    return moment.strftime("%Y%m%d%H%M%S+0000")


class Hospital:
    """Makes the same stays for the same seed. Times lie before `now`, which is a datetime in UTC."""

    def __init__(self, now, seed=1):
        self.now = now
        self.chance = random.Random(seed)
        self.control = 0

    def message(self, stay, trigger, recorded, happened=None, relayed=False, **more):
        self.control += 1
        sender = "RELAY|HIE" if relayed else "ADT|STANNE"
        chance = random.Random(stay.person)
        name = f"{LAST[stay.person % len(LAST)]}{stay.person}^{FIRST[stay.person % len(FIRST)]}"
        born = datetime.date(1930, 1, 1) + datetime.timedelta(days=chance.randrange(22_000))
        admitted, left = more.get("admitted"), more.get("left")
        pv1 = [""] * 46
        pv1[1], pv1[2] = "1", more.get("patient_class", "I")
        pv1[3] = more.get("place", "4E^401^A^STANNE")
        pv1[4], pv1[19] = "E", f"V{stay.number}^^^STANNE^VN"
        pv1[36] = more.get("disposition", "")
        pv1[44], pv1[45] = stamp(admitted) if admitted else "", stamp(left) if left else ""
        segments = [
            f"MSH|^~\\&|{sender}|ALMONER|CARE|{stamp(recorded)}||ADT^{trigger}|C{self.control}|P|2.5.1",
            f"EVN|{trigger}|{stamp(recorded)}||||{stamp(happened or recorded)}",
            f"PID|1||P{stay.person}^^^STANNE^MR||{name}||{born:%Y%m%d}|{'F' if stay.person % 2 else 'M'}|||"
            f"{stay.person} MILL LANE^^BOSTON^MA^02139||(617)555-{stay.person % 10_000:04}",
            "PV1|" + "|".join(pv1[1:]),
        ]
        if code := more.get("diagnosis"):
            segments.append(f"DG1|1||{code[0]}^{code[1]}^I10||{stamp(recorded)}|{more.get('kind', 'A')}")
        return "\r".join(segments) + "\r"

    def stay(self, number):
        chance = self.chance
        left = self.now - datetime.timedelta(hours=chance.uniform(3, 24 * 12))
        admitted = left - datetime.timedelta(hours=chance.uniform(20, 200))
        home = chance.random() < 0.8
        stay = Stay(number, number, home, chance.random() < 0.04)
        minute = datetime.timedelta(minutes=1)
        diagnosis = chance.choice(DIAGNOSES)
        add = stay.messages.append
        seen = admitted - datetime.timedelta(hours=3)
        add(self.message(stay, "A04", seen + minute, seen, patient_class="E", admitted=seen))
        add(self.message(stay, "A06", admitted + minute, admitted, admitted=admitted, diagnosis=diagnosis))
        add(self.message(stay, "A08", admitted + 60 * minute, diagnosis=diagnosis))
        if stay.cancelled:
            add(self.message(stay, "A11", admitted + 90 * minute))
            add(self.message(stay, "A08", admitted + 95 * minute))
            stay.goes_home = False
            return stay
        add(self.message(stay, "A02", admitted + 300 * minute, place="2W^210^B^STANNE"))
        disposition = "01" if home else "03"
        ending = {"disposition": disposition, "left": left, "admitted": admitted, "diagnosis": diagnosis, "kind": "F"}
        if chance.random() < 0.1:
            # Let go, taken back, and let go again.
            early = left - datetime.timedelta(hours=5)
            add(self.message(stay, "A03", early + minute, early, **(ending | {"left": early})))
            add(self.message(stay, "A13", early + 20 * minute))
        add(self.message(stay, "A03", left + minute, left, **ending))
        add(self.message(stay, "A08", left + 30 * minute, left=left, disposition=disposition))
        # The exchange of the region tells some of it once more.
        add(self.message(stay, "A01", admitted + 5 * minute, admitted, relayed=True, admitted=admitted))
        if chance.random() < 0.7:
            add(self.message(stay, "A03", left + 6 * minute, left, relayed=True, **ending))
        return stay

    def stays(self, count):
        return [self.stay(number) for number in range(1, count + 1)]

    def noise(self, count):
        """Messages that have no effect or cannot be taken, each with the answer that it is to get."""
        lost = Stay(0, 0, False, False)
        made = []
        for number in range(count):
            text = self.message(lost, "A08", self.now)
            kind = number % 4
            if kind == 0:
                made.append((text.replace("ADT^A08", "ORU^R01"), "AR"))
            elif kind == 1:
                made.append((text.replace("|P|2.5.1", "|T|2.5.1"), "AR"))
            elif kind == 2:
                made.append(("\r".join(text.split("\r")[:2]) + "\r", "AE"))
            else:
                made.append((text.replace("|2.5.1", "|9.9"), "AR"))
        return made


def shuffled(stays, seed, repeats=0.1):
    """All messages in an order that is only roughly that of the stays, some of them twice."""
    chance = random.Random(seed)
    placed = []
    for place, stay in enumerate(stays):
        for step, text in enumerate(stay.messages):
            # Mostly in order, and sometimes far from it.
            where = place + step * 0.5 + (chance.uniform(0, 40) if chance.random() < 0.15 else 0)
            placed.append((where, text))
            if chance.random() < repeats:
                placed.append((where + chance.uniform(0, 5), text))
    return [text for _, text in sorted(placed, key=lambda pair: pair[0])]
