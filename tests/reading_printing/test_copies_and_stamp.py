"""How many copies come out, and the court's copy stamp: on paper alone, and only by setting."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image
from pypdfium2 import PdfDocument

from app.kernel.errors import BadInput, Refused
from tests.reading_printing.conftest import Counter

# A stamp of two characters has some thousands of red pixels on a page of 150 dpi.
SOME_RED = 200


def red_pixels(picture: Image.Image) -> int:
    """How many pixels have the colour of the stamp at the foot, where it is put."""
    foot = np.asarray(picture.convert("RGB"), int)[picture.height * 4 // 5 :]
    return int(((foot[..., 0] - foot[..., 1]) > 90).sum())


def printed_red(counter: Counter, page: int) -> int:
    """Print a page, and count what is red on the paper that came out."""
    before = set(counter.cups.printed())
    counter.followed(counter.ask(page), lambda row: bool(row.ended_at))
    (new,) = set(counter.cups.printed()) - before
    document = PdfDocument(new.read_bytes())
    assert len(document) == 1
    return red_pixels(document[0].render(scale=2).to_pil())


def test_the_court_stamps_copies_when_it_says_so_and_never_what_is_on_the_screen(
    counter: Counter,
) -> None:
    assert printed_red(counter, 1) == 0, "off until the court says so"
    counter.set(copy_stamp=True)
    assert printed_red(counter, 1) > SOME_RED
    for shown in (
        counter.desk.page(counter.grant, 1),
        counter.desk.thumbnail(counter.grant, 1),
    ):
        with Image.open(io.BytesIO(shown.picture)) as picture:
            assert red_pixels(picture) == 0
    counter.set(copy_stamp=False)
    assert printed_red(counter, 1) == 0


def test_the_stamp_is_the_one_of_the_moment_when_the_print_was_asked_for(counter: Counter) -> None:
    counter.set(copy_stamp=True, copy_stamp_text="副本")
    job = counter.ask(1)
    assert job.stamped
    counter.set(copy_stamp=False)
    assert counter.job(job.number).stamped
    assert not counter.ask(2).stamped


def test_copies_are_offered_counted_and_paid_for_up_to_what_the_court_allows(
    counter: Counter,
) -> None:
    counter.set(copies_most=3, fee_cents=50)
    desk, grant = counter.desk, counter.grant
    assert desk.open_case(grant).copies_most == 3
    quote = desk.quote_print(grant, (1, 2), 3)
    assert (quote.sheets, quote.fee_cents, quote.prints_left) == (7, 300, 6)
    with pytest.raises(BadInput) as told:
        desk.quote_print(grant, (1,), 4)
    assert told.value.code == "RDR-157"
    with pytest.raises(Refused) as refused:
        desk.ask_print(grant, (1, 2, 3), 3)
    assert refused.value.parameters == {"wanted": 9, "left": 6}
    job = desk.ask_print(grant, (1, 2), 2)
    assert (job.copies, job.fee_cents) == (2, 200)
    assert counter.left() == 2
    assert desk.prints(grant)[0].copies == 2
