"""`inspect` and `ocr` on named files, without a database."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from app.kernel.errors import Broken, Fault
from tests.cli.conftest import Program
from tests.replay import Dossier, ReplayPool, page_bytes


def test_inspect_keeps_the_order_given_and_the_names_as_given(
    program: Program, dossier: Dossier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(dossier.folder.parent)
    last = dossier.folder / "扫描 12.jpg"
    said = program("inspect", last, "扫描 件", "--json")
    assert said.status == 0
    files = said.record["files"]
    assert [entry["position"] for entry in files] == [1, 2, 3, 4, 5]
    assert files[0]["file"] == str(last)
    assert [entry["file"] for entry in files[1:]] == [
        str(Path("扫描 件") / f"扫描 {number}.jpg") for number in (9, 10, 11, 12)
    ]
    assert set(files[0]) >= {"width", "height", "dpi", "measures", "findings"}
    assert [f["code"] for f in files[2]["findings"]] == ["blank"]
    assert "fingerprint" not in files[0]
    assert said.record["seconds"] >= 0


def test_a_container_gives_a_side_for_every_page(
    program: Program, dossier: Dossier, tmp_path: Path
) -> None:
    pages = [Image.open(io.BytesIO(page_bytes(text))) for text in ("一", "二", "三")]
    path = tmp_path / "多页.tif"
    pages[0].save(path, save_all=True, append_images=pages[1:])
    said = program("inspect", path, "--json")
    assert [entry["frame"] for entry in said.record["files"]] == [0, 1, 2]


def test_a_damaged_file_is_a_finding_and_the_others_go_on(
    program: Program, dossier: Dossier, pool: ReplayPool
) -> None:
    (dossier.folder / "扫描 10.jpg").write_bytes(b"")

    def before(function: str, path: Path) -> None:
        if path.name == "扫描 11.jpg":
            raise Fault("JOB-105", function=function, reason="ValueError")

    pool.before = before
    said = program("inspect", dossier.folder, "--json")
    codes = [[f["code"] for f in entry["findings"]] for entry in said.record["files"]]
    assert codes == [[], ["unreadable"], ["unreadable"], []]
    assert said.status == 0
    read = program("ocr", dossier.folder, "--json").record["files"]
    assert [bool(entry["text"]) for entry in read] == [True, False, False, True]


def test_ocr_turns_a_page_first(program: Program, dossier: Dossier) -> None:
    path = dossier.add("横.jpg", ("横放的一页", 4))
    entry = program("ocr", path, "--engine", "tesseract", "--json").record["files"][0]
    assert (entry["orientation"], entry["engine"]) == (90, "tesseract")
    assert entry["text"] == "横放的一页\n此处为正文内容，足以成行。"
    assert [set(line) for line in entry["lines"]] == [{"text", "confidence", "box"}] * 2
    assert program("ocr", path).out.startswith("横放的一页\n")


def test_a_worker_that_crashes_once_is_asked_again(
    program: Program, dossier: Dossier, pool: ReplayPool
) -> None:
    crashed: list[Path] = []

    def before(function: str, path: Path) -> None:
        if not crashed:
            crashed.append(path)
            raise Broken("JOB-101", function=function, exit_code=-9)

    pool.before = before
    files = program("inspect", dossier.folder, "--json").record["files"]
    assert not [f for entry in files for f in entry["findings"] if f["code"] == "unreadable"]


@pytest.mark.parametrize(("name", "code"), [("没有.jpg", "SCN-204"), ("文本.txt", "SCN-207")])
def test_what_is_no_image_is_refused(
    program: Program, tmp_path: Path, dossier: Dossier, name: str, code: str
) -> None:
    (tmp_path / "文本.txt").write_text("文本", encoding="utf-8")
    said = program("inspect", dossier.folder / "扫描 9.jpg", tmp_path / name, "--json")
    assert (said.status, said.code) == (2, code)
    assert name in said.record["error"]["message"]


def test_one_bad_image_is_told_and_a_broken_set_up_stops(
    program: Program, dossier: Dossier, pool: ReplayPool
) -> None:
    fault = Broken("JOB-101", function="f", exit_code=-11)

    def before(function: str, _path: Path) -> None:
        if function == "ocr.recognition:recognise":
            raise fault

    pool.before = before
    read = program("ocr", dossier.folder, "--json")
    assert {entry["error"] for entry in read.record["files"]} == {"JOB-101"}
    fault = Broken("SYS-404", path="", free=0)
    said = program("ocr", dossier.folder, "--json")
    assert (said.status, said.code) == (4, "SYS-404")
