"""Which SQL statements may run again."""

from __future__ import annotations

import pytest

from initlint.scripts.blocks import RERAISED, ROWS, VARIABLES
from initlint.scripts.sql import Seen, Statement, statements
from initlint.scripts.tape import HOLE
from initlint.truth import Truth

GAP = chr(HOLE)
IN_A_BLOCK = "put it into a DO block that checks with IF NOT EXISTS (SELECT ...) first"
CONFLICT = "use ON CONFLICT, WHERE NOT EXISTS or MERGE"
REPLACE_F = "use CREATE OR REPLACE FUNCTION"
MATERIALIZED = "use CREATE MATERIALIZED VIEW IF NOT EXISTS"
DROP_FIRST = "check first, or drop it before with DROP CONSTRAINT IF EXISTS"
UNREAD_SQL = "SQL that is put together while it runs is not read"


def judged(text: str, dialect: str = "postgres") -> list[Statement]:
    return list(statements(text, dialect, Seen()))


@pytest.mark.parametrize(
    "text",
    [
        "CREATE TABLE IF NOT EXISTS a (x int)",
        "CREATE TEMP TABLE a (x int); INSERT INTO a VALUES (1); DROP TABLE a",
        "CREATE OR REPLACE FUNCTION f() RETURNS int AS $f$ BEGIN INSERT INTO a VALUES (1); END $f$ LANGUAGE plpgsql",
        "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON a (x)",
        "CREATE EXTENSION IF NOT EXISTS pgcrypto",
        "DROP TABLE IF EXISTS a; CREATE TABLE a (x int)",
        "DROP POLICY IF EXISTS p ON a; CREATE POLICY p ON a",
        "TRUNCATE TABLE a; INSERT INTO a VALUES (1)",
        "DELETE FROM a WHERE x = 1; INSERT INTO a VALUES (1)",
        "INSERT INTO a VALUES (1) ON CONFLICT DO NOTHING",
        "INSERT INTO a SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM a)",
        "INSERT INTO a SELECT x FROM b EXCEPT SELECT x FROM a",
        "INSERT INTO a SELECT b.x FROM b LEFT JOIN a ON a.x = b.x WHERE a.x IS NULL",
        "INSERT INTO a SELECT x FROM b WHERE x NOT IN (SELECT x FROM a)",
        "MERGE INTO a USING b ON a.x = b.x WHEN NOT MATCHED THEN INSERT VALUES (b.x)",
        "ALTER TABLE a ADD COLUMN IF NOT EXISTS x int, ALTER COLUMN y DROP NOT NULL",
        "ALTER TABLE a DROP CONSTRAINT IF EXISTS c; ALTER TABLE a ADD CONSTRAINT c CHECK (x > 0)",
        "ALTER TABLE a OWNER TO b",
        "ALTER TYPE t ADD VALUE IF NOT EXISTS 'x'",
        "ALTER ROLE a WITH PASSWORD 'x'",
        "GRANT CREATE ON SCHEMA public TO a",
        "COMMENT ON TABLE a IS 'CREATE TABLE b (x int);'",
        "-- CREATE TABLE a (x int);\n/* DROP TABLE b; */ SELECT 1",
        "DO $$ BEGIN IF NOT EXISTS (SELECT 1) THEN CREATE ROLE a; END IF; END $$",
        "DO $$ BEGIN CREATE ROLE a; EXCEPTION WHEN duplicate_object THEN NULL; END $$",
        "DO $$ BEGIN GRANT a TO b; END $$",
        "DO $$ BEGIN CREATE ROLE a; EXCEPTION WHEN duplicate_object THEN NULL; WHEN OTHERS THEN RAISE; END $$",
        "DO $$ BEGIN IF EXISTS (SELECT 1) THEN RETURN; END IF; CREATE ROLE a; END $$",
        "DO $$ DECLARE n int; BEGIN SELECT 1 INTO n; IF n = 0 THEN CREATE ROLE a; END IF; END $$",
        "DO $$ BEGIN PERFORM 1 FROM b; IF NOT FOUND THEN EXECUTE 'CREATE ROLE ' || c; END IF; END $$",
        "DO $$ BEGIN UPDATE a SET x = CASE WHEN y THEN 1 ELSE 2 END; END $$",
        "DO $$ BEGIN FOR r IN SELECT x FROM b WHERE NOT EXISTS (SELECT 1) LOOP CREATE ROLE a; END LOOP; END $$",
        "DO $$ BEGIN FOR i IN 1..2 LOOP CONTINUE WHEN EXISTS (SELECT 1); CREATE ROLE a; END LOOP; END $$",
        "DO $$ BEGIN EXECUTE format('CREATE SCHEMA IF NOT EXISTS %I', 'a'); END $$",
        "DO $$ <<b>> DECLARE s text := 'CREATE ROLE a'; BEGIN s := 'CREATE ROLE b'; RAISE NOTICE '%', s; END b $$",
        "SELECT 'CREATE DATABASE a' WHERE NOT EXISTS (SELECT 1 FROM pg_database WHERE datname = 'a')\\gexec",
        "\\set ON_ERROR_STOP on\n\\c app\nSELECT 1;",
        "SELECT 1 AS fresh \\gset\n\\if :fresh\nCREATE TABLE a (x int);\n\\endif",
        "REASSIGN OWNED BY a TO b; DROP OWNED BY a",
    ],
)
def test_postgres_that_may_run_again(text: str) -> None:
    assert [statement for statement in judged(text) if statement.again is not Truth.YES] == []


@pytest.mark.parametrize(
    ("text", "what", "advice"),
    [
        ("CREATE TABLE a.b (x int)", "CREATE TABLE a.b", "use CREATE TABLE IF NOT EXISTS"),
        ('CREATE TABLE "A" (x int)', "CREATE TABLE A", "use CREATE TABLE IF NOT EXISTS"),
        ("CREATE MATERIALIZED VIEW v AS SELECT 1", "CREATE MATERIALIZED VIEW v", MATERIALIZED),
        ("CREATE VIEW v AS SELECT 1", "CREATE VIEW v", "use CREATE OR REPLACE VIEW"),
        ("CREATE FUNCTION f() RETURNS int AS 'SELECT 1' LANGUAGE sql", "CREATE FUNCTION f", REPLACE_F),
        ("CREATE USER u PASSWORD 'secret'", "CREATE USER u", IN_A_BLOCK),
        ("CREATE DATABASE d", "CREATE DATABASE d", "select it WHERE NOT EXISTS (...) and run that with \\gexec"),
        ("CREATE INDEX ON a (x)", "CREATE INDEX without a name", "give it a name and use CREATE INDEX IF NOT EXISTS"),
        ("ALTER TABLE a ADD UNIQUE (x)", "ALTER TABLE a ADD UNIQUE", "check first whether it exists"),
        ("DROP INDEX CONCURRENTLY i", "DROP INDEX i", "use DROP INDEX IF EXISTS"),
        ("ALTER TABLE a ADD x int", "ALTER TABLE a ADD COLUMN", "use ADD COLUMN IF NOT EXISTS"),
        ("ALTER TABLE a DROP COLUMN x", "ALTER TABLE a DROP COLUMN", "use DROP COLUMN IF EXISTS"),
        ("ALTER TABLE a ADD CONSTRAINT c UNIQUE (x)", "ALTER TABLE a ADD CONSTRAINT", DROP_FIRST),
        ("ALTER TYPE t ADD VALUE 'x'", "ALTER TYPE t ADD VALUE", "use ADD VALUE IF NOT EXISTS"),
        ("INSERT INTO a (x) VALUES (1)", "INSERT INTO a", CONFLICT),
        ("WITH b AS (SELECT 1) INSERT INTO a SELECT * FROM b", "INSERT INTO a", CONFLICT),
        (f"CREATE TABLE {GAP}.a (x int)", "CREATE TABLE", "use CREATE TABLE IF NOT EXISTS"),
        (f"CREATE ROLE \"{GAP}\"", "CREATE ROLE", IN_A_BLOCK),
    ],
)  # fmt: skip
def test_postgres_that_may_not_run_again(text: str, what: str, advice: str) -> None:
    (statement,) = judged(text)
    assert (statement.again, statement.what, statement.advice) == (Truth.NO, what, advice)
    assert (statement.start, statement.end) == (0, len(text))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (f"{GAP};", "a statement is put in from outside"),
        (f"CREATE TABLE {GAP} a (x int)", "what stands after CREATE TABLE is put in from outside"),
        (f"INSERT INTO a VALUES (1) {GAP}", "part of INSERT is put in from outside"),
        ("CREATE TABEL a", "this form of CREATE is not known"),
        ("ALTER TABLE a ADD", "this form of ALTER is not known"),
        ("FROBNICATE a", "FROBNICATE is no SQL statement that is known"),
        ("DO $$ BEGIN EXECUTE 'CREATE ROLE a'; END $$", UNREAD_SQL),
        ("SELECT 'CREATE ROLE a' \\gexec", "a SELECT without WHERE makes the statements that \\gexec runs"),
        ("ALTER TABLE a RENAME TO b", "whether ALTER TABLE a RENAME may run again depends on what exists"),
        ("ALTER VIEW v RENAME TO w", "whether ALTER VIEW ... RENAME may run again depends on what exists"),
        ("SELECT 1 INTO a", "whether SELECT ... INTO may run again depends on what exists"),
        ("COPY a FROM '/x.csv'", "whether COPY adds its rows again depends on the table's keys"),
    ],
)  # fmt: skip
def test_postgres_that_is_undecided(text: str, reason: str) -> None:
    (statement,) = judged(text)
    assert (statement.again, statement.reason) == (Truth.UNKNOWN, reason)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("DO $$ BEGIN CREATE ROLE a; END $$", ["CREATE ROLE a"]),
        ("DO LANGUAGE plpgsql $x$ BEGIN CREATE ROLE a; END $x$", ["CREATE ROLE a"]),
        ("DO 'BEGIN CREATE ROLE a PASSWORD ''b''; END'", ["CREATE ROLE a PASSWORD ''b''"]),
        ("DO $$ BEGIN IF NOT EXISTS (SELECT 1) THEN CREATE ROLE a; END IF; CREATE ROLE b; END $$", ["CREATE ROLE b"]),
        ("DO $$ BEGIN CREATE TABLE IF NOT EXISTS a (x int); CREATE ROLE b; END $$", ["CREATE ROLE b"]),
        ("DO $$ BEGIN CREATE ROLE a; EXCEPTION WHEN OTHERS THEN RAISE; END $$", ["CREATE ROLE a"]),
        (
            "DO $$ BEGIN BEGIN CREATE ROLE a; EXCEPTION WHEN OTHERS THEN NULL; END; CREATE ROLE b; END $$",
            ["CREATE ROLE b"],
        ),
        ("DO $$ BEGIN FOR i IN 1..3 LOOP INSERT INTO a VALUES (i); END LOOP; END $$", ["INSERT INTO a VALUES (i)"]),
    ],
)
def test_statements_of_a_block_that_nothing_checks_before(text: str, found: list[str]) -> None:
    assert [text[made.start : made.end] for made in judged(text) if made.again is Truth.NO] == found


@pytest.mark.parametrize(
    ("dialect", "text", "reason"),
    [
        ("postgres", "DO $$ BEGIN IF e = 'dev' THEN CREATE ROLE a; END IF; END $$", f"CREATE ROLE a {VARIABLES}"),
        (
            "postgres",
            "DO $$ BEGIN FOR r IN SELECT x FROM b LOOP CREATE ROLE a; END LOOP; END $$",
            f"CREATE ROLE a {ROWS}",
        ),
        (
            "postgres",
            "DO $$ BEGIN CREATE ROLE a; EXCEPTION WHEN OTHERS THEN IF x THEN NULL; ELSE RAISE; END IF; END $$",
            f"CREATE ROLE a {RERAISED}",
        ),
        ("postgres", f"DO $$ BEGIN {GAP}; END $$", "a statement is put in from outside"),
        ("postgres", "DO $$ BEGIN EXECUTE statement; END $$", UNREAD_SQL),
        ("postgres", "DO LANGUAGE plpython3u $$ plpy.execute('CREATE ROLE a') $$", "the body of DO cannot be read"),
        ("postgres", "DO $$ BEGIN CREATE ROLE a $$", "the body of DO cannot be read"),
        ("tsql", "IF @env = 'dev' CREATE TABLE a (x int)", f"CREATE TABLE a {VARIABLES}"),
        ("tsql", "IF '$(ENV)' = 'dev' CREATE TABLE a (x int)", f"CREATE TABLE a {VARIABLES}"),
        (
            "tsql",
            "BEGIN TRY\n CREATE TABLE a (x int)\nEND TRY\nBEGIN CATCH\n THROW\nEND CATCH",
            f"CREATE TABLE a {RERAISED}",
        ),
        ("tsql", "EXEC sp_executesql @statement", UNREAD_SQL),
    ],
)
def test_statements_of_a_block_that_are_undecided(dialect: str, text: str, reason: str) -> None:
    assert [made.reason for made in judged(text, dialect) if made.again is not Truth.YES] == [reason]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("UPDATE a SET x = 1\nIF @@ROWCOUNT = 0 INSERT INTO a VALUES (1)", []),
        ("DECLARE @n int\nSELECT @n = COUNT(*) FROM b\nIF @n = 0 CREATE TABLE a (x int) ELSE PRINT 'there'", []),
        ("IF EXISTS (SELECT 1 FROM b) RETURN\nCREATE TABLE a (x int)\nGO\nCREATE TABLE c (x int)", ["CREATE TABLE c"]),
        (
            "IF OBJECT_ID('Sales.A') IS NULL CREATE TABLE Sales.A (x int)\nCREATE TABLE Sales.B (x int)",
            ["CREATE TABLE Sales.B"],
        ),
        ("EXEC('GRANT SELECT TO [x]')\nEXEC dbo.SetUp @a = 1", []),
        ("IF NOT EXISTS (SELECT 1 FROM a) CREATE USER [x] FROM EXTERNAL PROVIDER\nALTER ROLE r ADD MEMBER [x]", []),
        ("IF OBJECT_ID('a') IS NULL\nBEGIN\n CREATE TABLE a (x int)\n INSERT INTO a VALUES (1)\nEND", []),
        ("BEGIN TRY\n CREATE TABLE a (x int)\nEND TRY\nBEGIN CATCH\n PRINT 'there'\nEND CATCH", []),
        ("IF OBJECT_ID('a') > 0 PRINT 'a' ELSE CREATE TABLE a (x int)", []),
        ("CREATE TABLE #a (x int)\nINSERT INTO #a VALUES (1)", []),
        ("CREATE OR ALTER PROCEDURE p AS\nBEGIN\n INSERT INTO a VALUES (1)\nEND\nGO\nEXEC p", []),
        ("DROP TABLE IF EXISTS a\nCREATE TABLE a (x int)", []),
        ("USE app\nGO\nCREATE USER [x] FROM EXTERNAL PROVIDER\nGO", ["CREATE USER x"]),
        ("IF DB_ID('x') IS NULL CREATE DATABASE x\nGO\nCREATE TABLE a (x int)", ["CREATE TABLE a"]),
        ("INSERT INTO a (x)\nSELECT 1\nCREATE TABLE b (x int)", ["INSERT INTO a", "CREATE TABLE b"]),
        ("CREATE PROCEDURE p AS\nINSERT INTO a VALUES (1)\nGO", ["CREATE PROCEDURE p"]),
    ],
)
def test_transact_sql(text: str, found: list[str]) -> None:
    assert [statement.what for statement in judged(text, "tsql") if statement.again is not Truth.YES] == found


@pytest.mark.parametrize(
    ("dialect", "text", "found"),
    [
        ("mysql", "CREATE DATABASE IF NOT EXISTS a; INSERT IGNORE INTO b VALUES (1); REPLACE INTO b VALUES (2)", []),
        ("mysql", "INSERT INTO b VALUES (1) ON DUPLICATE KEY UPDATE x = 1", []),
        ("mysql", "CREATE USER 'a'@'%' IDENTIFIED BY 'x'", ["CREATE USER"]),
        ("sqlite", "INSERT OR IGNORE INTO a VALUES (1); PRAGMA user_version = 1", []),
        (
            "sqlite",
            "CREATE TRIGGER t AFTER INSERT ON a BEGIN INSERT INTO b VALUES (1); END; SELECT 1",
            ["CREATE TRIGGER t"],
        ),
    ],
)
def test_other_dialects(dialect: str, text: str, found: list[str]) -> None:
    assert [statement.what for statement in judged(text, dialect) if statement.again is not Truth.YES] == found


@pytest.mark.parametrize(
    ("dialect", "text"),
    [
        ("postgres", "DO $$ BEGIN IF EXISTS (SELECT 1) THEN CREATE ROLE a; END IF; END $$ LANGUAGE plpgsql;"),
        (
            "postgres",
            "ALTER TABLE IF EXISTS ONLY a ADD COLUMN x int; ALTER TYPE t ADD VALUE 'x'; EXECUTE 'DROP'",
        ),
        (
            "tsql",
            "IF NOT EXISTS (SELECT 1) BEGIN TRY CREATE TABLE a (x int) END TRY BEGIN CATCH THROW END CATCH GO",
        ),
        (
            "mysql",
            "INSERT IGNORE INTO a (x) SELECT 1 ON DUPLICATE KEY UPDATE x = 1; CREATE OR REPLACE VIEW v",
        ),
    ],
)
def test_what_breaks_off_is_read_as_far_as_it_goes(dialect: str, text: str) -> None:
    words = text.split(" ")
    for count in range(1, len(words) + 1):
        part = " ".join(words[:count])
        assert all(0 <= one.start < one.end <= len(part) for one in judged(part, dialect))


def test_no_credential_stands_in_what_is_said() -> None:
    (statement,) = judged("CREATE ROLE a PASSWORD 'hunter2'")
    assert "hunter2" not in f"{statement.what}{statement.advice}{statement.reason}"
