"""What is derived can be computed anew from the documents, to the same rows."""

from conftest import AS_OF, open_database, sources

# The other tables hold what cannot be derived.
KEPT = {
    "account", "audit", "audit_query", "audit_seal", "history", "lease", "outbox", "resource", "schema_version", "session",
    "setting", "stale_person", "token", "waiting_person", "word",
}


def derived(data):
    """Every row of every derived table."""
    with open_database(data) as database:
        names = {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        rows = {
            name: sorted(database.execute(f"SELECT * FROM {name}").fetchall(), key=repr)
            for name in names - KEPT
            if not name.startswith("sqlite_")
        }
    database.close()
    return rows


def assert_same(before, after):
    assert before.keys() == after.keys()
    for name, rows in before.items():
        assert rows == after[name], name


def test_reindexing_gives_the_same_rows(almoner, generated, tmp_path):
    data = tmp_path / "data"
    almoner.run("import", *sources(generated), "--data", data, "--as-of", AS_OF)
    imported = derived(data)
    assert sum(map(len, imported.values())) > 10_000
    almoner.run("reindex", "--data", data, "--as-of", AS_OF)
    assert_same(imported, derived(data))

    almoner.run("score", "--all", "--data", data, "--as-of", AS_OF)
    scored = derived(data)
    almoner.run("reindex", "--data", data, "--as-of", AS_OF)
    assert_same(scored, derived(data))
