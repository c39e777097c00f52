"""The catalogue of whole dossiers: roles, numbers and items from perfect and poor readings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from statistics import fmean
from typing import Any

import pytest

from archive_rules.api import CatalogueProposal, DeclaredRow, SideEvidence, TextLine
from archive_rules.cataloguing import catalogue
from archive_rules.templates import load_template

UNIFIED = load_template("main_unified")
Make = Callable[..., Any]
Compare = Callable[[Any, CatalogueProposal], Any]


def mean_scores(made: list[Any], proposals: list[CatalogueProposal], compare: Compare) -> Any:
    scores = [compare(d, p) for d, p in zip(made, proposals, strict=True)]
    names = [field.name for field in fields(scores[0])]
    return {name: fmean(getattr(score, name) for score in scores) for name in names}


@pytest.mark.parametrize("seed", [11, 12, 13])
@pytest.mark.parametrize("declared", [True, False])
def test_a_well_read_dossier_is_catalogued_without_error(
    seed: int, declared: bool, dossier: Make, compare: Compare
) -> None:
    made = dossier(seed)
    proposal = catalogue(made.sides, UNIFIED, made.declared if declared else ())
    score = compare(made, proposal)
    assert (score.roles, score.numbers, score.boundaries, score.ranges) == (1.0, 1.0, 1.0, 1.0)
    assert score.titles == 1.0
    assert proposal.declared_page_count == made.plan.page_count
    assert [(r.title, r.first_page, r.last_page or r.first_page) for r in proposal.paper_catalogue][
        : len(made.declared)
    ] == [(r.title, r.first_page, r.last_page) for r in made.declared]


def test_without_catalogue_and_numbers_titles_alone_give_sensible_items(
    dossier: Make, compare: Compare
) -> None:
    made = []
    proposals = []
    for seed in range(21, 26):
        whole = dossier(seed, sides=60)
        kept = [i for i, side in enumerate(whole.planned) if side.role != "catalogue"]
        cut = replace(
            whole,
            planned=tuple(whole.planned[i] for i in kept),
            sides=tuple(replace(whole.sides[i], numbers=()) for i in kept),
        )
        made.append(cut)
        proposals.append(catalogue(cut.sides, UNIFIED))
    scores = mean_scores(made, proposals, compare)
    assert scores["boundaries"] > 0.88
    assert scores["titles"] > 0.8
    assert all(item.first_page is None for item in proposals[0].items)
    assert [item.number for item in proposals[0].items] == list(
        range(1, len(proposals[0].items) + 1)
    )


def test_a_poor_reading_costs_little(dossier: Make, compare: Compare, poor: Any) -> None:
    made = [dossier(seed, noise=poor) for seed in range(31, 37)]
    proposals = [catalogue(d.sides, UNIFIED, d.declared) for d in made]
    scores = mean_scores(made, proposals, compare)
    assert scores["roles"] > 0.99
    assert scores["numbers"] > 0.95
    assert scores["boundaries"] > 0.96
    assert scores["titles"] > 0.95


@pytest.mark.parametrize(
    "fault",
    [
        "missing_page=9",
        "duplicate_page=9",
        "duplicate_page=9:later",
        "wrong_order=9,12",
        "foreign_case=9",
        "foreign_case=9:replace",
        "extra_page=9",
        "unnumbered_page=9",
    ],
)
def test_planted_faults_disturb_neither_numbers_nor_items(
    fault: str, dossier: Make, compare: Compare
) -> None:
    made = dossier(42, fault)
    proposal = catalogue(made.sides, UNIFIED, made.declared)
    score = compare(made, proposal)
    assert (score.roles, score.numbers) == (1.0, 1.0)
    assert score.boundaries > 0.94


def test_a_wrong_row_of_the_catalogue_does_not_move_the_document(
    dossier: Make, compare: Compare
) -> None:
    made = dossier(43)
    rows = list(made.declared)
    place = next(i for i, row in enumerate(rows) if row.title.endswith("委托书"))
    title = rows[place].title
    page = rows[place].first_page
    rows[place - 1] = replace(rows[place - 1], last_page=page)
    rows[place] = replace(rows[place], first_page=page + 1, last_page=page + 1)
    found = catalogue(made.sides, UNIFIED, rows)
    item = next(item for item in found.items if item.title == title)
    assert item.first_page == page


def test_the_same_evidence_gives_the_same_proposal(dossier: Make, poor: Any) -> None:
    made = dossier(44, noise=poor)
    assert catalogue(made.sides, UNIFIED) == catalogue(made.sides, UNIFIED)


def page(position: int, *rows: str, title: str = "", number: int | None = None) -> SideEvidence:
    """A page with an optional centred title and rows of running text."""
    from archive_rules.api import NumberCandidate

    lines = []
    if title:
        lines.append(TextLine(text=title, confidence=0.99, x0=0.35, y0=0.1, x1=0.65, y1=0.13))
    for index, row in enumerate(rows):
        y0 = 0.2 + 0.03 * index
        width = min(0.8, 0.02 * len(row))
        lines.append(
            TextLine(text=row, confidence=0.99, x0=0.12, y0=y0, x1=0.12 + width, y1=y0 + 0.016)
        )
    numbers = (
        (NumberCandidate(value=number, confidence=0.97, corner="top_right"),) if number else ()
    )
    return SideEvidence(position=position, lines=tuple(lines), numbers=numbers)


def test_words_of_the_binding_in_a_text_give_no_role() -> None:
    evidence_list = replace(
        page(1, title="证据目录", number=1),
        lines=(
            TextLine(text="证据目录", confidence=1, x0=0.35, y0=0.1, x1=0.65, y1=0.13),
            TextLine(text="序号", confidence=1, x0=0.1, y0=0.2, x1=0.16, y1=0.216),
            TextLine(text="证据名称", confidence=1, x0=0.3, y0=0.2, x1=0.4, y1=0.216),
            TextLine(text="证明目的", confidence=1, x0=0.5, y0=0.2, x1=0.6, y1=0.216),
            TextLine(text="页码", confidence=1, x0=0.8, y0=0.2, x1=0.86, y1=0.216),
            TextLine(text="1", confidence=1, x0=0.12, y0=0.24, x1=0.13, y1=0.256),
            TextLine(text="借条一份", confidence=1, x0=0.3, y0=0.24, x1=0.4, y1=0.256),
            TextLine(text="1-2", confidence=1, x0=0.8, y0=0.24, x1=0.84, y1=0.256),
        ),
    )
    judgment = page(
        2,
        "原审卷宗的备考表载明本卷共36页，卷内目录记载的",
        "立卷人为书记员，案号、案由、审判长均与封面相符，",
        "正卷保管期限为长期。以上事实有诉讼卷宗为证。",
        title="民事判决书",
        number=2,
    )
    proposal = catalogue([evidence_list, judgment], UNIFIED)
    assert [side.role for side in proposal.sides] == ["page", "page"]
    assert [item.title for item in proposal.items] == ["证据目录", "民事判决书"]
    assert proposal.declared_page_count is None


def test_forms_are_items_of_their_own_and_records_are_not() -> None:
    served = [page(i, "受送达人", title="送达回证", number=i) for i in (1, 2)]
    record = [
        replace(page(i, "审判员：现在开庭。", title="庭审笔录", number=i), printed_page=(i - 2, 3))
        for i in (3, 4, 5)
    ]
    proposal = catalogue([*served, *record], UNIFIED)
    assert [(i.title, i.first_page, i.last_page) for i in proposal.items] == [
        ("送达回证", 1, 1),
        ("送达回证", 2, 2),
        ("庭审笔录", 3, 5),
    ]


def test_a_declared_row_joins_the_forms_it_covers() -> None:
    served = [page(i, "受送达人", title="送达回证", number=i) for i in (1, 2, 3)]
    proposal = catalogue(
        served, UNIFIED, [DeclaredRow(title="送达回证", first_page=1, last_page=3)]
    )
    assert [(i.title, i.first_page, i.last_page) for i in proposal.items] == [("送达回证", 1, 3)]


def test_an_unreadable_side_and_a_blank_back_stay_in_their_document() -> None:
    sides = [
        page(1, "原告诉称", title="民事起诉状", number=1),
        SideEvidence(position=2, blank=True),
        SideEvidence(position=3, readable=False),
        page(4, "二〇一九年五月六日", number=3),
    ]
    proposal = catalogue(sides, UNIFIED)
    assert [side.role for side in proposal.sides] == ["page", "blank", "page", "page"]
    assert [side.page_number for side in proposal.sides] == [1, None, None, 3]
    (item,) = proposal.items
    assert (item.first_position, item.last_position, item.date) == (1, 4, "2019-05-06")
    assert item.category == "起诉状、上诉状、抗诉书、案件移送函等表明案件来源的材料"


def test_nothing_scanned_gives_an_empty_proposal() -> None:
    proposal = catalogue([], UNIFIED)
    assert (proposal.sides, proposal.items, proposal.paper_catalogue) == ((), (), ())


def test_only_covers_give_no_items(dossier: Make) -> None:
    made = dossier(45)
    front = [s for s, p in zip(made.sides, made.planned, strict=True) if p.role != "page"]
    proposal = catalogue(front, UNIFIED)
    assert proposal.items == ()
    assert {side.role for side in proposal.sides} == {"cover", "catalogue", "remarks", "blank"}


def test_a_sheet_put_into_a_document_does_not_tear_it() -> None:
    sides = [
        page(1, "原告诉称", title="民事起诉状", number=1),
        page(2, "审判员：现在开庭", title="法庭审理笔录", number=2),
        page(3, "原告：没有意见", number=3),
        page(4, "本院认为", title="民事判决书"),
        page(5, "被告：没有意见", number=4),
        page(6, "审判员：休庭", number=5),
        page(7, "审判员：现在宣判", title="宣判笔录", number=6),
    ]
    proposal = catalogue(sides, UNIFIED)
    found = [(item.title, item.first_page, item.last_page) for item in proposal.items]
    assert ("法庭审理笔录", 2, 5) in found
    assert ("民事判决书", None, None) in found
    assert [side.item for side in proposal.sides] == [1, 2, 2, 3, 2, 2, 4]
