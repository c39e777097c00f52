"""Correcting a catalogue through the real service: naming, joining, doubts, double keying."""

from __future__ import annotations

import itertools

import pytest

from app.domain.access import ARCHIVIST, OPERATOR, Actor
from app.kernel.errors import BadInput, Refused
from app.services.field_values import value_for
from app.services.workstation import Workstation
from tests.replay import CASE_NO, Dossier

FIRST = Actor(name="沈若溪", role=OPERATOR)
SECOND = Actor(name="顾明远", role=OPERATOR)
THIRD = Actor(name="周行之", role=ARCHIVIST)


@pytest.fixture
def catalogued(workstation: Workstation, actor: Actor, dossier: Dossier) -> Workstation:
    """A case of four sides with a catalogue of two documents."""
    facts = {
        "case_no": CASE_NO,
        "court": "澄溪市河东区人民法院",
        "plaintiff": "甲、乙",
        "defendant": "丙有限公司",
    }
    workstation.register_case(actor, facts)
    workstation.scan(actor, CASE_NO, f"folder:{dossier.folder}")
    workstation.process(actor, CASE_NO)
    workstation.catalogue(actor, CASE_NO)
    return workstation


def titles(workstation: Workstation) -> list[str]:
    return [row.title for row in workstation.items(CASE_NO)]


def test_documents_are_joined_in_one_edit_and_come_back(
    catalogued: Workstation, actor: Actor
) -> None:
    before = catalogued.items(CASE_NO)
    assert len(before) == 2
    catalogued.merge_items(actor, [row.id for row in before])
    (joined,) = catalogued.items(CASE_NO)
    assert (joined.title, joined.first_page, joined.last_page) == (before[0].title, 1, 3)
    assert {side.item_number for side in catalogued.sides(CASE_NO)} == {1}
    catalogued.undo(actor, CASE_NO)
    assert catalogued.items(CASE_NO) == before
    with pytest.raises(Refused, match="CAT-110"):
        catalogued.merge_items(actor, [before[0].id])


def test_a_new_document_is_named_by_its_page(catalogued: Workstation, actor: Actor) -> None:
    before = catalogued.items(CASE_NO)
    catalogued.merge_items(actor, [row.id for row in before])
    catalogued.split_item(actor, CASE_NO, before[1].first_position, "")
    assert titles(catalogued) == [row.title for row in before]
    assert catalogued.items(CASE_NO)[1].category == before[1].category
    catalogued.undo(actor, CASE_NO)
    catalogued.split_item(actor, CASE_NO, before[1].first_position, "另一件")
    assert titles(catalogued)[1] == "另一件"
    assert catalogued.items(CASE_NO)[1].fields["title"] == {"by": actor.name}


def test_dates_are_taken_as_courts_write_them(catalogued: Workstation, actor: Actor) -> None:
    row = catalogued.items(CASE_NO)[0]
    catalogued.edit_item(actor, row.id, date="二〇一九年三月五日", author="甲")
    changed = catalogued.items(CASE_NO)[0]
    assert (changed.date, changed.author) == ("2019-03-05", "甲")
    assert changed.fields["author"] == {"by": actor.name}
    with pytest.raises(BadInput, match="CAT-109"):
        catalogued.edit_item(actor, row.id, date="去年夏天")
    assert catalogued.items(CASE_NO)[0].date == "2019-03-05"


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        ("title", " 民 事 起\n诉 状 ", "民事起诉状"),
        ("title", "《关于张三的情况说明》：", "《关于张三的情况说明》"),
        ("date", "二〇一九年六月三日", "2019-06-03"),
        ("author", "具状人：李四", "李四"),
        ("author", "审判员  王 五", "王五"),
    ],
)
def test_what_is_selected_on_the_page_fills_a_field(field: str, text: str, value: str) -> None:
    assert value_for(field, text) == value


def test_an_empty_selection_fills_nothing() -> None:
    with pytest.raises(BadInput, match="CAT-111"):
        value_for("title", " ，")


def test_completions_come_from_the_page_the_case_and_the_template(
    catalogued: Workstation,
) -> None:
    offered = catalogued.suggestions(CASE_NO, 1)
    assert offered.title[0] == "民事起诉状"
    assert "民事判决书" in offered.title
    assert {"澄溪市河东区人民法院", "甲", "乙", "丙有限公司"} <= set(offered.author)
    assert offered.of("category")
    assert offered.of("pages") == ()


def test_a_doubtful_number_is_told_until_a_person_says_what_it_is(
    catalogued: Workstation, actor: Actor
) -> None:
    doubts = [doubt for doubt in catalogued.catalogue_doubts(CASE_NO) if doubt.kind == "number"]
    for doubt in doubts:
        catalogued.set_page_number(actor, doubt.subject, doubt.value)
    left = catalogued.catalogue_doubts(CASE_NO)
    assert not [doubt for doubt in left if doubt.kind == "number"]


def test_double_keying_holds_the_seal_until_a_third_person_settled(
    catalogued: Workstation, actor: Actor
) -> None:
    assert catalogued.keying(FIRST, CASE_NO) == []
    catalogued.set_double_keying(actor, ["date", "title"])
    assert catalogued.double_keying() == ("title", "date")
    rows = catalogued.keying(FIRST, CASE_NO)
    for row in rows:
        catalogued.key_fields(FIRST, row.item_id, {"title": "起诉状", "date": "2019-3-5"})
    # The second person does not see what the first one typed.
    assert all(
        field.others == () for row in catalogued.keying(SECOND, CASE_NO) for field in row.fields
    )
    catalogued.key_fields(SECOND, rows[0].item_id, {"title": "起 诉状", "date": "2019年3月5日"})
    catalogued.key_fields(SECOND, rows[1].item_id, {"title": "判决书", "date": "2019-3-5"})
    first, second = catalogued.items(CASE_NO)
    assert (first.title, first.date) == ("起诉状", "2019-03-05")
    assert first.confirmed_by == "沈若溪、顾明远"
    assert second.confirmed_by == ""
    catalogued.reconcile(actor, CASE_NO)
    with pytest.raises(Refused, match="KEY-106"):
        catalogued.seal(actor, CASE_NO)
    with pytest.raises(Refused, match="ACC-101"):
        catalogued.arbitrate(SECOND, second.id, "title", "判决书")
    seen = catalogued.keying(THIRD, CASE_NO)[1].fields[0]
    assert (seen.may_settle, dict(seen.others)) == (True, {"沈若溪": "起诉状", "顾明远": "判决书"})
    catalogued.arbitrate(THIRD, second.id, "title", "民事判决书")
    assert catalogued.items(CASE_NO)[1].title == "民事判决书"
    # A new proposal leaves what was typed.
    catalogued.catalogue(actor, CASE_NO)
    assert titles(catalogued) == ["起诉状", "民事判决书"]
    assert [row.action for row in catalogued.history(CASE_NO)].count("fields_keyed") == 4


def test_only_known_fields_are_typed_twice(catalogued: Workstation, actor: Actor) -> None:
    with pytest.raises(BadInput, match="KEY-104"):
        catalogued.set_double_keying(actor, ["pages"])
    row = catalogued.items(CASE_NO)[0]
    with pytest.raises(Refused, match="KEY-105"):
        catalogued.key_fields(FIRST, row.id, {"title": "起诉状"})
    with pytest.raises(Refused, match="ACC-101"):
        catalogued.set_double_keying(FIRST, ["title"])


def test_a_new_proposal_leaves_no_page_without_a_document(
    catalogued: Workstation, actor: Actor
) -> None:
    first, second = catalogued.items(CASE_NO)
    # A person ends the first document earlier: what is behind it must go somewhere.
    catalogued.split_item(actor, CASE_NO, 2, "附件")
    catalogued.merge_items(actor, [row.id for row in catalogued.items(CASE_NO)[1:]])
    catalogued.catalogue(actor, CASE_NO)
    rows = catalogued.items(CASE_NO)
    assert (rows[0].first_position, rows[-1].last_position) == (1, second.last_position)
    for earlier, later in itertools.pairwise(rows):
        assert later.first_position == earlier.last_position + 1
    assert first.title in titles(catalogued)
