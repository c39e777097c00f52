"""Documents out of order: proposed, accepted as one edit that can be undone, or left for good."""

from __future__ import annotations

import pytest

from app.domain.access import Actor
from app.kernel.errors import Refused
from app.services.workstation import Workstation
from tests.replay import Dossier

# The judgment (row 21) lies ahead of the complaint (row 4): scanned from paper out of order.
PAGES = (
    ("民事判决书", 4),
    None,
    ("民事起诉状", 1),
    ("事实与理由", 2),
    ("送达回证", 5),
    None,
)


@pytest.fixture
def case_no(workstation: Workstation, actor: Actor, dossier: Dossier) -> str:
    """Six sides on three sheets: judgment with a blank back, complaint, proof of service."""
    for path in dossier.folder.iterdir():
        path.unlink()
    for index, page in enumerate(PAGES, start=1):
        dossier.add(f"扫描 {index + 8}.jpg", page)
    case_no = dossier.case_no
    workstation.register_case(actor, {"case_no": case_no})
    source = f"folder:{dossier.folder}"
    workstation.scan(actor, case_no, source, options={"duplex_pairs": True})
    workstation.process(actor, case_no)
    workstation.catalogue(actor, case_no)
    assert titles(workstation, case_no) == ["民事判决书", "民事起诉状", "送达回证"]
    return case_no


def titles(workstation: Workstation, case_no: str) -> list[str]:
    return [item.title for item in workstation.items(case_no)]


def pages(workstation: Workstation, case_no: str) -> list[int | None]:
    return [side.page_number for side in workstation.sides(case_no)]


def item_id(workstation: Workstation, case_no: str, title: str) -> str:
    return next(item.id for item in workstation.items(case_no) if item.title == title)


def without_numbers(workstation: Workstation, actor: Actor, case_no: str) -> None:
    for side in workstation.sides(case_no):
        workstation.set_page_number(actor, side.id, None)


def test_a_proposed_move_is_accepted_with_its_blank_back_and_taken_back(
    workstation: Workstation, actor: Actor, case_no: str
) -> None:
    before = [side.id for side in workstation.sides(case_no)]
    [move] = workstation.order_proposals(case_no)
    assert (move.title, move.after_title, move.needs_remark) == ("民事起诉状", "", False)
    assert [reason["code"] for reason in move.reasons] == ["row_first"]
    workstation.accept_move(actor, move.item_id, move.after_item)
    assert titles(workstation, case_no) == ["民事起诉状", "民事判决书", "送达回证"]
    assert [side.id for side in workstation.sides(case_no)] == [
        *before[2:4],
        *before[:2],
        *before[4:],
    ]
    assert [item.number for item in workstation.items(case_no)] == [1, 2, 3]
    assert [item.first_page for item in workstation.items(case_no)] == [1, 4, 5]
    assert workstation.order_proposals(case_no) == []
    last = workstation.history(case_no)[-1]
    assert (last.action, last.details["behind"]) == ("item_moved", "")
    assert workstation.undo(actor, case_no)
    assert [side.id for side in workstation.sides(case_no)] == before
    assert titles(workstation, case_no) == ["民事判决书", "民事起诉状", "送达回证"]
    assert workstation.redo(actor, case_no)
    assert titles(workstation, case_no)[0] == "民事起诉状"


def test_a_move_against_the_numbers_on_the_paper_says_so_and_needs_a_reason(
    workstation: Workstation, actor: Actor, case_no: str
) -> None:
    for side, number in zip(workstation.sides(case_no), (1, None, 2, 3, 4, None), strict=True):
        workstation.set_page_number(actor, side.id, number)
    [move] = workstation.order_proposals(case_no)
    assert move.needs_remark
    assert [reason["code"] for reason in move.reasons] == ["row_first", "paper_is_numbered"]
    with pytest.raises(Refused) as caught:
        workstation.accept_move(actor, move.item_id, move.after_item, "  ")
    assert caught.value.code == "ORD-101"
    assert titles(workstation, case_no)[0] == "民事判决书"
    workstation.accept_move(actor, move.item_id, move.after_item, "纸质同时改号")
    assert pages(workstation, case_no) == [2, 3, 1, None, 4, None]
    assert workstation.history(case_no)[-1].details["remark"] == "纸质同时改号"


def test_to_the_beginning_and_nothing_to_do(
    workstation: Workstation, actor: Actor, case_no: str
) -> None:
    without_numbers(workstation, actor, case_no)
    service = item_id(workstation, case_no, "送达回证")
    workstation.accept_move(actor, service, None)
    assert titles(workstation, case_no) == ["送达回证", "民事判决书", "民事起诉状"]
    edits = len(workstation.history(case_no))
    workstation.accept_move(actor, service, None)
    assert len(workstation.history(case_no)) == edits


def test_a_dismissed_move_is_not_proposed_again(
    workstation: Workstation, actor: Actor, case_no: str
) -> None:
    [move] = workstation.order_proposals(case_no)
    workstation.dismiss_move(actor, case_no, move.item_id)
    assert workstation.order_proposals(case_no) == []
    [item] = [item for item in workstation.items(case_no) if item.id == move.item_id]
    assert item.fields["order"] == {"by": actor.name}
    assert workstation.history(case_no)[-1].action == "move_dismissed"
    assert workstation.undo(actor, case_no)
    assert len(workstation.order_proposals(case_no)) == 1


def test_a_dismissed_move_is_not_asked_again_after_a_new_proposal(
    workstation: Workstation, actor: Actor, case_no: str
) -> None:
    [move] = workstation.order_proposals(case_no)
    workstation.dismiss_move(actor, case_no, move.item_id)
    for _again in range(2):
        workstation.catalogue(actor, case_no)
        assert workstation.order_proposals(case_no) == []
    rows = workstation.items(case_no)
    [stays] = [item for item in rows if "order" in item.fields]
    # Nobody confirmed it: the row is a new one, only the word about its place was kept.
    assert stays.id != move.item_id
    assert (stays.first_position, stays.confirmed_by) == (move.first_position, "")
    # What begins at another side and is of another category is another document.
    workstation.split_item(actor, case_no, stays.first_position + 1, "附件")
    workstation.catalogue(actor, case_no)
    assert [item.title for item in workstation.items(case_no) if "order" in item.fields] == [
        stays.title
    ]


def test_a_sheet_with_two_documents_is_not_torn_apart(
    workstation: Workstation, actor: Actor, case_no: str
) -> None:
    without_numbers(workstation, actor, case_no)
    workstation.split_item(actor, case_no, 4, "附页")
    before = [side.id for side in workstation.sides(case_no)]
    for moved, after in (("附页", None), ("送达回证", "民事起诉状"), ("民事起诉状", "送达回证")):
        behind = item_id(workstation, case_no, after) if after else None
        with pytest.raises(Refused) as caught:
            workstation.accept_move(actor, item_id(workstation, case_no, moved), behind)
        assert (caught.value.code, caught.value.parameters["sheet"]) == ("ORD-102", 2)
    assert [side.id for side in workstation.sides(case_no)] == before


def test_what_cannot_be_meant_is_refused(
    workstation: Workstation, actor: Actor, case_no: str
) -> None:
    own = item_id(workstation, case_no, "送达回证")
    for moved, after, code in (
        (own, own, "ORD-103"),
        ("x", None, "CAT-108"),
        (own, "x", "CAT-108"),
    ):
        with pytest.raises(Refused) as caught:
            workstation.accept_move(actor, moved, after)
        assert caught.value.code == code
    with pytest.raises(Refused) as refused:
        workstation.accept_move(Actor(name="扫描员", role="operator"), own, None)
    assert refused.value.code == "ACC-101"
