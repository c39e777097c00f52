"""Whether a side scanned again is the page it is meant for: however it lay, and honestly."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from app.domain.dossier import Recognised, Side
from app.services.same_page import Witnessed, compare, pair_up, worst
from ocr.inspection import examine

TEXT = "原告称被告于二〇一九年三月五日向其借款人民币五万元整，约定月利率百分之一"
OTHER = "本院经审理查明，双方签订的买卖合同系真实意思表示，合法有效，应予保护并履行"


def witnessed(
    name: str, *, number: int | None = None, text: str = "", confidence: float = 0.98, **facts: Any
) -> Witnessed:
    """A side as examination and recognition leave it."""
    defaults: dict[str, Any] = {"examined": "done", "recognised": "done"}
    side = Side(
        id=name,
        dossier_id="d",
        batch_id="b",
        master=name,
        frame=0,
        position=1,
        sheet=1,
        face="front",
        **(defaults | facts),
    )
    lines = [{"text": text, "confidence": 0.99, "box": [10, 10, 200, 30]}] if text else []
    read = Recognised(
        id=f"text-{name}",
        dossier_id="d",
        side_id=name,
        engine="replay",
        text=text,
        tree={"lines": lines, "width": 800, "height": 1100},
        numbers=({"value": number, "confidence": confidence, "corner": "top_right"},)
        if number is not None
        else (),
    )
    return Witnessed(side=side, text=read)


@pytest.mark.parametrize(
    ("old", "new", "verdict"),
    [
        ({"number": 3, "text": TEXT}, {"number": 3, "text": TEXT}, "same"),
        ({"number": 3, "text": TEXT}, {"number": 4, "text": TEXT}, "different"),
        ({"number": 3, "text": TEXT}, {"number": 4, "text": OTHER}, "different"),
        ({"number": 3, "text": TEXT}, {"number": 3, "text": OTHER}, "unsure"),
        ({"number": 3}, {"number": 3}, "unsure"),
        ({"text": TEXT}, {"text": TEXT}, "same"),
        ({"text": TEXT}, {"text": OTHER}, "different"),
        ({"text": TEXT}, {"number": 3}, "unsure"),
        ({}, {}, "unsure"),
        ({"number": 3, "confidence": 0.5, "text": TEXT}, {"number": 8, "text": TEXT}, "same"),
        ({"blank": True}, {"blank": True}, "same"),
        ({"blank": True}, {"text": TEXT}, "different"),
        ({"text": TEXT}, {"blank": True}, "different"),
        ({"blank": True, "fault": "IMG-101"}, {"text": TEXT}, "unsure"),
        ({"text": TEXT}, {"text": TEXT, "examined": ""}, "waiting"),
        ({"text": TEXT}, {"text": TEXT, "recognised": ""}, "waiting"),
    ],
)
def test_the_witnesses_are_weighed(old: dict, new: dict, verdict: str) -> None:
    assert compare(witnessed("old", **old), witnessed("new", **new)).verdict == verdict


def test_what_a_person_entered_counts_more_than_what_was_read() -> None:
    old = witnessed("old", number=8, text=TEXT, page_number=3, number_by="书记员")
    reasons = compare(old, witnessed("new", number=3, text=TEXT)).reasons
    assert reasons[0] == {"code": "number_equal", "old": 3, "new": 3}


def test_a_stack_fed_from_behind_is_paired_by_content() -> None:
    old = [witnessed(f"old{n}", number=n, text=f"第{n}页" + TEXT[n:]) for n in range(1, 41)]
    new = [witnessed(f"new{n}", number=n, text=f"第{n}页" + TEXT[n:]) for n in range(40, 0, -1)]
    rows = pair_up(old, new)
    assert [(a.side.id, b.side.id) for a, b, _c in rows if a and b] == [
        (f"old{n}", f"new{n}") for n in range(1, 41)
    ]


def test_what_has_no_partner_stands_alone() -> None:
    old = [witnessed("o1", number=1, text=TEXT), witnessed("o2", number=2, text=OTHER)]
    new = [witnessed("n2", number=2, text=OTHER)]
    rows = pair_up(old, new)
    assert [(a and a.side.id, b and b.side.id) for a, b, _c in rows] == [("o1", None), ("o2", "n2")]
    assert worst(["same", "unsure", "different"]) == "different"
    assert worst([]) == "same"


def test_an_upside_down_rescan_is_known_by_its_fingerprint_and_another_page_is_not(
    bundled_small: Path, tmp_path: Path
) -> None:
    sides = sorted((bundled_small / "sides").iterdir())
    again = tmp_path / "again.jpg"
    with Image.open(sides[4]) as picture:
        moved = Image.new(picture.mode, picture.size, "white")
        moved.paste(picture, (9, 6))
        moved.rotate(180).save(again, quality=80, dpi=picture.info.get("dpi", (300, 300)))
    first, second, other = (examine(str(path), 0, {}) for path in (sides[4], again, sides[6]))

    def seen(name: str, examination: dict[str, Any]) -> Witnessed:
        return witnessed(name, fingerprint=examination["fingerprint"])

    found = compare(seen("old", first), seen("new", second))
    assert (found.verdict, found.reasons) == ("same", ({"code": "picture_alike"},))
    assert found.likeness > 0.8
    assert compare(seen("old", first), seen("new", other)).verdict == "unsure"
