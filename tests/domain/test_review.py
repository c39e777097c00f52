"""Signatures hold for what they were given for; nobody signs twice, nor her own scan's check."""

from __future__ import annotations

import attrs
from hypothesis import given
from hypothesis import strategies as st

from app.domain.dossier import Item, Side
from app.domain.review import (
    CHAIN_STEPS,
    ReviewRound,
    ReviewVerdict,
    SignOff,
    dossier_digest,
    due_step,
    image_of,
    images_digest,
    latest_verdicts,
    may_not_sign,
    standings,
)

SIDE = Side(
    id="side-1",
    dossier_id="d",
    batch_id="b",
    master="aa",
    frame=0,
    position=1,
    sheet=1,
    face="front",
)
ITEM = Item(
    id="item-1",
    dossier_id="d",
    part="main",
    number=1,
    title="民事起诉状",
    category="",
    date="",
    first_page=1,
    last_page=1,
    first_position=1,
    last_position=1,
    confidence=1.0,
)
DIGESTS = dict.fromkeys(CHAIN_STEPS, "now")


def signed(step: str, by: str, digest: str = "now") -> SignOff:
    return SignOff(
        id=f"{step}-{by}", dossier_id="d", step=step, by=by, role="", at="", digest=digest
    )


def test_an_image_is_its_master_turn_and_recipe() -> None:
    assert image_of(SIDE) == image_of(attrs.evolve(SIDE, position=7, page_number=3))
    for changed in ({"master": "bb"}, {"turn": 90}, {"recipe": {"crop": [0, 0, 1, 1]}}):
        assert image_of(SIDE) != image_of(attrs.evolve(SIDE, **changed))


def test_images_are_signed_apart_from_the_catalogue() -> None:
    numbered = attrs.evolve(SIDE, page_number=9)
    assert images_digest([SIDE]) == images_digest([numbered])
    assert dossier_digest([SIDE], [ITEM]) != dossier_digest([numbered], [ITEM])
    retitled = attrs.evolve(ITEM, title="答辩状")
    assert dossier_digest([SIDE], [ITEM]) != dossier_digest([SIDE], [retitled])
    second = attrs.evolve(SIDE, id="side-2", position=2, master="bb")
    assert images_digest([second, SIDE]) == images_digest([SIDE, second])
    gone = attrs.evolve(second, superseded=True)
    assert images_digest([SIDE, gone]) == images_digest([SIDE])


def test_the_chain_is_signed_in_order_and_broken_by_a_change() -> None:
    chain = ("operator", "clerk", "archivist")
    assert due_step(standings(chain, [], DIGESTS)) == "operator"
    begun = [signed("operator", "甲"), signed("clerk", "乙")]
    assert [entry.state for entry in standings(chain, begun, DIGESTS)] == [
        "signed",
        "signed",
        "next",
    ]
    changed = DIGESTS | {"operator": "other"}
    states = [entry.state for entry in standings(chain, begun, changed)]
    assert states == ["void", "void", "later"]
    again = [*begun, signed("operator", "甲", "other")]
    assert due_step(standings(chain, again, changed)) == "archivist"


def test_who_may_sign() -> None:
    chain = standings(CHAIN_STEPS, [signed("operator", "甲"), signed("inspector", "乙")], DIGESTS)
    assert may_not_sign("丙", "operator", chain, {"甲"}) == "not_scanned"
    assert may_not_sign("甲", "operator", chain, {"甲"}) == ""
    assert may_not_sign("甲", "clerk", chain, {"甲"}) == "scanned"
    assert may_not_sign("乙", "clerk", chain, {"甲"}) == "signed"
    assert may_not_sign("丙", "clerk", chain, {"甲"}) == ""


@given(st.lists(st.tuples(st.sampled_from(CHAIN_STEPS), st.sampled_from("甲乙丙丁戊己"))))
def test_a_chain_signed_by_the_rules_never_bears_one_name_twice(
    tries: list[tuple[str, str]],
) -> None:
    operators = {"甲", "乙"}
    kept: list[SignOff] = []
    for step, person in tries:
        chain = standings(CHAIN_STEPS, kept, DIGESTS)
        if step == due_step(chain) and not may_not_sign(person, step, chain, operators):
            kept.append(signed(step, person))
    names = [sign_off.by for sign_off in kept]
    assert len(names) == len(set(names))
    assert all(sign_off.by not in operators for sign_off in kept[1:])


def test_the_last_word_on_a_side_counts_and_sides_are_seen_once() -> None:
    first = ReviewVerdict(
        id="1", dossier_id="d", round_id="r", side_id="s", image="i", verdict="ask", by="甲", at="1"
    )
    last = attrs.evolve(first, id="2", verdict="same", at="2")
    assert latest_verdicts([first, last]) == {"s": last}
    drawn = ReviewRound(
        id="r",
        dossier_id="d",
        number=1,
        rules="courts@1",
        plan="all",
        severity="normal",
        seed="x",
        lot=3,
        sample=("b", "a"),
        again=("a", "c"),
        opened_by="甲",
        opened_at="1",
    )
    assert drawn.to_see == ("b", "a", "c")
