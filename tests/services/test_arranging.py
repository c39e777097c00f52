"""Many sides at once: turned, marked, moved; each call is one step of undo."""

from __future__ import annotations

import pytest

from app.domain.access import Actor
from app.kernel.errors import BadInput, Refused
from app.services.workstation import Workstation
from tests.replay import Dossier, ReplayPool

PAGES = (
    ("民事起诉状", 1),
    None,
    ("事实与理由", 2),
    ("民事判决书", 3),
    ("本院认为", 4),
    ("送达回证", 5),
)


@pytest.fixture
def case_no(workstation: Workstation, actor: Actor, dossier: Dossier) -> str:
    """Six sides, catalogued into three items: 1-3, 4-5 and 6."""
    for index, page in enumerate(PAGES, start=1):
        dossier.add(f"扫描 {index + 8}.jpg", page)
    case_no = dossier.case_no
    workstation.register_case(actor, {"case_no": case_no})
    source = f"folder:{dossier.folder}"
    workstation.scan(actor, case_no, source, options={"duplex_pairs": True})
    workstation.process(actor, case_no)
    workstation.catalogue(actor, case_no)
    assert spans(workstation, case_no) == {
        "民事起诉状": (1, 3),
        "民事判决书": (4, 5),
        "送达回证": (6, 6),
    }
    return case_no


def ids(workstation: Workstation, case_no: str) -> list[str]:
    return [side.id for side in workstation.sides(case_no)]


def spans(workstation: Workstation, case_no: str) -> dict[str, tuple[int, int]]:
    return {i.title: (i.first_position, i.last_position) for i in workstation.items(case_no)}


def owners(workstation: Workstation, case_no: str) -> list[int | None]:
    return [side.item_number for side in workstation.sides(case_no)]


def test_a_whole_item_moves_and_keeps_its_sides(
    workstation: Workstation, actor: Actor, case_no: str
) -> None:
    before = ids(workstation, case_no)
    workstation.move_sides(actor, case_no, before[3:5], 0)
    assert ids(workstation, case_no) == [*before[3:5], *before[:3], before[5]]
    assert spans(workstation, case_no) == {
        "民事判决书": (1, 2),
        "民事起诉状": (3, 5),
        "送达回证": (6, 6),
    }
    assert owners(workstation, case_no) == [1, 1, 2, 2, 2, 3]
    assert workstation.undo(actor, case_no)
    assert ids(workstation, case_no) == before
    assert owners(workstation, case_no) == [1, 1, 1, 2, 2, 3]


def test_a_side_joins_the_item_it_comes_into(
    workstation: Workstation, actor: Actor, case_no: str
) -> None:
    before = ids(workstation, case_no)
    workstation.move_sides(actor, case_no, [before[5]], 4)
    assert spans(workstation, case_no) == {"民事起诉状": (1, 3), "民事判决书": (4, 6)}
    assert workstation.items(case_no)[1].last_page == 5
    assert owners(workstation, case_no) == [1, 1, 1, 2, 2, 2]
    assert workstation.undo(actor, case_no)
    assert len(spans(workstation, case_no)) == 3
    workstation.move_to_item(actor, case_no, [before[0], before[4]], 3)
    assert ids(workstation, case_no) == [before[i] for i in (1, 2, 3, 5, 0, 4)]
    assert spans(workstation, case_no) == {
        "民事起诉状": (1, 2),
        "民事判决书": (3, 3),
        "送达回证": (4, 6),
    }
    with pytest.raises(Refused) as caught:
        workstation.move_to_item(actor, case_no, [before[0]], 9)
    assert caught.value.code == "INS-108"


def test_moving_to_where_they_are_changes_nothing(
    workstation: Workstation, actor: Actor, case_no: str
) -> None:
    before = ids(workstation, case_no)
    workstation.move_sides(actor, case_no, before[2:4], 2)
    assert ids(workstation, case_no) == before
    assert not workstation.undo(actor, case_no)


def test_odd_sides_are_turned_in_one_step(
    workstation: Workstation, actor: Actor, case_no: str, pool: ReplayPool
) -> None:
    odd = workstation.select_sides(case_no, "odd")
    drawn = pool.count("ocr.study:pictures")
    workstation.turn_sides(actor, case_no, odd, 180)
    assert [side.turn for side in workstation.sides(case_no)] == [180, 0] * 3
    assert pool.count("ocr.study:pictures") == drawn + 3
    assert workstation.undo(actor, case_no)
    workstation.process(actor, case_no)
    assert {side.turn for side in workstation.sides(case_no)} == {0}
    assert not workstation.undo(actor, case_no)
    with pytest.raises(BadInput) as caught:
        workstation.turn_sides(actor, case_no, odd, 45)
    assert caught.value.code == "INS-102"


def test_blank_marks_are_put_on_and_taken_off_with_the_text_following(
    workstation: Workstation, actor: Actor, case_no: str, pool: ReplayPool
) -> None:
    both = ids(workstation, case_no)[4:6]
    workstation.mark_blank_sides(actor, case_no, both, True)
    assert [s.blank for s in workstation.sides(case_no)] == [False, True, False, False, True, True]
    read = pool.count("ocr.recognition:recognise")
    assert workstation.undo(actor, case_no)
    workstation.process(actor, case_no)
    assert pool.count("ocr.recognition:recognise") == read
    assert [s.page_number for s in workstation.sides(case_no)][4:] == [4, 5]
    blank = workstation.select_sides(case_no, "blank")
    workstation.mark_blank_sides(actor, case_no, blank, False)
    workstation.process(actor, case_no)
    assert pool.count("ocr.recognition:recognise") == read + 1
    workstation.catalogue(actor, case_no)
    assert not workstation.sides(case_no)[1].blank


def test_separators_are_no_pages(workstation: Workstation, actor: Actor, case_no: str) -> None:
    last = ids(workstation, case_no)[5]
    workstation.mark_separator(actor, case_no, [last], True)
    workstation.catalogue(actor, case_no)
    side = workstation.sides(case_no)[5]
    assert (side.role, side.page_number) == ("separator", None)
    workstation.mark_separator(actor, case_no, [last], False)
    assert workstation.sides(case_no)[5].role == "page"
    assert workstation.undo(actor, case_no)
    assert workstation.sides(case_no)[5].role == "separator"


def test_sides_that_left_the_order_are_refused(
    workstation: Workstation, actor: Actor, case_no: str
) -> None:
    before = ids(workstation, case_no)
    for call in (
        lambda: workstation.turn_sides(actor, case_no, ["side_x"], 90),
        lambda: workstation.mark_blank_sides(actor, case_no, [before[0], "side_x"], True),
        lambda: workstation.move_sides(actor, case_no, [], 0),
    ):
        with pytest.raises(Refused) as caught:
            call()
        assert caught.value.code == "INS-107"
    with pytest.raises(BadInput) as wrong:
        workstation.move_sides(actor, case_no, before[:1], 7)
    assert wrong.value.code == "INS-105"


@pytest.mark.parametrize(
    ("what", "positions"),
    [
        ("all", [1, 2, 3, 4, 5, 6]),
        ("even", [2, 4, 6]),
        ("front", [1, 3, 5]),
        ("back", [2, 4, 6]),
        ("blank", [2]),
        ("not:blank", [1, 3, 4, 5, 6]),
        ("unread", []),
        ("unnumbered", []),
        ("open", []),
        ("blur", []),
        ("not:blur", [1, 2, 3, 4, 5, 6]),
    ],
)
def test_sides_are_chosen_by_what_is_known_of_them(
    workstation: Workstation, case_no: str, what: str, positions: list[int]
) -> None:
    order = ids(workstation, case_no)
    assert workstation.select_sides(case_no, what) == [order[p - 1] for p in positions]


def test_an_unknown_choice_names_the_known_ones(workstation: Workstation, case_no: str) -> None:
    with pytest.raises(BadInput) as caught:
        workstation.select_sides(case_no, "not:pretty")
    assert caught.value.code == "INS-106"
    assert "blank" in caught.value.parameters["known"]


def test_an_edit_after_an_undo_leaves_what_was_undone_behind(
    workstation: Workstation, actor: Actor, case_no: str
) -> None:
    before = ids(workstation, case_no)
    workstation.mark_blank_sides(actor, case_no, before[5:], True)
    assert workstation.undo(actor, case_no)
    workstation.move_sides(actor, case_no, before[3:5], 0)
    assert workstation.undo(actor, case_no)
    assert workstation.redo(actor, case_no)
    assert ids(workstation, case_no) == [*before[3:5], *before[:3], before[5]]
    assert not workstation.redo(actor, case_no)
    assert not workstation.sides(case_no)[5].blank


def test_a_side_that_comes_between_sides_of_another_part_joins_that_part(
    workstation: Workstation, actor: Actor, case_no: str, dossier: Dossier, pool: ReplayPool
) -> None:
    inner = Dossier(dossier.folder.parent / "副卷")
    inner.add("1.jpg", ("合议庭评议笔录", 1))
    inner.add("2.jpg", ("审理报告", 2))
    pool.dossiers.append(inner)
    source = f"folder:{inner.folder}"
    workstation.scan(actor, case_no, source, part="restricted", volume=2)
    last = ids(workstation, case_no)[5]
    workstation.move_sides(actor, case_no, [last], 7)
    moved = workstation.sides(case_no)[6]
    assert (moved.id, moved.part, moved.volume) == (last, "restricted", 2)
    assert workstation.undo(actor, case_no)
    assert workstation.sides(case_no)[5].part == "main"


def test_an_edit_whose_sides_went_meanwhile_is_not_undone(
    workstation: Workstation, actor: Actor, case_no: str, dossier: Dossier
) -> None:
    before = ids(workstation, case_no)
    workstation.move_sides(actor, case_no, before[3:5], 0)
    (dossier.folder / "扫描 12.jpg").unlink()
    workstation.scan_whole(actor, case_no, f"folder:{dossier.folder}")
    after = ids(workstation, case_no)
    with pytest.raises(Refused) as caught:
        workstation.undo(actor, case_no)
    assert caught.value.code == "EDT-101"
    assert ids(workstation, case_no) == after
