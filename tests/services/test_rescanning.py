"""Inserting and scanning again: held until a person has looked, then one undoable edit."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.domain.access import Actor
from app.kernel.errors import BadInput, Refused
from app.services.station_views import HeldBatch
from app.services.views import SideRow
from app.services.workstation import Workstation
from tests.replay import Dossier, ReplayPool

LONG = "，原告称被告于二〇一九年三月五日向其借款人民币五万元整"
PAGES = (
    ("民事起诉状" + LONG, 1),
    None,
    ("事实与理由" + LONG[::-1], 2),
    ("证据目录：借条一张、转账凭证两张，均为原件，当庭核对无异议", 3),
    ("民事判决书：被告应于本判决生效之日起十日内偿还借款本金及利息", 4),
    None,
)


@pytest.fixture
def dossier(tmp_path: Path) -> Dossier:
    """Six sides: three sheets with both their sides."""
    return Dossier(tmp_path / "卷").fill(PAGES)


@pytest.fixture
def case_no(workstation: Workstation, actor: Actor, dossier: Dossier) -> str:
    """The case, scanned in duplex and catalogued."""
    workstation.register_case(actor, {"case_no": dossier.case_no})
    source = f"folder:{dossier.folder}"
    workstation.scan(actor, dossier.case_no, source, options={"duplex_pairs": True})
    workstation.process(actor, dossier.case_no)
    workstation.catalogue(actor, dossier.case_no)
    return dossier.case_no


class Again:
    """Sheets that are fed a second time."""

    def __init__(self, folder: Path, pool: ReplayPool) -> None:
        self._folder, self._pool, self._count = folder, pool, 0

    def fed(self, *pages: tuple[str, int] | None) -> str:
        """A source that delivers these pages."""
        self._count += 1
        stack = Dossier(self._folder / f"重扫 {self._count}")
        for number, page in enumerate(pages, start=1):
            stack.add(f"{number}.jpg", page)
        self._pool.dossiers.append(stack)
        return f"folder:{stack.folder}"


@pytest.fixture
def again(tmp_path: Path, pool: ReplayPool) -> Again:
    return Again(tmp_path, pool)


def held(workstation: Workstation, case_no: str) -> HeldBatch:
    workstation.examine_held(case_no)
    (batch,) = workstation.held(case_no)
    return batch


def pages(workstation: Workstation, case_no: str) -> list[tuple[int, int | None, str]]:
    return [(side.position, side.page_number, side.batch) for side in workstation.sides(case_no)]


def row(side: SideRow | None) -> SideRow:
    assert side is not None
    return side


def test_a_sheet_scanned_again_takes_the_place_of_both_its_sides(
    workstation: Workstation, actor: Actor, case_no: str, again: Again
) -> None:
    before = workstation.sides(case_no)
    items = workstation.items(case_no)
    workstation.set_page_number(actor, before[2].id, 2)
    result = workstation.rescan(
        actor, case_no, [3], again.fed(PAGES[2], PAGES[3]), options={"duplex_pairs": True}
    )
    assert workstation.sides(case_no)[2].id == before[2].id
    assert workstation.case(case_no).next_action == "scan"
    batch = held(workstation, case_no)
    assert (batch.batch, batch.purpose, batch.verdict) == (result.batch, "replace", "same")
    assert [(row(p.old).position, p.verdict) for p in batch.pairs] == [(3, "same"), (4, "same")]
    workstation.accept_held(actor, case_no, batch.batch)
    after = workstation.sides(case_no)
    assert [side.position for side in after] == [1, 2, 3, 4, 5, 6]
    assert [side.batch == result.batch for side in after] == [
        False,
        False,
        True,
        True,
        False,
        False,
    ]
    assert [(s.page_number, s.role, s.number_by) for s in after[2:4]] == [
        (2, "page", actor.name),
        (3, "page", ""),
    ]
    assert [i.first_position for i in workstation.items(case_no)] == [
        i.first_position for i in items
    ]
    assert workstation.held(case_no) == ()
    assert [v.id for v in workstation.earlier_versions(case_no, after[2].id)] == [before[2].id]
    assert workstation.case(case_no).state == "catalogued"


def test_a_sheet_fed_with_its_back_first_is_paired_by_content(
    workstation: Workstation, actor: Actor, case_no: str, again: Again
) -> None:
    source = again.fed(PAGES[3], PAGES[2])
    workstation.rescan(actor, case_no, [4], source, options={"duplex_pairs": True})
    batch = held(workstation, case_no)
    assert batch.verdict == "same"
    assert [(row(p.old).position, row(p.new).face) for p in batch.pairs] == [
        (3, "back"),
        (4, "front"),
    ]
    workstation.accept_held(actor, case_no, batch.batch)
    assert [side.page_number for side in workstation.sides(case_no)[2:4]] == [2, 3]


def test_another_page_is_only_accepted_with_a_reason(
    workstation: Workstation, actor: Actor, case_no: str, again: Again
) -> None:
    source = again.fed(PAGES[4], None)
    workstation.rescan(actor, case_no, [3], source, options={"duplex_pairs": True})
    batch = held(workstation, case_no)
    assert batch.verdict == "different"
    assert {"code": "number_differs", "old": 2, "new": 4} in batch.pairs[0].reasons
    assert [reason["code"] for reason in batch.pairs[1].reasons] == ["one_blank"]
    with pytest.raises(Refused) as caught:
        workstation.accept_held(actor, case_no, batch.batch)
    assert caught.value.code == "CAP-110"
    workstation.accept_held(actor, case_no, batch.batch, although="原页装订错误")
    assert workstation.case(case_no).state == "scanned"
    done = workstation.history(case_no)[-1]
    assert (done.action, done.details["reason"], done.details["verdict"]) == (
        "sides_replaced",
        "原页装订错误",
        "different",
    )
    assert len(done.details["pairs"]) == 2
    assert len(done.details["pairs"][0]["new_sha256"]) == 64


def test_a_side_too_few_or_too_many_is_told_and_nothing_gets_lost(
    workstation: Workstation, actor: Actor, case_no: str, again: Again
) -> None:
    workstation.rescan(actor, case_no, [3], again.fed(PAGES[2]))
    few = held(workstation, case_no)
    assert few.verdict == "different"
    assert [(p.new is None, p.verdict) for p in few.pairs] == [(False, "same"), (True, "different")]
    kept = workstation.sides(case_no)[3].id
    workstation.accept_held(actor, case_no, few.batch, although="背面另扫")
    assert workstation.sides(case_no)[3].id == kept
    source = again.fed(PAGES[2], ("夹页：送达回证一张，受送达人签名并注明收到日期", 9))
    workstation.rescan(actor, case_no, [3], source, whole_sheet=False)
    many = held(workstation, case_no)
    assert [p.old is None for p in many.pairs] == [False, True]
    workstation.accept_held(actor, case_no, many.batch, although="原有夹页")
    sides = workstation.sides(case_no)
    assert [side.position for side in sides] == [1, 2, 3, 4, 5, 6, 7]
    assert sides[4].id == kept
    assert sides[3].batch == many.batch


def test_a_rejected_batch_stays_stored_and_out(
    workstation: Workstation, actor: Actor, case_no: str, again: Again
) -> None:
    before = pages(workstation, case_no)
    workstation.rescan(actor, case_no, [3], again.fed(PAGES[4]), whole_sheet=False)
    batch = held(workstation, case_no)
    with pytest.raises(Refused) as caught:
        workstation.reject_held(actor, case_no, batch.batch, "  ")
    assert caught.value.code == "CAP-107"
    workstation.reject_held(actor, case_no, batch.batch, "扫错了")
    assert workstation.held(case_no) == ()
    assert pages(workstation, case_no) == before
    with pytest.raises(Refused) as caught:
        workstation.accept_held(actor, case_no, batch.batch)
    assert caught.value.code == "CAP-109"
    assert workstation.fixity(actor)["masters"] == 7


def test_an_insertion_shifts_what_follows_and_belongs_to_the_item_ahead(
    workstation: Workstation, actor: Actor, case_no: str, again: Again
) -> None:
    old = workstation.items(case_no)
    before = [side.id for side in workstation.sides(case_no)]
    workstation.insert_here(actor, case_no, 2, again.fed(("补充材料", 7), None))
    batch = held(workstation, case_no)
    assert (batch.purpose, batch.after_position, batch.verdict) == ("insert", 2, "same")
    assert [pair.old for pair in batch.pairs] == [None, None]
    workstation.accept_held(actor, case_no, batch.batch)
    sides = workstation.sides(case_no)
    assert [side.id for side in sides if side.batch != batch.batch] == before
    assert [side.position for side in sides if side.batch == batch.batch] == [3, 4]
    items = workstation.items(case_no)
    assert [i.title for i in items] == [i.title for i in old]
    assert items[0].last_position == old[0].last_position + 2
    assert sides[2].item_number == sides[1].item_number
    assert workstation.case(case_no).next_action == "catalogue"
    workstation.catalogue(actor, case_no)
    assert workstation.sides(case_no)[2].page_number == 7


def test_undo_and_redo_go_on_after_a_restart(
    workstation: Workstation,
    actor: Actor,
    case_no: str,
    again: Again,
    tmp_path: Path,
    pool: ReplayPool,
) -> None:
    from app.bootstrap import open_workstation

    first = [side.id for side in workstation.sides(case_no)]
    items = workstation.items(case_no)
    workstation.insert_here(actor, case_no, 0, again.fed(("卷前材料", 8)))
    workstation.accept_held(actor, case_no, held(workstation, case_no).batch)
    workstation.rescan(actor, case_no, [4], again.fed(PAGES[2]), whole_sheet=False)
    workstation.accept_held(actor, case_no, held(workstation, case_no).batch)
    last = [side.id for side in workstation.sides(case_no)]
    assert len(last) == 7
    workstation.close()
    opened = open_workstation(tmp_path / "数据", pool=pool)
    try:
        assert opened.undo(actor, case_no)
        assert opened.undo(actor, case_no)
        assert [side.id for side in opened.sides(case_no)] == first
        assert opened.items(case_no) == items
        assert len(opened.held(case_no)) == 2
        assert opened.redo(actor, case_no)
        assert opened.redo(actor, case_no)
        assert not opened.redo(actor, case_no)
        assert [side.id for side in opened.sides(case_no)] == last
        assert opened.held(case_no) == ()
        assert opened.audit_verify().ok
    finally:
        opened.close()


def test_what_was_scanned_and_catalogued_since_is_kept_by_an_undo(
    workstation: Workstation, actor: Actor, case_no: str, again: Again
) -> None:
    before = [side.id for side in workstation.sides(case_no)]
    workstation.insert_here(actor, case_no, 2, again.fed(("补充材料", 7)))
    workstation.accept_held(actor, case_no, held(workstation, case_no).batch)
    workstation.scan(
        actor, case_no, again.fed(("民事裁定书：准许原告撤回起诉，案件受理费减半收取", 5))
    )
    workstation.process(actor, case_no)
    workstation.catalogue(actor, case_no)
    assert workstation.undo(actor, case_no)
    sides = workstation.sides(case_no)
    assert [side.id for side in sides][:-1] == before
    assert [side.position for side in sides] == [1, 2, 3, 4, 5, 6, 7]
    items = workstation.items(case_no)
    assert items[-1].last_position == 7
    covered = [p for i in items for p in range(i.first_position, i.last_position + 1)]
    assert len(covered) == len(set(covered))
    assert workstation.redo(actor, case_no)
    redone = workstation.sides(case_no)
    assert [side.position for side in redone] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert redone[-1].id == sides[-1].id


def test_wrong_orders_are_refused_before_anything_is_fed(
    workstation: Workstation, actor: Actor, case_no: str, again: Again
) -> None:
    source = again.fed(PAGES[2])
    for wrong, code in (([], "CAP-112"), ([7], "INS-105"), ([0], "INS-105")):
        with pytest.raises(BadInput) as caught:
            workstation.rescan(actor, case_no, wrong, source)
        assert caught.value.code == code
    with pytest.raises(BadInput) as caught:
        workstation.insert_here(actor, case_no, 7, source)
    assert caught.value.code == "INS-105"
    assert workstation.held(case_no) == ()


def test_a_page_replaced_meanwhile_cannot_be_replaced_once_more(
    workstation: Workstation, actor: Actor, case_no: str, again: Again
) -> None:
    workstation.rescan(actor, case_no, [3], again.fed(PAGES[2]), whole_sheet=False)
    workstation.rescan(actor, case_no, [3], again.fed(PAGES[2]), whole_sheet=False)
    workstation.examine_held(case_no)
    first, second = workstation.held(case_no)
    workstation.accept_held(actor, case_no, first.batch)
    with pytest.raises(Refused) as caught:
        workstation.accept_held(actor, case_no, second.batch)
    assert caught.value.code == "CAP-111"
    workstation.reject_held(actor, case_no, second.batch, "重复")
    assert workstation.held(case_no) == ()
