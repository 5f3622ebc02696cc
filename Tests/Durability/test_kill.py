"""`kill -9` in the middle of an import: what was acknowledged is there, and importing again completes."""

import random
import re
import shutil
import signal
import time

from conftest import AS_OF, exported, open_database, sources

KILLS = 20
BATCH = 100
ACKNOWLEDGED = re.compile(r"(\d+) resources durable")


def importing(files, data):
    return ["import", *files, "--data", data, "--batch", BATCH, "--as-of", AS_OF]


def lines_until_end(process):
    """How many lines said that resources are durable, and the last such number, as they came."""
    numbers = []
    for line in process.stderr:
        if found := ACKNOWLEDGED.search(line):
            numbers.append(int(found[1]))
    return numbers


def check(data, acknowledged):
    """The database opens, is whole, and holds at least what was acknowledged."""
    with open_database(data) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        made = database.execute("SELECT count(*) FROM sqlite_master WHERE name = 'resource'").fetchone()[0]
        if not made:
            assert acknowledged == 0
            return 0
        held = database.execute("SELECT count(*) FROM resource WHERE version > 0").fetchone()[0]
        assert held >= acknowledged
        # A version that was stored left its entry for those who react, in the same transaction.
        told = database.execute(
            "SELECT count(*) FROM resource r WHERE version > 0 AND NOT EXISTS "
            "(SELECT 1 FROM outbox o WHERE o.rid = r.rid AND o.version = r.version)").fetchone()[0]
        assert told == 0
    database.close()
    return held


def test_nothing_acknowledged_is_lost_when_an_import_is_killed(almoner, generated, tmp_path):
    files = sources(generated)
    began = time.monotonic()
    whole = almoner.start(*importing(files, tmp_path / "whole"))
    batches = lines_until_end(whole)
    assert whole.wait() == 0
    seconds = time.monotonic() - began
    expected = exported(almoner, tmp_path / "whole", tmp_path / "whole-out")
    assert len(batches) > 5

    chance = random.Random(20_25)
    killed = 0
    data = tmp_path / "killed"
    while killed < KILLS:
        # Early ones hit the making of the tables, late ones the refreshing of the derived tables. Some go on where the
        # last one was torn away, some begin anew.
        process = almoner.start(*importing(files, data))
        wanted = chance.randrange(len(batches) + 1)
        seen, acknowledged = 0, 0
        while seen < wanted and (line := process.stderr.readline()):
            if found := ACKNOWLEDGED.search(line):
                seen, acknowledged = seen + 1, int(found[1])
        time.sleep(chance.random() * seconds / len(batches) * (3 if wanted == 0 else 1))
        process.send_signal(signal.SIGKILL)
        # What it said before it died counts too.
        acknowledged = max([acknowledged, *lines_until_end(process)])
        if process.wait() != -signal.SIGKILL:
            continue
        killed += 1
        if not (data / "almoner.sqlite").exists():
            assert acknowledged == 0
            continue
        held = check(data, acknowledged)
        if chance.random() < 0.4 or held == batches[-1] or killed == KILLS:
            almoner.run(*importing(files, data))
            assert check(data, batches[-1]) == batches[-1]
            assert exported(almoner, data, tmp_path / f"out-{killed}") == expected
            shutil.rmtree(data)


def test_importing_again_changes_nothing(almoner, generated, tmp_path):
    files = sources(generated)
    almoner.run(*importing(files, tmp_path / "data"))
    before = exported(almoner, tmp_path / "data", tmp_path / "before")
    assert "Nothing changed" in almoner.run(*importing(files, tmp_path / "data"))
    assert exported(almoner, tmp_path / "data", tmp_path / "after") == before
