"""Conditioning through the services: recipes, pictures, one step of undo, boxes over pictures."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw

from app.bootstrap import open_workstation
from app.domain.access import Actor
from app.domain.recipe import shown_box, shown_size
from app.kernel.errors import BadInput, Refused
from app.kernel.progress import Cancelled, CancelToken
from app.services.conditioning import Change, change_like
from app.services.workstation import Workstation
from tests.replay import Dossier, ReplayPool

WIDTH, HEIGHT = 680, 937


def scan_on_bed(text: str, tilt: float = 0.0) -> bytes:
    """A sheet of 620 x 877 (75 dots per inch) on a dark bed."""
    sheet = Image.new("RGB", (620, 877), (248, 247, 244))
    draw = ImageDraw.Draw(sheet)
    for line in range(20):
        draw.rectangle(
            (70, 100 + 35 * line, 520 - 40 * (line % 3), 112 + 35 * line), fill=(40,) * 3
        )
    draw.ellipse((380, 640, 500, 760), outline=(200, 40, 40), width=6)
    draw.text((300, 40), text, fill=(30, 30, 30))
    scan = Image.new("RGB", (WIDTH, HEIGHT), (18, 18, 18))
    mask = Image.new("L", sheet.size, 255)
    turned, covered = (
        image.rotate(-tilt, Image.Resampling.BICUBIC, expand=True) for image in (sheet, mask)
    )
    place = ((WIDTH - turned.width) // 2, (HEIGHT - turned.height) // 2)
    scan.paste(turned, place, covered)
    out = io.BytesIO()
    scan.save(out, "JPEG", quality=90, dpi=(75, 75))
    return out.getvalue()


class MeasuringPool(ReplayPool):
    """Says of every page how large and how tilted it is, and that a bed shows."""

    tilt = 1.5

    def _examine(self, path: str, frame: int, limits: Any = None) -> dict[str, Any]:
        answer = super()._examine(path, frame, limits)
        findings = [
            {"code": code, "severity": "warn", "value": 1.0, "limit": 0.1, "box": box}
            for code, box in (("skew", None), ("black_border", [0, 0, 30, 100]))
        ]
        return answer | {
            "width": WIDTH,
            "height": HEIGHT,
            "dpi": 75,
            "measures": {"skew_deg": self.tilt},
            "findings": findings,
            "blank": False,
        }


@pytest.fixture
def dossier(tmp_path: Path) -> Dossier:
    stack = Dossier(tmp_path / "卷")
    for index, name in enumerate(("民事起诉状", "证据", "民事判决书"), start=1):
        stack.add(f"{index}.jpg", (name, index), scan_on_bed(name, 1.5))
    return stack


@pytest.fixture
def pool(dossier: Dossier) -> MeasuringPool:
    return MeasuringPool(dossier)


@pytest.fixture
def workstation(tmp_path: Path, pool: MeasuringPool) -> Iterator[Workstation]:
    opened = open_workstation(tmp_path / "数据", pool=pool)
    yield opened
    opened.close()


@pytest.fixture
def case_no(workstation: Workstation, actor: Actor, dossier: Dossier) -> str:
    workstation.register_case(actor, {"case_no": dossier.case_no})
    workstation.scan(actor, dossier.case_no, f"folder:{dossier.folder}")
    workstation.process(actor, dossier.case_no)
    return dossier.case_no


def ids(workstation: Workstation, case_no: str) -> list[str]:
    return [side.id for side in workstation.sides(case_no)]


def pixels(path: Path | None) -> Any:
    assert path is not None
    with Image.open(path) as image:
        return np.asarray(image.convert("L")).astype(int)


def masters(workstation: Workstation) -> dict[str, bytes]:
    with workstation._context.storage.read() as tx:
        return {
            side.master: workstation._context.blobs.path_of(side.master).read_bytes()
            for side in tx.sides.find()
        }


def test_a_selection_is_conditioned_as_one_edit_and_taken_back(
    workstation: Workstation, actor: Actor, case_no: str
) -> None:
    before = workstation.sides(case_no)
    kept = masters(workstation)
    texts = [workstation.text_lines(side.id) for side in before]
    told: list[tuple[int, int]] = []
    done = workstation.condition_sides(
        actor,
        case_no,
        [before[0].id, before[2].id],
        Change(auto=("deskew", "crop", "archive")),
        report=lambda progress: told.append((progress.done, progress.total)),
    )
    assert (done.sides, done.changed) == (2, 2)
    assert done.found["deskew"] == done.found["crop"] == done.found["border"] == 2
    assert told == [(1, 2), (2, 2)]
    after = workstation.sides(case_no)
    assert after[1].recipe == {} and after[1].plain is None
    side = after[0]
    assert side.recipe["deskew"] == 1.5 and side.plain is not None
    assert (side.width, side.height) == (WIDTH, HEIGHT)
    picture = pixels(side.picture)
    assert picture.shape[::-1] == shown_size(side.recipe, side.width, side.height)
    assert pixels(side.plain).shape[::-1] == (WIDTH, HEIGHT)
    # 2.5 mm of filled bed round a sheet of 620 x 877.
    assert abs(picture.shape[1] - 620 - 2 * 7.4) < 5 and abs(picture.shape[0] - 877 - 14.8) < 5
    assert picture[3:-3, 3].min() > 200 and picture[3, 3:-3].min() > 200
    assert masters(workstation) == kept
    assert [workstation.text_lines(row.id) for row in after] == texts
    assert all(row.recognised for row in after)
    assert workstation.job_counts(case_no).queued == 0
    verdicts = {finding.code: finding.verdict for finding in side.findings}
    assert verdicts == {"skew": "accepted", "black_border": "accepted"}
    assert workstation.undo(actor, case_no)
    undone = workstation.sides(case_no)
    assert [(s.recipe, s.picture, s.thumbnail) for s in undone] == [
        (s.recipe, s.picture, s.thumbnail) for s in before
    ]
    assert workstation.redo(actor, case_no)
    again = workstation.sides(case_no)[0]
    assert (again.recipe, again.picture, again.plain) == (side.recipe, side.picture, side.plain)
    assert not list(workstation._context.folders.work.glob("conditioning-*"))


def test_boxes_follow_the_paper(workstation: Workstation, actor: Actor, case_no: str) -> None:
    first = ids(workstation, case_no)[0]
    workstation.condition_sides(actor, case_no, [first], Change(auto=("deskew", "crop")))
    side = workstation.sides(case_no)[0]
    plain, picture = pixels(side.plain), pixels(side.picture)
    # The bar of the first line, on the tilted page and on the straight one.
    tilted = np.argwhere(plain[105:150, 200:210] < 90)[:, 0] + 105
    box = (200.0, float(tilted.min()), 210.0, float(tilted.max()))
    x0, y0, x1, y1 = shown_box(side.recipe, side.width, side.height, box)
    inside = picture[round(y0) : round(y1), round(x0) : round(x1)]
    assert (inside < 90).mean() > 0.7
    assert (picture[round(y0) - 8 : round(y0) - 4, round(x0) : round(x1)] > 180).all()


def test_turning_takes_the_recipe_along(
    workstation: Workstation, actor: Actor, case_no: str
) -> None:
    first = ids(workstation, case_no)[0]
    change = Change(auto=("deskew", "crop", "border"))
    workstation.condition_sides(actor, case_no, [first], change)
    upright = workstation.sides(case_no)[0]
    workstation.turn_side(actor, first, 90)
    turned = workstation.sides(case_no)[0]
    assert (turned.width, turned.height) == (HEIGHT, WIDTH)
    lying = pixels(turned.picture)
    standing = np.rot90(pixels(upright.picture), -1)
    assert abs(lying.shape[0] - standing.shape[0]) <= 1
    rows, columns = min(lying.shape[0], standing.shape[0]), min(lying.shape[1], standing.shape[1])
    assert np.abs(lying[:rows, :columns] - standing[:rows, :columns]).mean() < 6
    finding = next(f for f in turned.findings if f.code == "black_border")
    assert finding.box == (HEIGHT - 100, 0, HEIGHT, 30)
    assert workstation.undo(actor, case_no)
    workstation.process(actor, case_no)
    back = workstation.sides(case_no)[0]
    assert back.recipe == upright.recipe and back.picture == upright.picture


def test_steps_by_hand_and_off_again(workstation: Workstation, actor: Actor, case_no: str) -> None:
    first = ids(workstation, case_no)[0]
    workstation.condition_sides(
        actor, case_no, [first], Change(deskew=-2.0, crop=(50.0, 60.0, 500.0, 700.0))
    )
    side = workstation.sides(case_no)[0]
    assert side.recipe == {"deskew": -2.0, "crop": [50.0, 60.0, 500.0, 700.0]}
    assert pixels(side.picture).shape == (640, 450)
    workstation.condition_sides(actor, case_no, [first], Change(auto=("gray",), off=("crop",)))
    side = workstation.sides(case_no)[0]
    assert side.recipe == {"deskew": -2.0, "colour": {"mode": "gray"}}
    workstation.condition_sides(actor, case_no, [first], Change(off=("all",)))
    side = workstation.sides(case_no)[0]
    assert side.recipe == {} and side.plain is None
    assert pixels(side.picture).shape == (HEIGHT, WIDTH)
    for _ in range(3):
        assert workstation.undo(actor, case_no)
    assert workstation.sides(case_no)[0].recipe == {}


def test_like_another_side_and_as_proposed(
    workstation: Workstation, actor: Actor, case_no: str
) -> None:
    assert [row.auto for row in workstation.proposals(case_no)] == [
        ("deskew", "crop", "border")
    ] * 3
    first, second, third = ids(workstation, case_no)
    workstation.condition_sides(actor, case_no, [first], Change(auto=("crop", "reading", "gray")))
    like = workstation.like_side(case_no, first)
    assert set(like.auto) == {"crop", "border", "reading", "gray"} and "deskew" in like.off
    workstation.condition_sides(actor, case_no, [second, third], like)
    rows = workstation.sides(case_no)
    assert {tuple(sorted(row.recipe)) for row in rows} == {
        ("border", "colour", "crop", "flatten", "specks")
    }
    done = workstation.condition_proposed(actor, case_no)
    assert done.changed == 3 and done.found == {"deskew": 3}
    assert workstation.proposals(case_no) == []
    assert workstation.condition_proposed(actor, case_no).sides == 0
    assert change_like({}) == Change(off=("cleanup", "deskew", "crop", "holes", "colour"))


def test_what_cannot_be_done_changes_nothing(
    workstation: Workstation, actor: Actor, case_no: str, pool: MeasuringPool
) -> None:
    first, second, _third = ids(workstation, case_no)

    def refused(kind: type[Exception], change: Change, *chosen: str, **more: Any) -> str:
        with pytest.raises(kind) as caught:
            workstation.condition_sides(actor, case_no, chosen or (first, second), change, **more)
        return str(getattr(caught.value, "code", ""))

    assert refused(BadInput, Change(auto=("sharpen",))) == "INS-109"
    assert refused(BadInput, Change(off=("sharpen",))) == "INS-109"
    assert refused(Refused, Change(auto=("gray",)), "nobody") == "INS-107"
    stopped = CancelToken()
    stopped.cancel()
    refused(Cancelled, Change(auto=("gray",)), cancel=stopped)

    def meddle(function: str, _path: Path) -> None:
        if function.endswith(":condition"):
            pool.before = lambda _function, _other: None
            workstation.condition_sides(actor, case_no, [second], Change(auto=("bitonal",)))

    pool.before = meddle
    assert refused(Refused, Change(auto=("gray",))) == "INS-111"
    rows = workstation.sides(case_no)
    assert [row.recipe.get("colour", {}).get("mode") for row in rows] == [None, "bitonal", None]
    with workstation._context.storage.write() as tx:
        tx.sides.amend({first: {"examined": ""}})
        tx.audit.record("测试", "side_examined", case_no)
        tx.commit()
    assert refused(Refused, Change(auto=("gray",))) == "INS-110"
