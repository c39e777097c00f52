"""Codes on a decoded page as plain records."""

from __future__ import annotations

import json

import numpy as np
import pytest
import zxingcpp

from ocr.codes.reading import codes_on

TEXT = "JZ1:C:（2019）辽0882民初4866号"


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_code_is_told_with_place_and_turn(turn: int) -> None:
    page = np.full((1754, 1240), 255, dtype=np.uint8)
    code = np.array(zxingcpp.create_barcode(TEXT, zxingcpp.BarcodeFormat.QRCode).to_image(scale=5))
    height, width = code.shape
    page[300 : 300 + height, 200 : 200 + width] = code
    clockwise = np.ascontiguousarray(np.rot90(page, -turn // 90))
    (record,) = codes_on(clockwise, 150, patches=False)
    assert json.loads(json.dumps(record)) == record
    assert (record["kind"], record["format"], record["text"]) == ("barcode", "qr", TEXT)
    assert record["turn"] == (360 - turn) % 360
    x0, y0, x1, y1 = record["box"]
    assert clockwise[y0:y1, x0:x1].mean() < 200
    outside = clockwise.copy()
    outside[y0:y1, x0:x1] = 255
    assert outside.mean() > 254


def test_no_barcodes_when_not_asked_for() -> None:
    page = np.full((600, 600), 255, dtype=np.uint8)
    code = np.array(zxingcpp.create_barcode(TEXT, zxingcpp.BarcodeFormat.QRCode).to_image(scale=5))
    page[50 : 50 + code.shape[0], 50 : 50 + code.shape[1]] = code
    assert len(codes_on(page, 150)) == 1
    assert codes_on(page, 150, barcodes=False) == []
