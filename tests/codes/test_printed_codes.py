"""The codes we draw, read back by another's decoder."""

from __future__ import annotations

import numpy as np
import pytest
import zxingcpp
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.adapters.printing.codes import code128_widths, qr_modules


def _read(black: np.ndarray, quiet: int) -> list[zxingcpp.Barcode]:
    picture = np.where(np.pad(black, quiet), 0, 255).astype(np.uint8)
    return zxingcpp.read_barcodes(picture.repeat(3, axis=0).repeat(3, axis=1))


@settings(max_examples=25, deadline=None)
@given(
    # What case numbers are written with: plain ASCII, Chinese characters, full-width signs.
    st.text(
        st.one_of(
            st.characters(min_codepoint=33, max_codepoint=126),
            st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5),
            st.characters(min_codepoint=0xFF01, max_codepoint=0xFF5E),
        ),
        min_size=1,
        max_size=50,
    )
)
@example("0輹")
def test_a_qr_code_says_its_text(text: str) -> None:
    (code,) = _read(np.array(qr_modules(text)), 4)
    assert (code.format, code.text) == (zxingcpp.BarcodeFormat.QRCode, text)
    assert code.ec_level == "M"


@pytest.mark.parametrize("length", [1, 14, 15, 26, 27, 42, 62, 84, 106, 122, 152, 180, 213])
def test_every_version_of_qr_code_is_read(length: int) -> None:
    text = ("JZ1:C:2019-0882-4866:" * 11)[:length]
    (code,) = _read(np.array(qr_modules(text)), 4)
    assert code.text == text


def test_a_text_too_long_for_a_qr_code_is_an_error() -> None:
    with pytest.raises(ValueError, match="Error"):
        qr_modules("案" * 2000)


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=2, max_size=24))
def test_a_code_128_says_its_text(text: str) -> None:
    widths = code128_widths(text)
    row = np.repeat(np.arange(len(widths)) % 2 == 0, widths)
    (code,) = _read(np.tile(row, (20, 1)), 10)
    assert (code.format, code.text) == (zxingcpp.BarcodeFormat.Code128, text)


def test_a_code_128_holds_plain_ascii_only() -> None:
    for text in ("", "案号", "a\n"):
        with pytest.raises(ValueError, match="ASCII"):
            code128_widths(text)
