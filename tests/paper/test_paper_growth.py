"""Dossiers of hundreds of sides, and those numbered and bound in other ways."""

from __future__ import annotations

from typing import Any

import pytest

from app.kernel.errors import BadInput
from scanner.paper.build import spec_digest
from scanner.paper.chance import pixels
from scanner.paper.faults import plant
from scanner.paper.marks import Picture
from scanner.paper.plan import Plan, PlannedSide, make_plan
from scanner.paper.render import draw_side
from scanner.paper.spec import DossierSpec, check_spec, parse_fault

LONG = 10


def spec_of(sides: int = 200, **settings: Any) -> DossierSpec:
    chosen: dict[str, Any] = {"name": "grown", "seed": 5, "grown": True, "sides": sides}
    return DossierSpec(**(chosen | settings))


@pytest.fixture(scope="module")
def big() -> Plan:
    return make_plan(spec_of(300))


def test_a_grown_dossier_is_as_long_as_asked(big: Plan) -> None:
    assert 290 <= len(big.sides) <= 304
    assert big.items[-1].last_page == big.page_count
    numbers = [side.stamp for side in big.sides if side.stamp is not None]
    assert numbers == list(range(1, big.page_count + 1))


def test_it_looks_like_a_big_case(big: Plan) -> None:
    pages = {item.number: item.last_page - item.first_page + 1 for item in big.items}
    assert max(pages.values()) >= LONG
    titles = [item.title for item in big.items]
    assert sum("笔录" in title for title in titles) >= 3
    assert titles.count("送达回证") >= 3
    drafts = [side.draft for side in big.sides if side.draft]
    assert any(isinstance(mark, Picture) for draft in drafts for mark in draft.marks)
    assert len({draft.text_lines for draft in drafts}) == len(drafts)


def test_a_photograph_is_drawn(big: Plan) -> None:
    draft = next(
        side.draft
        for side in big.sides
        if side.draft and any(isinstance(mark, Picture) for mark in side.draft.marks)
    )
    ink = draw_side(draft, 100, pixels(1, "test"))
    assert (ink.min(axis=2) < 200).mean() > 0.15


def test_small_dossiers_are_what_they_were() -> None:
    plain = DossierSpec(name="plain", seed=5, sides=34)
    assert set(plain.as_record()) == {
        "name", "seed", "family", "matter", "sides", "dpi", "mode", "quality", "faults",
    }  # fmt: skip
    assert spec_digest(plain) != spec_digest(DossierSpec(name="plain", seed=5, grown=True))


def pages_of(sides: tuple[PlannedSide, ...]) -> list[tuple[int | None, str]]:
    return [(side.page_number, side.face) for side in sides if side.role == "page"]


def test_numbers_on_the_fronts_only() -> None:
    plan, sides, _ = plant(spec_of(60, numbering="sheets"))
    pages = pages_of(sides)
    assert [number for number, face in pages if face == "front"] == list(
        range(1, plan.page_count + 1)
    )
    assert {number for number, face in pages if face == "back"} == {None}
    assert plan.items[-1].last_page == plan.page_count


def test_no_numbers_at_all() -> None:
    _, sides, _ = plant(spec_of(60, numbering="none"))
    assert {side.stamp for side in sides} == {None}


def test_nothing_on_the_backs() -> None:
    _, sides, planted = plant(spec_of(60, simplex=True, faults=(parse_fault("extra_page=3"),)))
    assert {side.face for side in sides} == {"front"}
    assert "blank" not in {side.role for side in sides}
    assert len([side for side in sides if side.tags]) == len(planted)


def test_without_catalogue_and_remarks() -> None:
    _, sides, _ = plant(spec_of(60, without=("catalogue", "remarks")))
    assert {side.role for side in sides} == {"cover", "page", "blank"}


@pytest.mark.parametrize("setting", [{"numbering": "roman"}, {"without": ("cover",)}])
def test_what_no_dossier_is_is_refused(setting: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        check_spec(spec_of(**setting))
