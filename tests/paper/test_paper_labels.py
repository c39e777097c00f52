"""Labels: every planted fault lies where its label says; what is none is left alone."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from app.kernel.errors import BadInput
from scanner.paper.build import LABELS, build_dossier, spec_digest
from scanner.paper.bundled import BUNDLED
from scanner.paper.chance import choices
from scanner.paper.faults import plant
from scanner.paper.field.scanner import FieldScanner
from scanner.paper.plan import PlannedSide
from scanner.paper.scan import PaperScanner, Scanned
from scanner.paper.spec import (
    IMAGE_MODES,
    LEAF_KINDS,
    DossierSpec,
    PlantedFault,
    parse_fault,
    parse_trait,
)
from scanner.paper.typography import number_style_of, scan_style_of

Gray = NDArray[np.uint8]
BOXED = ("folded_corner", "foreign_object", "cut_off", "streak", "black_border")


class Bench:
    """A written side of a family, and the scanner that scans it."""

    def __init__(self, family: str) -> None:
        spec = DossierSpec(name="bench", seed=31, family=family, matter="loan", sides=12, dpi=100)
        _, sides, _ = plant(spec)
        chance = choices(spec.seed, "scanner")
        numbers = number_style_of(family, chance)
        self.scanner: PaperScanner | FieldScanner = (
            FieldScanner(spec, numbers)
            if family == "field"
            else PaperScanner(spec, numbers, scan_style_of(family, chance))
        )
        self.side = next(side for side in sides if side.draft and side.page_number == 1)
        self.sound = picture(self.scan()).astype(int)

    def scan(self, side: PlannedSide | None = None, **changes: Any) -> Scanned:
        return self.scanner.scan(replace(side or self.side, **changes))


# "development" is drawn by the code of "check".
@pytest.fixture(scope="module", params=("check", "field"))
def bench(request: pytest.FixtureRequest) -> Bench:
    return Bench(request.param)


def picture(scanned: Scanned) -> Gray:
    with Image.open(io.BytesIO(scanned.data)) as image:
        assert image.size == (scanned.width, scanned.height)
        return np.asarray(image.convert("L"))


@pytest.mark.parametrize("kind", BOXED)
def test_faults_lie_where_the_label_says(bench: Bench, kind: str) -> None:
    sound = bench.sound
    for mode in IMAGE_MODES[kind]:
        scanned = bench.scan(damage=((kind, 0.0, mode),))
        page = picture(scanned).astype(int)
        assert scanned.boxes[kind], mode
        for box in scanned.boxes[kind]:
            x0, x1 = (min(max(0, round(value)), scanned.width) for value in box[::2])
            y0, y1 = (min(max(0, round(value)), scanned.height) for value in box[1::2])
            assert x1 > x0, (mode, box)
            assert y1 > y0, (mode, box)
            if kind in ("folded_corner", "foreign_object"):
                inside = np.abs(page - sound)[y0:y1, x0:x1]
                assert np.quantile(inside, 0.98) > 12, (mode, box)


def test_sheets_of_other_sizes_have_other_pictures(bench: Bench) -> None:
    height, width = bench.sound.shape
    for mode in IMAGE_MODES["size_outlier"]:
        other = bench.scan(damage=(("size_outlier", 0.0, mode),))
        change = max(
            abs(other.width / width - 1),
            abs(other.height / height - 1),
        )
        assert change > 0.12, mode
        assert picture(other).std() > 3


def test_motion_takes_the_edges_away(bench: Bench) -> None:
    moved = picture(bench.scan(damage=(("blur", 0.0, "motion"),))).astype(int)
    assert np.abs(np.diff(moved)).max() < np.abs(np.diff(bench.sound)).max() * 0.8


def test_traits_and_leaves_are_no_faults(bench: Bench) -> None:
    traits = (("stain", "coffee"), ("holes", "four"), ("warp", ""), ("light", "gutter"))
    worn = bench.scan(traits=traits)
    assert not worn.boxes
    assert not worn.either
    assert np.abs(picture(worn).astype(int) - bench.sound).mean() > 0.5
    blank = replace(bench.side, draft=None, behind=None, stamp=None)
    for kind in ("grid_paper", "receipts", "landscape_table", "lone_number", "lone_seal"):
        leaf = bench.scan(blank, leaf=kind, role="leaf")
        assert not leaf.boxes
        assert picture(leaf).std() > 0.4, kind
        assert (leaf.width > leaf.height) == (kind == "landscape_table")
        assert leaf.lines >= 1 or kind == "lone_seal"


def test_a_turned_side_takes_its_boxes_along(bench: Bench) -> None:
    damage = ("foreign_object", 0.0, "note")
    plain = bench.scan(damage=(damage,))
    turned = bench.scan(damage=(damage, ("orientation", 90.0, "")))
    assert (turned.width, turned.height) == (plain.height, plain.width)
    assert turned.turn == 90
    x0, y0, x1, y1 = plain.boxes["foreign_object"][0]
    expected = (y0, plain.width - x1, y1, plain.width - x0)
    assert turned.boxes["foreign_object"][0] == pytest.approx(expected, abs=1.0)


def test_the_field_family_is_the_same_every_time() -> None:
    assert Bench("field").scan().data == Bench("field").scan().data


def test_labels_are_written_beside_the_truth(tmp_path: Path) -> None:
    spec = DossierSpec(
        name="labelled",
        seed=9,
        sides=10,
        dpi=100,
        leaves=("two_columns",),
        faults=(parse_fault("cut_off=5:text"), parse_fault("duplicate_page=2:rescan")),
        traits=(parse_trait("tint=6:pink"),),
    )
    made = build_dossier(spec, tmp_path)
    truth = json.loads((made / "truth.json").read_text(encoding="utf-8"))
    labels = json.loads((made / LABELS).read_text(encoding="utf-8"))["sides"]
    assert [side["file"] for side in labels] == [side["file"] for side in truth["sides"]]
    assert [fault["code"] for fault in labels[4]["faults"]] == ["cut_off"]
    assert labels[4]["faults"][0]["boxes"]
    assert labels[5]["traits"] == [["tint", "pink"]]
    assert [side["leaf"] for side in labels if side["leaf"]] == ["two_columns"]
    again = [side for side in labels if side["copy"]]
    assert ["light", "rescan"] in again[0]["traits"]
    blank = {side["position"] for side in labels if side["blank"]}
    assert blank == {side["position"] for side in truth["sides"] if side["role"] == "blank"}


def test_what_was_added_leaves_the_bundled_dossiers_as_they_were() -> None:
    known = {
        "demo": "97648f2ccddd488ed494b4f4e51c4cacdf1bcd0b4e84590bcfe57b1fdd489556",
        "demo-faulty": "910c9f94603456c11bb447a53b161ac0b5d53def0f9b2db59a61b090e84c8349",
    }
    assert {name: spec_digest(BUNDLED[name]) for name in known} == known


@pytest.mark.parametrize("text", ["cut_off=3", "cut_off=3:sideways", "foreign_object=4:hammer"])
def test_a_mode_that_is_not_known_is_refused(text: str) -> None:
    with pytest.raises(BadInput) as raised:
        parse_fault(text)
    assert raised.value.code == "PAP-201"


@pytest.mark.parametrize("text", ["stain=3", "stain=3:beer", "rain=3", "dust=x"])
def test_a_trait_that_is_not_known_is_refused(text: str) -> None:
    with pytest.raises(BadInput) as raised:
        parse_trait(text)
    assert raised.value.code == "PAP-201"


def test_unknown_leaves_and_traits_are_refused(tmp_path: Path) -> None:
    plain = DossierSpec(name="plain", seed=1, sides=10, dpi=100)
    stained = (PlantedFault(kind="stain", numbers=(3,), mode="beer"),)
    for setting, spec in (
        ("leaves", replace(plain, leaves=(*LEAF_KINDS, "papyrus"))),
        ("traits", replace(plain, traits=stained)),
    ):
        with pytest.raises(BadInput) as raised:
            build_dossier(spec, tmp_path)
        assert raised.value.parameters["setting"] == setting
    trait = PlantedFault(kind="dust", numbers=(900,))
    with pytest.raises(BadInput) as raised:
        plant(replace(plain, traits=(trait,)))
    assert raised.value.code == "PAP-203"
