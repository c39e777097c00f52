"""A picture of an issued page leads to its issue, or to nobody."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import attrs
import numpy as np
import pytest
import zxingcpp
from PIL import Image

from app.domain.access import OPERATOR, Actor
from app.domain.reading import VIEW, PageIssue
from app.kernel.errors import BadInput, Refused
from app.services.reading_keys import page_key, trace_code
from tests.reading.hall import CASE_NO, CLERK, Hall, open_hall
from tests.reading_trace.drawn import Picture, page, painted_over, photographed, pixels


@attrs.frozen
class Leaked:
    """A hall whose page 1 was read by two people; `mine` is what the second got."""

    hall: Hall
    mine: Picture
    issue: PageIssue
    stored: Path


@pytest.fixture(scope="module")
def leaked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Leaked]:
    with open_hall(tmp_path_factory.mktemp("trace") / "data") as hall:
        stored = hall.context.blobs.put_bytes(page(1))
        other = hall.context.blobs.put_bytes(page(2))
        hall.change_side("side_2", picture=stored.sha256)
        hall.change_side("side_3", picture=other.sha256)
        for reader in ("王一", "欧阳若溪"):
            desk, session = hall.enter(hall.grant(reader=reader))
            hall.view(desk, session, 2)
            mine = hall.view(desk, session, 1)
        with hall.context.storage.read() as tx:
            issues = tx.page_issues.find(kind=VIEW, page_number=1)
        issue = next(row for row in issues if row.reader == "欧阳若溪")
        yield Leaked(
            hall=hall,
            mine=pixels(mine),
            issue=issue,
            stored=hall.context.blobs.path_of(stored.sha256),
        )


def test_a_photograph_names_reader_time_and_terminal(leaked: Leaked, tmp_path: Path) -> None:
    picture = photographed(leaked.mine, tmp_path / "照片.jpg")
    answer = leaked.hall.work.trace(CLERK, picture)
    assert (answer.verdict, answer.issue) == ("found", leaked.issue.id)
    assert "mark" in answer.evidence
    assert (answer.reader, answer.certificate_tail) == ("欧阳若溪", "021X")
    assert (answer.case_no, answer.page_number) == (CASE_NO, 1)
    assert (answer.made_at, answer.terminal) == (leaked.issue.made_at, leaked.issue.terminal)
    assert answer.confidence > 0.999999
    assert leaked.hall.audit("page_traced")[-1]["issue"] == leaked.issue.id


def test_half_a_gray_page_without_its_code_is_enough(leaked: Leaked, tmp_path: Path) -> None:
    picture = photographed(painted_over(leaked.mine), tmp_path / "half.jpg", upper_half=True)
    answer = leaked.hall.work.trace(CLERK, picture)
    assert (answer.verdict, answer.issue) == ("found", leaked.issue.id)
    assert (answer.evidence, answer.remark) == (("mark",), "")
    assert leaked.hall.work.trace(CLERK, picture, CASE_NO).issue == leaked.issue.id


def test_the_stored_page_and_a_page_from_elsewhere_name_nobody(
    leaked: Leaked, tmp_path: Path
) -> None:
    stranger = tmp_path / "stranger.jpg"
    stranger.write_bytes(page(77))
    for picture in (leaked.stored, stranger):
        answer = leaked.hall.work.trace(CLERK, picture)
        assert (answer.verdict, answer.reader, answer.issue) == ("not_found", "", "")


def with_code(picture: Picture, text: str, path: Path) -> Path:
    """The page with another trace code pasted over the corner below on the right."""
    image = Image.fromarray(painted_over(picture)[..., ::-1].copy())
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    square = Image.fromarray(np.array(code.to_image(scale=5, add_quiet_zones=True)))
    image.paste(square, (image.width - square.width - 10, image.height - square.height - 10))
    image.save(path, "PNG")
    return path


def test_an_edited_code_is_said_so_and_names_nobody(leaked: Leaked, tmp_path: Path) -> None:
    forged = f"JZT1:{leaked.issue.id}:AAAAAAAAAAAAAAAA"
    plain = with_code(pixels(leaked.stored.read_bytes()), forged, tmp_path / "forged.png")
    answer = leaked.hall.work.trace(CLERK, plain)
    assert (answer.verdict, answer.reader, answer.remark) == ("forged", "", "code_forged")
    marked = with_code(leaked.mine, forged, tmp_path / "marked.png")
    answer = leaked.hall.work.trace(CLERK, marked)
    assert (answer.issue, answer.evidence) == (leaked.issue.id, ("mark",))
    assert answer.remark == "code_forged"


def test_the_mark_decides_against_a_code_cut_out_of_another_page(
    leaked: Leaked, tmp_path: Path
) -> None:
    with leaked.hall.context.storage.read() as tx:
        other = next(row for row in tx.page_issues.find() if row.reader == "王一")
    code = trace_code(page_key(leaked.hall.context, other.grant_id), other.id)
    pasted = with_code(leaked.mine, code, tmp_path / "pasted.png")
    answer = leaked.hall.work.trace(CLERK, pasted)
    assert (answer.issue, answer.evidence) == (leaked.issue.id, ("mark",))
    assert answer.remark == "code_of_another"
    bare = with_code(pixels(page(77)), code, tmp_path / "bare.png")
    answer = leaked.hall.work.trace(CLERK, bare)
    assert (answer.issue, answer.evidence) == (other.id, ("code",))
    assert (answer.remark, answer.confidence < 1) == ("code_alone", True)


def test_who_may_not_approve_reading_may_not_trace(leaked: Leaked, tmp_path: Path) -> None:
    with pytest.raises(Refused):
        leaked.hall.work.trace(Actor(name="扫描员", role=OPERATOR), leaked.stored)
    with pytest.raises(BadInput) as caught:
        leaked.hall.work.trace(CLERK, tmp_path / "none.jpg")
    assert caught.value.code == "IMG-105"
    nothing = tmp_path / "nothing.txt"
    nothing.write_bytes(b"no picture")
    with pytest.raises(BadInput):
        leaked.hall.work.trace(CLERK, nothing)
