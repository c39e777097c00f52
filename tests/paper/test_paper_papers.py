"""The invented papers: no tofu, nothing over the edge, numbers and names that hold together."""

from __future__ import annotations

import re
from collections import defaultdict

import pytest
from fontTools.ttLib import TTFont

from app.kernel.errors import Broken
from scanner.paper import fonts
from scanner.paper.breaking import NOT_FIRST, break_lines
from scanner.paper.fonts import FACES, font_path, load_font, runs, text_width
from scanner.paper.marks import Hand, Print
from scanner.paper.plan import Plan, make_plan
from scanner.paper.spec import FAMILIES, MATTERS, DossierSpec
from scanner.paper.wording import capital_amount, court_fee, written_date

CASE_NO = re.compile(r"^（\d{4}）[冀辽苏皖鄂]\d{4}民初[1-9]\d*号$")


def whole(matter: str, family: str, seed: int) -> Plan:
    return make_plan(DossierSpec(name="whole", seed=seed, family=family, matter=matter, sides=400))


@pytest.fixture(scope="module")
def plans() -> list[Plan]:
    return [
        whole(matter, family, seed)
        for seed, matter in enumerate(MATTERS, start=11)
        for family in FAMILIES
    ]


def test_every_character_has_a_glyph_in_its_face(plans: list[Plan]) -> None:
    used: dict[str, set[str]] = defaultdict(set)
    for plan in plans:
        for side in plan.sides:
            for mark in side.draft.marks if side.draft else ():
                if isinstance(mark, Print | Hand):
                    face = mark.face if isinstance(mark, Print) else "kai"
                    for part, run in runs(face, mark.text):
                        used[part].update(run)
    assert {"song", "kai", "serif", "micro"} <= set(used)
    for face, characters in used.items():
        font = TTFont(font_path(face), fontNumber=FACES[face].index, lazy=True)
        known = font.getBestCmap()
        font.close()
        # An ideographic space draws nothing; a face without one still shows no box for it here.
        missing = {c for c in characters if ord(c) not in known}
        assert not missing, f"{face} lacks {''.join(sorted(missing))}"


def test_nothing_is_printed_over_the_edge(plans: list[Plan]) -> None:
    for plan in plans:
        for side in plan.sides:
            for mark in side.draft.marks if side.draft else ():
                if isinstance(mark, Print):
                    right = mark.x + (
                        text_width(mark.face, mark.text) * mark.size + mark.spacing * len(mark.text)
                    )
                    assert mark.x >= 10, mark
                    assert right <= 204, mark
                    assert 8 <= mark.y <= 290, mark
                elif isinstance(mark, Hand):
                    assert mark.x + len(mark.text) * mark.size * 0.5 <= 206, mark
                    assert mark.y <= 288, mark


def test_no_placeholder_is_left_in_the_texts(plans: list[Plan]) -> None:
    for plan in plans:
        for side in plan.sides:
            for line in side.draft.text_lines if side.draft else ():
                assert not set("{}[]|@#~") & set(line), line


def test_papers_of_one_case_agree(plans: list[Plan]) -> None:
    for plan in plans:
        assert CASE_NO.match(plan.case.case_no)
        text = "".join(line for side in plan.sides if side.draft for line in side.draft.text_lines)
        assert text.count(plan.case.case_no) >= 4
        assert text.count(plan.case.plaintiff.name) >= 6
        assert text.count(plan.case.defendant.name) >= 6


def test_pages_are_not_the_same_text_again(plans: list[Plan]) -> None:
    for plan in plans:
        texts = [side.draft.text_lines for side in plan.sides if side.draft]
        assert len(set(texts)) == len(texts)


def test_seeds_and_families_differ() -> None:
    first, second = whole("loan", "development", 1), whole("loan", "development", 2)
    assert first.case.case_no != second.case.case_no
    assert first.case.plaintiff.name != second.case.plaintiff.name
    assert first.case.fields["amount"] != second.case.fields["amount"]
    other = whole("loan", "check", 1)
    assert other.typography != first.typography
    assert other.case == first.case


def test_lines_never_start_with_a_closing_mark() -> None:
    text = "原告、被告，审判长：（一）“借款”到期后，被告未按约定归还。2023年11月30日，" * 6
    for width in range(6, 30):
        lines = break_lines("serif", text, width, 2)
        assert "".join(lines) == text
        for line in lines[1:]:
            assert line[0] not in NOT_FIRST, (width, line)
        for line in lines:
            assert text_width("serif", line) <= width + 1e-6


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        (300000, "叁拾万元整"),
        (5800, "伍仟捌佰元整"),
        (120305, "壹拾贰万零叁佰零伍元整"),
        (10, "壹拾元整"),
        (1020030, "壹佰零贰万零叁拾元整"),
    ],
)
def test_amounts_in_capitals(amount: int, expected: str) -> None:
    assert capital_amount(amount) == expected


def test_dates_and_fees_as_courts_write_them() -> None:
    from datetime import date

    assert written_date(date(2023, 10, 20)) == "二〇二三年十月二十日"
    assert written_date(date(2021, 1, 31)) == "二〇二一年一月三十一日"
    assert court_fee(10_000) == 50
    assert court_fee(300_000) == 5800


def test_a_missing_font_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    fonts.font_path.cache_clear()
    fonts.load_font.cache_clear()
    monkeypatch.setattr(fonts, "FONT_FOLDERS", ())
    try:
        with pytest.raises(Broken) as raised:
            load_font("kai", 33)
    finally:
        monkeypatch.undo()
        fonts.font_path.cache_clear()
        fonts.load_font.cache_clear()
    assert raised.value.code == "PAP-101"
    assert raised.value.parameters["font"] == "AR PL UKai CN"
