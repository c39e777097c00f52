"""The reading slip of a visit: what is on it, signed, printed, kept and received."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
from pypdfium2 import PdfDocument

from app.adapters.printing import reading_slip
from app.domain.access import OPERATOR, Actor
from app.kernel.errors import BadInput, Refused
from tests.reading.hall import CASE_NO, CLERK
from tests.reading_printing.conftest import Counter
from tests.reading_printing.private_cups import wait_for

NAME = (
    tuple((0.2 + 0.01 * step, 0.3 + 0.2 * math.sin(step / 3)) for step in range(40)),
    tuple((0.4, 0.2 + 0.01 * step) for step in range(40)),
)


def words(pdf: bytes) -> str:
    """What stands on the slip, without ends of line."""
    text = "".join(page.get_textpage().get_text_range() for page in PdfDocument(pdf))
    return "".join(text.split())


def written(counter: Counter, tmp_path: Path, slip: str) -> str:
    path = counter.hall.work.reading_slip_pdf(slip, tmp_path / "slip.pdf")
    return words(path.read_bytes())


def test_a_signed_slip_says_what_was_read_and_comes_out(counter: Counter, tmp_path: Path) -> None:
    for page in (1, 2, 3):
        counter.hall.view(counter.desk, counter.session, page)
    counter.desk.page(counter.grant, 5)  # made ahead, and never in sight
    counter.followed(counter.ask(2), lambda row: bool(row.ended_at))
    slip = counter.desk.sign_slip(counter.grant, NAME)
    assert slip.signed
    assert (slip.pages_read, slip.pages_printed) == ((1, 2, 3), (2,))
    counter.follow()
    wait_for(lambda: len(counter.cups.printed()) == 2)
    printed = words(counter.cups.printed()[-1].read_bytes())
    for text in ("阅卷单", "欧阳若溪", CASE_NO, "021X", "1-3", slip.number, "3页、1页"):
        assert text in printed, text
    assert "3408021X" not in printed
    assert "欧阳若溪" not in counter.cups.titles()[-1]
    assert counter.hall.audit("reading_slip_signed")[0]["slip"] == slip.number
    assert counter.left() == 5


def test_a_signed_slip_is_printed_though_the_reader_left(counter: Counter) -> None:
    counter.hall.view(counter.desk, counter.session, 1)
    slip = counter.desk.sign_slip(counter.grant, NAME)
    counter.hall.room.sign_out(counter.session.visit, "reader")

    def ended() -> bool:
        counter.follow()
        return all(row.ended_at for row in counter.hall.work.print_requests())

    wait_for(ended)
    jobs = counter.hall.work.print_requests()
    assert [(job.slip, job.state, job.pages) for job in jobs] == [(True, "printed", ())]
    assert slip.number in words(counter.cups.printed()[0].read_bytes())


def test_a_reader_who_just_leaves_has_a_slip_in_the_record(
    counter: Counter, tmp_path: Path
) -> None:
    counter.hall.view(counter.desk, counter.session, 5)
    counter.hall.room.sign_out(counter.session.visit, "idle")
    (slip,) = counter.hall.work.reading_slips(case_no=CASE_NO, open_only=True)
    assert (slip.signed, slip.pages_read) == (False, (5,))
    assert slip.ended_at
    assert "离开时未签名" in written(counter, tmp_path, slip.number)
    counter.hall.room.sign_out(counter.session.visit, "idle")
    assert len(counter.hall.work.reading_slips()) == 1


def test_a_visit_without_a_page_has_no_slip(counter: Counter) -> None:
    counter.hall.room.sign_out(counter.session.visit, "reader")
    assert counter.hall.work.reading_slips() == ()


def test_what_was_read_after_signing_is_told_beside_it(counter: Counter, tmp_path: Path) -> None:
    counter.hall.view(counter.desk, counter.session, 1)
    signed = counter.desk.sign_slip(counter.grant, NAME)
    before = written(counter, tmp_path, signed.id)
    counter.hall.view(counter.desk, counter.session, 3)
    counter.hall.room.sign_out(counter.session.visit, "reader")
    (slip,) = counter.hall.work.reading_slips()
    assert slip.pages_read == (1, 3)
    assert written(counter, tmp_path, signed.id) == before
    counter.hall.work.receive_slip(CLERK, slip.id)
    assert "签名后又阅3" in written(counter, tmp_path, signed.id)


def test_signing_again_takes_the_slip_on(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_slip, "reading_slip", lambda facts, signature: b"%PDF-")
    counter.hall.view(counter.desk, counter.session, 1)
    first = counter.desk.sign_slip(counter.grant, NAME)
    counter.hall.view(counter.desk, counter.session, 2)
    second = counter.desk.sign_slip(counter.grant, NAME)
    assert (second.number, second.pages_read) == (first.number, (1, 2))
    assert len(counter.hall.work.reading_slips()) == 1


def test_the_staff_receives_a_slip_once(counter: Counter, tmp_path: Path) -> None:
    counter.hall.view(counter.desk, counter.session, 1)
    slip = counter.desk.sign_slip(counter.grant, NAME)
    row = counter.hall.work.receive_slip(CLERK, slip.number, "案卷完好  无缺页")
    assert row.received_by == CLERK.name
    text = written(counter, tmp_path, slip.number)
    assert "案卷完好无缺页" in text
    assert CLERK.name in text
    assert counter.hall.work.reading_slips(open_only=True) == ()
    with pytest.raises(Refused) as told:
        counter.hall.work.receive_slip(CLERK, slip.number)
    assert told.value.code == "RDR-159"
    with pytest.raises(BadInput):
        counter.hall.work.receive_slip(CLERK, "YJD999999")
    with pytest.raises(Refused):
        counter.hall.work.receive_slip(Actor(name="操作员", role=OPERATOR), slip.number)


DOT = ((0.5, 0.5),) * 20


@pytest.mark.parametrize(
    "strokes",
    [
        (),
        ((),),
        (DOT,),
        (((0.1, 0.1), (0.9, 0.9)),),
        "name",
        None,
        (tuple((step / 10, 2.0) for step in range(10)),),
        (tuple((step / 10, math.nan) for step in range(10)),),
        (tuple((step / 10, "0") for step in range(10)),),
        (tuple((step / 10,) for step in range(10)),),
        (tuple((0.5, step / 30_000) for step in range(30_000)),),
    ],
)
def test_what_is_no_signature_signs_nothing(counter: Counter, strokes: Any) -> None:
    with pytest.raises(BadInput) as told:
        counter.desk.sign_slip(counter.grant, strokes)
    assert told.value.code == "RDR-151"
    assert not counter.desk.slip(counter.grant).signed
    assert counter.hall.work.print_requests() == ()
