"""One case, however its number is written: registering, finding, comparing, searching, slips."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.domain.access import Actor
from app.domain.slips import slip_text, ticket_of
from app.kernel.errors import BadInput
from app.services.workstation import Workstation
from tests.replay import CASE_NO, Dossier

WRITTEN = (
    "(2020)辽0899民初979号",
    "【２０２０】辽0899民初９７９号",
    "〔2020〕 辽 0899 民初 979 号",
    "（2020）辽O899民初第979号",
)


@pytest.fixture
def read_case(workstation: Workstation, actor: Actor, dossier: Dossier) -> str:
    """A case whose second page names its number with half-width brackets and a blank."""
    dossier.add("扫描 99.jpg", ("(2020) 辽0899民初979号", 4))
    workstation.register_case(actor, {"case_no": WRITTEN[0]})
    workstation.scan(actor, WRITTEN[1], f"folder:{dossier.folder}", options={"duplex_pairs": True})
    workstation.process(actor, WRITTEN[2])
    workstation.catalogue(actor, WRITTEN[3])
    return CASE_NO


def test_every_way_of_writing_means_the_one_case(
    workstation: Workstation, actor: Actor, read_case: str
) -> None:
    for written in WRITTEN:
        assert workstation.case(written).case_no == read_case
        assert workstation.handoffs(written) == []
        assert workstation.slip_target(slip_text(workstation.case(written).case_no)).case_no
        view = workstation.reconcile(actor, written, {"case_no": WRITTEN[1], "paper_pages": 4})
        assert view is not None
    assert len(workstation.cases()) == 1
    assert workstation.slip_target(ticket_of(read_case)).case_no == read_case


def test_a_case_number_is_found_on_pages_in_whatever_form_it_stands(
    workstation: Workstation, read_case: str
) -> None:
    expected = [hit.position for hit in workstation.search("辽0899民初979号")]
    assert expected
    for written in (CASE_NO, *WRITTEN):
        hits = workstation.search(written)
        assert [hit.position for hit in hits] == expected
        assert all("979" in hit.snippet for hit in hits)
    assert workstation.search("（2020）辽0899民初978号") == []


def test_a_list_of_cases_may_write_numbers_as_it_likes(
    workstation: Workstation, actor: Actor, tmp_path: Path
) -> None:
    numbers = [
        *WRITTEN,
        "(2011)执字第00012-1号",
        "（98）经字第5号",
        "（2026）辽0882民快31号",
        "第5号",
    ]
    path = tmp_path / "案件.json"
    path.write_text(
        json.dumps([{"case_no": number} for number in numbers], ensure_ascii=False),
        encoding="utf-8",
    )
    result = workstation.import_cases(actor, path)
    assert [row["row"] for row in result["rejected"]] == [len(numbers)]
    assert {row.case_no for row in workstation.cases()} == {
        CASE_NO,
        "（2011）执字第12号之一",
        "（1998）经字第5号",
        "（2026）辽0882民快31号",
    }
    with pytest.raises(BadInput) as caught:
        workstation.case("（2020）辽0899民初1号")
    assert caught.value.parameters["case_no"] == "（2020）辽0899民初1号"
