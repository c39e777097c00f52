"""Dossiers on disk: the same every time, truth and files agree, made once, never half."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from app.kernel.errors import BadInput, Broken
from scanner.paper import build
from scanner.paper.__main__ import main
from scanner.paper.bundled import BUNDLED
from scanner.paper.faults import plant
from scanner.paper.spec import DossierSpec


def spec_of(name: str, **settings: Any) -> DossierSpec:
    return DossierSpec(**{"name": name, "seed": 21, "sides": 12, "dpi": 100, **settings})


def truth_of(folder: Path) -> dict[str, Any]:
    truth: dict[str, Any] = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    return truth


def facts_of(folder: Path) -> dict[str, Any]:
    facts: dict[str, Any] = json.loads((folder / "facts.json").read_text(encoding="utf-8"))
    return facts


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build.build_bundled("small", tmp_path_factory.mktemp("bundled"))


def test_the_same_spec_gives_the_same_bytes(tmp_path: Path) -> None:
    first = build.build_dossier(spec_of("one"), tmp_path / "a")
    second = build.build_dossier(spec_of("one"), tmp_path / "b")
    assert digests(first) == digests(second)
    other = build.build_dossier(spec_of("one", seed=22), tmp_path / "c")
    assert digests(other)["sides/00001.jpg"] != digests(first)["sides/00001.jpg"]


def test_truth_describes_the_files(small: Path) -> None:
    truth = truth_of(small)
    files = sorted(str(path.relative_to(small)) for path in (small / "sides").iterdir())
    assert [side["file"] for side in truth["sides"]] == files
    assert [side["position"] for side in truth["sides"]] == list(range(1, len(files) + 1))
    for side in truth["sides"]:
        with Image.open(small / side["file"]) as image:
            assert image.size == (side["width"], side["height"]) == (1654, 2339)
            assert image.mode == "RGB"
            assert image.info["dpi"] == (200, 200)
        assert bool(side["text_lines"]) == (side["role"] != "blank")


def test_faces_follow_the_feeder_and_numbers_are_contiguous(small: Path) -> None:
    truth = truth_of(small)
    sides = truth["sides"]
    assert [side["face"] for side in sides] == ["front", "back"] * (len(sides) // 2)
    assert [side["sheet"] for side in sides] == [1 + index // 2 for index in range(len(sides))]
    numbers = [side["page_number"] for side in sides if side["page_number"] is not None]
    assert numbers == list(range(1, len(numbers) + 1))
    roles = [side["role"] for side in sides if side["role"] not in ("page", "blank")]
    assert roles == ["cover", "catalogue", "remarks"]
    for side in sides:
        assert (side["page_number"] is not None) == (side["role"] == "page")


def test_catalogue_items_and_facts_agree(small: Path) -> None:
    truth, facts = truth_of(small), facts_of(small)
    rows = [
        {"title": item["title"], "pages": [item["first_page"], item["last_page"]]}
        for item in truth["items"]
    ]
    assert facts["catalogue"] == rows
    assert facts["paper_pages"] == truth["items"][-1]["last_page"]
    assert facts["case_no"] == truth["case_no"]
    next_page = 1
    for item in truth["items"]:
        assert item["first_page"] == next_page
        next_page = item["last_page"] + 1
        for page, position in (("first_page", "first_position"), ("last_page", "last_position")):
            assert truth["sides"][item[position] - 1]["page_number"] == item[page]
    catalogue = next(side for side in truth["sides"] if side["role"] == "catalogue")
    for item in truth["items"]:
        assert item["title"] in catalogue["text_lines"]
    remarks = next(side for side in truth["sides"] if side["role"] == "remarks")
    assert f"本卷共{facts['paper_pages']}页。" in remarks["text_lines"]


def test_stamps_lie_where_the_truth_says(small: Path) -> None:
    stamped = [side for side in truth_of(small)["sides"] if side["number_box"]]
    assert stamped
    for side in stamped:
        x0, y0, x1, y1 = side["number_box"]
        with Image.open(small / side["file"]) as image:
            page = np.asarray(image.convert("L"))
        assert y1 < side["height"] * 0.12
        middle = (x0 + x1) / 2 / side["width"]
        assert middle > 0.75 if side["face"] == "front" else middle < 0.25
        assert page[y0:y1, x0:x1].min() < 150
        above = page[max(0, y0 - 40) : max(1, y0 - 8), x0:x1]
        assert above.min() > 190


def test_a_complete_folder_is_used_again(tmp_path: Path) -> None:
    made = build.build_dossier(spec_of("one"), tmp_path)
    before = {path: path.stat().st_mtime_ns for path in made.rglob("*")}
    assert build.build_dossier(spec_of("one"), tmp_path) == made
    assert {path: path.stat().st_mtime_ns for path in made.rglob("*")} == before


@pytest.mark.parametrize("loss", ["side", "truth", "facts", "short"])
def test_a_damaged_folder_is_made_anew(tmp_path: Path, loss: str) -> None:
    made = build.build_dossier(spec_of("one"), tmp_path)
    whole = digests(made)
    side = made / "sides" / "00003.jpg"
    if loss == "side":
        side.unlink()
    elif loss == "short":
        side.write_bytes(side.read_bytes()[:1000])
    else:
        (made / f"{loss}.json").unlink()
    assert digests(build.build_dossier(spec_of("one"), tmp_path)) == whole


def test_another_spec_under_the_same_name_replaces_it(tmp_path: Path) -> None:
    build.build_dossier(spec_of("one"), tmp_path)
    made = build.build_dossier(spec_of("one", seed=23), tmp_path)
    assert truth_of(made)["spec"]["seed"] == 23


def test_an_interrupted_build_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scan = build.PaperScanner.scan
    calls = 0

    def interrupted(self: build.PaperScanner, side: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == 6:
            raise KeyboardInterrupt
        return scan(self, side)

    with monkeypatch.context() as patch:
        patch.setattr(build.PaperScanner, "scan", interrupted)
        with pytest.raises(KeyboardInterrupt):
            build.build_dossier(spec_of("one"), tmp_path)
    assert not (tmp_path / "one").exists()
    made = build.build_dossier(spec_of("one"), tmp_path)
    assert len(list((made / "sides").iterdir())) == len(truth_of(made)["sides"])
    assert not list(tmp_path.glob(".one.making-*"))


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(Broken) as raised:
        build.build_dossier(spec_of("one"), tmp_path / "file" / "below")
    assert raised.value.code == "PAP-102"


def test_bundled_dossiers_are_known_by_name(tmp_path: Path) -> None:
    assert build.bundled_names()[0] == "demo"
    assert {"demo", "demo-faulty", "small", "rotated", "damaged"} <= set(build.bundled_names())
    for name, spec in BUNDLED.items():
        plan, sides, planted = plant(spec)
        assert spec.name == name
        assert len(planted) == len(spec.faults)
        assert len(sides) >= 10
        assert plan.page_count >= 4
    demo, sides, _ = plant(BUNDLED["demo"])
    assert 36 <= len(sides) <= 44
    assert demo.page_count >= 24
    with pytest.raises(BadInput) as raised:
        build.build_bundled("nothing", tmp_path)
    assert raised.value.code == "PAP-204"


@pytest.mark.parametrize(
    ("setting", "value"),
    [("family", "other"), ("dpi", 20), ("mode", "sepia"), ("sides", 2), ("matter", "war")],
)
def test_a_setting_out_of_range_is_refused(tmp_path: Path, setting: str, value: Any) -> None:
    with pytest.raises(BadInput) as raised:
        build.build_dossier(spec_of("one", **{setting: value}), tmp_path)
    assert raised.value.code == "PAP-202"
    assert raised.value.parameters["setting"] == setting


@pytest.mark.parametrize(("mode", "bands"), [("gray", "L"), ("lineart", "L")])
def test_modes_without_colour(tmp_path: Path, mode: str, bands: str) -> None:
    made = build.build_dossier(spec_of("one", mode=mode), tmp_path)
    with Image.open(made / "sides" / "00005.jpg") as image:
        assert image.mode == bands
        middle = np.asarray(image)[300:600, 200:600]
    grey = ((middle > 60) & (middle < 190)).mean()
    assert grey < 0.02 if mode == "lineart" else grey > 0.005


def test_the_command_line_makes_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--out", str(tmp_path), "--seed", "5", "--family", "check", "--sides", "14"]
    status = main([*arguments, "--dpi", "100", "--fault", "missing_page=2"])
    assert status == 0
    made = Path(json.loads(capsys.readouterr().out)["folder"])
    assert made.name == "check-5"
    assert truth_of(made)["planted"][0]["page_numbers"] == [2]
    assert main([*arguments, "--fault", "missing_page=x"]) == 2
    assert json.loads(capsys.readouterr().err)["code"] == "PAP-201"
