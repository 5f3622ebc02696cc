"""How many people a second a public Python scorer does for V28, from the same codes that our own measure takes."""

import json
import random
import time

from hccinfhir import HCCInFHIR

CODES = (
    "E1122 N184 I5022 J449 F329 C50911 I10 E119 E785 I4891 F0390 G309 I2510 E6601 K7030 M0690 R296 N390 J189 I639 F1020 "
    "E46 E871 D509 Z7901 E039 M810 H269 K219 G4733 L89154 I739").split()
PEOPLE = 5_000

chance = random.Random(1)
people = [
    (chance.randint(20, 95), chance.choice("FM"), chance.sample(CODES, chance.randint(8, 16))) for _ in range(PEOPLE)]

try:
    from hccinfhir import Demographics
except ImportError:
    from hccinfhir.datamodels import Demographics

scorer = HCCInFHIR(model_name="CMS-HCC Model V28")
began = time.perf_counter()
for age, sex, codes in people:
    scorer.calculate_from_diagnosis(
        codes, Demographics(age=age, sex=sex, dual_elgbl_cd="00", orec="0", crec="0", new_enrollee=False))
print(json.dumps({"people": PEOPLE, "per_s": PEOPLE / (time.perf_counter() - began)}))
