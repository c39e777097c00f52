"""Terminals that hold bundles: who closes them, whose card they know, and whose logs are taken."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import attrs
import pytest

from app.adapters.db.audit import GENESIS, chain_digest
from app.adapters.reading_bundle import BUNDLE, unsealed
from app.services.bundle_desk import BundleDesk
from app.services.carried_identity import CARD_FILE
from tests.reading.bundle_hall import (
    ARCHIVE,
    COUNTER,
    NAME,
    READER_CARD,
    Made,
    another,
    bundle_hall,
    edited,
    terminal,
)
from tests.reading.hall import CASE_NO, CardReader, refused

CODE = "428-闭馆-7"
OTHER_CARD = "110101199003071233"


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    """A hall with a grant of pages 1 and 2 for a reader whose card is known."""
    with bundle_hall(tmp_path_factory.mktemp("terminal")) as opened:
        yield opened


@pytest.fixture
def made(shared: Made, tmp_path: Path) -> Made:
    """A bundle of its own for each test."""
    return another(shared, tmp_path / "own.jzb")


def read(desk: BundleDesk, made: Made, *pages: int) -> str:
    """The reader reads these pages; gives the visit."""
    visit = desk.sign_in("code", made.code)
    session = desk.session_desk(visit.id)
    case = session.open_case(visit.cases[0].grant)
    for page in pages:
        issue = session.page(case.grant, page)
        session.shown(issue.issue)
        session.left_page(issue.issue, 4.0)
    session.add_mark(case.grant, 1, "bookmark")
    desk.sign_out(visit.id, "reader")
    return visit.id


def logs_of(folder: Path) -> list[Path]:
    return sorted((folder / "logs").glob("*.jzl"), key=lambda path: path.stat().st_mtime_ns)


def carry(made: Made, path: Path) -> Any:
    return made.hall.work.carry_reading_log(COUNTER, path)


def rechained(content: dict[str, Any]) -> None:
    """What somebody does who knows the secret and edits a log: the chain made anew."""
    previous = GENESIS
    for number, row in enumerate(content["audit"], start=1):
        row["number"], row["previous"] = number, previous
        values = {key: row[key] for key in ("number", "at", "station", "actor", "action")}
        values |= {"subject": row["subject"]}
        values["details"] = json.dumps(row["details"], ensure_ascii=False, sort_keys=True)
        row["digest"] = previous = chain_digest(previous, values)


def on_record(made: Made, action: str) -> list[dict[str, Any]]:
    found = made.hall.audit(action)
    return [details for details in found if details["bundle"] == made.bundle]


def rows_here(made: Made) -> list[Any]:
    with made.hall.context.storage.read() as tx:
        return [*tx.reading_visits.find(), *tx.page_issues.find(), *tx.reader_marks.find()]


def test_a_terminal_that_was_wiped_goes_on_with_another_log(made: Made, tmp_path: Path) -> None:
    with terminal(tmp_path / "t", made) as desk:
        first = read(desk, made, 1)
    old = shutil.copy(logs_of(tmp_path / "t")[0], tmp_path / "old.jzl")
    with terminal(tmp_path / "t", made) as desk:
        read(desk, made, 2)
    longer = shutil.copy(logs_of(tmp_path / "t")[0], tmp_path / "longer.jzl")
    assert (carry(made, longer).visits, carry(made, longer).visits) == (2, 0)
    shutil.rmtree(tmp_path / "t")
    with terminal(tmp_path / "t", made) as desk:
        second = read(desk, made, 2, 1)
    before = {row.id: row for row in rows_here(made)}
    carried = carry(made, logs_of(tmp_path / "t")[0])
    assert (carried.visits, carried.issues, carried.segment) == (1, 2, 2)
    # Nothing that came before was replaced, and the old log can still only grow.
    after = {row.id: row for row in rows_here(made)}
    assert {key: after[key] for key in before} == before
    assert {first, second} <= set(after)
    assert refused(carry, made, old).code == "RDR-145"
    assert carry(made, longer).audit_rows == 0
    (begun,) = on_record(made, "reading_log_segment_begun")
    assert begun["known_installation"] is False
    assert begun["before"]["rows"] > 2 and begun["terminal"] == NAME
    assert len(on_record(made, "terminal_log_begun")) == 2
    with made.hall.context.storage.read() as tx:
        assert tx.audit.verify()[0]


def test_a_bundle_that_was_opened_again_names_the_log_before(made: Made, tmp_path: Path) -> None:
    other = another(made, tmp_path / "other.jzb")
    with terminal(tmp_path / "t", made) as desk:
        read(desk, made, 1)
    with terminal(tmp_path / "t", other):
        assert [path.name for path in (tmp_path / "t" / "opened").iterdir()] == [other.bundle]
    with terminal(tmp_path / "t", made) as desk:
        read(desk, made, 2)
    ours = [path for path in logs_of(tmp_path / "t") if path.name.startswith(made.bundle)]
    first, second = ours
    assert refused(carry, made, second).code == "RDR-180"
    # The folder is taken in whatever order its files have; strange ones keep nothing away.
    late = second.rename(second.with_name("0.jzl"))
    (late.parent / "1.jzl").write_bytes(b"no log at all" * 9)
    logs = made.hall.work.carry_reading_logs(COUNTER, tmp_path / "t")
    carried = [each for each in logs.carried if each.bundle == made.bundle]
    assert [(each.segment, each.visits) for each in carried] == [(1, 1), (2, 1)]
    assert len(logs.carried) == 3
    assert [Path(each.path).name for each in logs.refused] == ["1.jzl"]
    assert logs.refused[0].record["code"] == "RDR-140"
    (begun,) = on_record(made, "reading_log_segment_begun")
    assert begun["known_installation"] is True
    assert carry(made, first).audit_rows == 0
    assert refused(made.hall.work.carry_reading_logs, COUNTER, tmp_path / "no").code == "SYS-201"


def _another_segment(content: dict[str, Any]) -> None:
    """The same installation begins again as if there had been nothing."""
    content["audit"][1]["details"]["segment"] = "f" * 16
    del content["audit"][2:]
    content["rows"] = {name: [] for name in content["rows"]}


def _shortened(content: dict[str, Any]) -> None:
    del content["audit"][3:]


def _without_its_name(content: dict[str, Any]) -> None:
    del content["audit"][1]["details"]["segment"]


def _names_of_another_kind(content: dict[str, Any]) -> None:
    content["audit"][1]["details"]["segment"] = ["f"]


def _after_a_shorter_one(content: dict[str, Any]) -> None:
    details = content["audit"][1]["details"]
    after = {"segment": details["segment"], "rows": 3, "head": content["audit"][2]["digest"]}
    details |= {"segment": "f" * 16, "after": after}


def _after_nothing_known(content: dict[str, Any]) -> None:
    content["audit"][1]["details"] |= {"segment": "f" * 16, "after": "the one before"}


def _begun_twice(content: dict[str, Any]) -> None:
    content["audit"].append(dict(content["audit"][1]))


def _installed_anew_with_old_rows(content: dict[str, Any]) -> None:
    """A new installation that tells an old visit otherwise."""
    content["audit"][1]["details"] |= {"segment": "f" * 16, "installation": "e" * 32}
    content["rows"]["reading_visits"][0]["reader"] = "旁人"


def _installed_anew_with_old_records(content: dict[str, Any]) -> None:
    content["audit"][1]["details"] |= {"segment": "f" * 16, "installation": "e" * 32}
    content["rows"] = {name: [] for name in content["rows"]}


def _with_another_reader(content: dict[str, Any]) -> None:
    content["rows"]["reading_visits"][0]["reader"] = "旁人"


def _with_another_page(content: dict[str, Any]) -> None:
    content["rows"]["page_issues"][0]["page_number"] = 2


def _with_a_strange_field(content: dict[str, Any]) -> None:
    content["rows"]["page_issues"][0]["role"] = "administrator"


def _with_a_strange_action(content: dict[str, Any]) -> None:
    content["audit"].append({**content["audit"][2], "action": "person_added"})


FORGED = (
    _another_segment,
    _shortened,
    _without_its_name,
    _names_of_another_kind,
    _after_a_shorter_one,
    _after_nothing_known,
    _begun_twice,
    _installed_anew_with_old_rows,
    _installed_anew_with_old_records,
    _with_another_reader,
    _with_another_page,
    _with_a_strange_field,
    _with_a_strange_action,
)


def test_no_forged_log_shortens_or_replaces_what_came_home(made: Made, tmp_path: Path) -> None:
    with terminal(tmp_path / "t", made) as desk:
        read(desk, made, 1, 2)
    (log,) = logs_of(tmp_path / "t")
    carry(made, log)
    before = rows_here(made)
    for change in FORGED:
        forged = partial(_forged, change=change)
        assert refused(carry, made, edited(made, log, forged)).code == "RDR-145", change
        assert rows_here(made) == before, change
    assert on_record(made, "reading_log_segment_begun") == []


def _forged(content: dict[str, Any], change: Callable[[dict[str, Any]], None]) -> None:
    change(content)
    rechained(content)


@pytest.mark.parametrize("kind", ["rows", "audit", "row", "details"])
def test_what_is_no_log_is_said_to_be_none(made: Made, tmp_path: Path, kind: str) -> None:
    with terminal(tmp_path / "t", made) as desk:
        read(desk, made)
    (log,) = logs_of(tmp_path / "t")

    def change(content: dict[str, Any]) -> None:
        if kind == "rows":
            content["rows"] = []
        elif kind == "audit":
            content["audit"] = {"1": content["audit"]}
        elif kind == "row":
            content["rows"]["page_issues"] = ["issue"]
        else:
            content["audit"][2]["details"] = ["visit"]
            rechained(content)

    assert refused(carry, made, edited(made, log, change)).code == "RDR-140"


def test_staff_closes_a_terminal_with_the_code_of_its_newest_bundle(
    made: Made, tmp_path: Path
) -> None:
    with terminal(tmp_path / "t", made) as desk:
        assert desk.staff_names() == ()
        assert refused(desk.confirm_staff, NAME, CODE).code == "RDR-118"
    for wrong in ("12345", "1" * 33):
        made_with = partial(another, made, tmp_path / "x.jzb", closing_code=wrong)
        assert refused(made_with).code == "RDR-181"
        assert not (tmp_path / "x.jzb").exists()
    older = another(made, tmp_path / "2.jzb", closing_code="000000")
    made.hall.clock.moment += timedelta(minutes=1)
    newest = another(made, tmp_path / "3.jzb", closing_code=CODE)
    content = unsealed(BUNDLE, made.terminal.secret, newest.path.read_bytes()[64:])
    assert CODE.encode() not in content
    with terminal(tmp_path / "t", made, older, newest) as desk:
        assert desk.staff_names() == (NAME,)
        assert refused(desk.confirm_staff, NAME, "000000").code == "ACC-106"
        desk.confirm_staff(NAME, CODE)
    log = tmp_path / "t" / "logs"
    (path,) = log.glob(f"{newest.bundle}*")
    assert carry(newest, path).audit_rows >= 4
    assert len(on_record(newest, "terminal_closed")) == 1
    assert len(on_record(newest, "sign_in_failed")) == 1


def test_closing_codes_cannot_be_tried_out(made: Made, tmp_path: Path) -> None:
    closable = another(made, tmp_path / "2.jzb", closing_code=CODE)
    with terminal(tmp_path / "t", closable) as desk:
        for guess in ("", "123456", CODE[:-1], CODE + "0"):
            assert refused(desk.confirm_staff, NAME, guess).code == "ACC-106"
        assert refused(desk.confirm_staff, "管理员", CODE).code == "ACC-106"
        assert refused(desk.confirm_staff, NAME, "654321").code == "ACC-106"
        assert refused(desk.confirm_staff, NAME, CODE).code == "ACC-107"
    # Switching it off and on does not help.
    with terminal(tmp_path / "t", closable) as desk:
        assert refused(desk.confirm_staff, NAME, CODE).code == "ACC-107"
        made.hall.clock.moment += timedelta(minutes=11)
        desk.confirm_staff(NAME, CODE)


def test_the_card_of_the_reader_opens_her_bundle_and_no_other(made: Made, tmp_path: Path) -> None:
    hall, cards = made.hall, CardReader()
    second = hall.work.grant(ARCHIVE, CASE_NO, reader="乙", certificate="1", pages=(5,))
    row = hall.work.make_reading_bundle(
        COUNTER, second.split("-")[0], tmp_path / "a.jzb", terminal=NAME
    )
    without = attrs.evolve(made, bundle=row.id, path=tmp_path / "a.jzb", code=second)
    with terminal(tmp_path / "t", without, made, cards=cards) as desk:
        assert refused(desk.sign_in, "id_card", "").code == "IDN-122"
        cards.card = OTHER_CARD
        assert refused(desk.sign_in, "id_card", "").code == "RDR-116"
        assert refused(desk.sign_in, "id_card", READER_CARD).code == "IDN-116"
        cards.card = "11010519491231002Y"
        assert refused(desk.sign_in, "id_card", "").code == "RDR-116"
        cards.card = READER_CARD
        visit = desk.sign_in("id_card", "")
        assert (visit.reader, len(visit.cases)) == ("欧阳若溪", 1)
        session = desk.session_desk(visit.id)
        assert session.open_case(visit.cases[0].grant).pages == (1, 2)
        desk.sign_out(visit.id, "reader")
    (log,) = (tmp_path / "t" / "logs").glob(f"{made.bundle}*")
    assert carry(made, log).visits == 1
    proofs = [row["facts"]["proof"] for row in on_record(made, "reader_signed_in")]
    assert proofs == ["id_card"]


def test_typed_numbers_of_cards_are_counted(made: Made, tmp_path: Path) -> None:
    cards = CardReader()
    cards.typed_numbers = True
    with terminal(tmp_path / "t", made, cards=cards) as desk:
        assert refused(desk.sign_in, "id_card", "11010519491231002").code == "RDR-116"
        assert refused(desk.sign_in, "id_card", "不是号码").code == "IDN-115"
        for _ in range(9):
            assert refused(desk.sign_in, "id_card", OTHER_CARD).code == "RDR-116"
        assert refused(desk.sign_in, "id_card", READER_CARD).code == "RDR-111"
        made.hall.clock.moment += timedelta(minutes=11)
        desk.sign_out(desk.sign_in("id_card", READER_CARD).id, "reader")


def test_a_bundle_tells_no_number_and_no_digest_of_the_station(made: Made, tmp_path: Path) -> None:
    with terminal(tmp_path / "t", made):
        folder = tmp_path / "t" / "opened" / made.bundle
        inside = b"\n".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
        card = json.loads((folder / CARD_FILE).read_text(encoding="utf-8"))
    with made.hall.context.storage.read() as tx:
        kept = tx.grants.first(number="1001")
    assert kept is not None and kept.identity_hash
    secret = made.hall.context.hand_key()
    for hidden in (READER_CARD, kept.identity_hash, secret.hex()):
        assert hidden.encode() not in inside
    assert secret not in inside and bytes.fromhex(card["key"]) != secret
    # The card of one bundle is not known by the digest of another.
    again = another(made, tmp_path / "again.jzb")
    with terminal(tmp_path / "u", again):
        path = tmp_path / "u" / "opened" / again.bundle / CARD_FILE
        assert json.loads(path.read_text(encoding="utf-8"))["salt"] != card["salt"]


def test_a_damaged_card_file_opens_nothing(made: Made, tmp_path: Path) -> None:
    cards = CardReader()
    cards.card = READER_CARD
    with terminal(tmp_path / "t", made, cards=cards) as desk:
        path = tmp_path / "t" / "opened" / made.bundle / CARD_FILE
        path.write_text('{"key": "00"}', encoding="utf-8")
        assert refused(desk.sign_in, "id_card", "").code == "RDR-170"
        changed = json.dumps({"key": "00" * 32, "salt": "00" * 16})
        path.write_text(changed, encoding="utf-8")
        assert refused(desk.sign_in, "id_card", "").code == "RDR-116"
