"""What the watching of a video or of a camera writes down, look by look."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from app.kernel.errors import Transient
from ocr.leafing import frames
from ocr.leafing.ahead import Prepared, _Waiting
from ocr.leafing.frames import Frame
from ocr.leafing.side_index import prepare
from ocr.leafing.stills import Still
from ocr.leafing.watching import watch
from tests.leafing.conftest import LOOK, Film, leafing_camera

Watched = Callable[..., tuple[list[dict[str, Any]], dict[str, Any]]]


@pytest.fixture
def watched(scans: list[Path], tmp_path: Path) -> Watched:
    """Watches a source with the first pages in the file."""

    def watching(
        source: str, pages: int = 3, preview: str = ""
    ) -> tuple[list[dict[str, Any]], dict[str, Any]]:
        folder = tmp_path / "sides"
        folder.mkdir(exist_ok=True)
        prepare([(page.stem, str(page), 0, 0) for page in scans[:pages]], str(folder))
        files = [
            (place, str(folder / f"{page.stem}.npz"))
            for place, page in enumerate(scans[:pages], start=1)
        ]
        out = tmp_path / "looks.jsonl"
        out.unlink(missing_ok=True)
        stop = str(tmp_path / "stop")
        result = watch(source, files, str(out), stop, str(tmp_path), preview)
        return lines_of(out), result

    return watching


def lines_of(out: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]


def test_a_recording_gives_the_same_each_time(
    watched: Watched, film: Film, scans: list[Path], tmp_path: Path
) -> None:
    video = str(film(scans[:3]))
    preview = tmp_path / "preview.jpg"
    looks, result = watched(video, preview=str(preview))
    again, _ = watched(video)
    assert looks == again
    assert {look["position"] for look in looks if look["kind"] == "side"} == {1, 3}
    assert all(look["frame_size"] == [LOOK.width, LOOK.height] for look in looks)
    assert [look["frame"] for look in looks] == sorted(look["frame"] for look in looks)
    assert set(result["stages"]) == {"read", "prepare", "recognise"}
    shown = cv2.imread(str(preview))
    assert shown is not None
    assert shown.shape[1] == min(960, LOOK.width)


def test_an_open_book_shows_two_sides_at_once(
    watched: Watched, scans: list[Path], tmp_path: Path
) -> None:
    pages = [cv2.imread(str(scans[place])) for place in (0, 2, 4)]
    video = tmp_path / "book.avi"
    book = leafing_camera.CameraLook(width=1280, height=720, still_frames=6, turn_frames=3)
    leafing_camera.record(video, [(None, pages[0]), (pages[1], pages[2])], book, 3)
    looks, _ = watched(str(video), pages=5)
    sides: dict[int, set[int]] = {}
    for look in looks:
        if look["kind"] == "side":
            sides.setdefault(look["rest"], set()).add(look["position"])
    assert {3, 5} in sides.values()
    assert {1} in sides.values()


def test_a_stranger_bound_into_an_open_book_is_seen_beside_a_side(
    watched: Watched, scans: list[Path], tmp_path: Path
) -> None:
    pages = [cv2.imread(str(scans[place])) for place in (0, 2, 8, 4)]
    video = tmp_path / "book.avi"
    book = leafing_camera.CameraLook(width=1280, height=720, still_frames=8, turn_frames=3)
    leafing_camera.record(
        video, [(None, pages[0]), (pages[1], pages[2]), (None, pages[3])], book, 3
    )
    looks, _ = watched(str(video), pages=5)
    spread = [look for look in looks if look["rest"] == 2]
    assert [(look["kind"], look["position"]) for look in spread] == [
        ("side", 3),
        ("unknown", 0),
        ("side", 3),
        ("unknown", 0),
    ]
    assert len({look["frame"] for look in spread}) == 2


def test_a_table_and_a_hand_show_no_side(watched: Watched, tmp_path: Path) -> None:
    video = tmp_path / "table.avi"
    leafing_camera.record_no_dossier(video, LOOK, 2.0, 4)
    looks, _ = watched(str(video))
    assert {look["kind"] for look in looks} <= {"nothing", "blank"}


@pytest.mark.parametrize("kind", ["black", "street"])
def test_what_is_no_dossier_shows_no_leaf(watched: Watched, tmp_path: Path, kind: str) -> None:
    chance = np.random.default_rng(7)
    street = cv2.resize(chance.integers(0, 255, (18, 60, 3), np.uint8), (1400, 540))
    video = tmp_path / f"{kind}.avi"
    size = (LOOK.width, LOOK.height)
    file = cv2.VideoWriter(str(video), cv2.VideoWriter.fourcc(*"MJPG"), 30, size)
    for number in range(45):
        # The picture passes by, and stands still now and then.
        left = min(number, 30) * 8
        passing = street[:, left : left + LOOK.width]
        file.write(passing if kind == "street" else np.zeros_like(passing))
    file.release()
    looks, _ = watched(str(video))
    assert {look["kind"] for look in looks} <= {"nothing"}


class PulledCamera:
    """A camera that shows one picture until it was recognised, and is then pulled."""

    def __init__(self, picture: NDArray[np.uint8], out: Path) -> None:
        self._picture, self._out = picture, out

    def __call__(self, _number: int) -> PulledCamera:
        return self

    def isOpened(self) -> bool:  # noqa: N802  (as OpenCV calls it)
        return True

    def get(self, _property: int) -> float:
        return 30.0

    def set(self, _property: int, _value: float) -> bool:
        return True

    def read(self) -> tuple[bool, NDArray[np.uint8] | None]:
        if self._out.exists() and self._out.stat().st_size:
            return False, None
        return True, self._picture.copy()

    def release(self) -> None:
        pass


def test_a_camera_that_is_pulled_ends_the_watching_and_keeps_what_was_seen(
    watched: Watched,
    film: Film,
    scans: list[Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    video = cv2.VideoCapture(str(film(scans[:1])))
    _, picture = video.read()
    video.release()
    (tmp_path / "video7").touch()
    out = tmp_path / "looks.jsonl"
    monkeypatch.setattr(frames, "_DEVICES", tmp_path)
    monkeypatch.setattr(frames, "_SILENT_SECONDS", 0.2)
    monkeypatch.setattr(cv2, "VideoCapture", PulledCamera(np.asarray(picture, np.uint8), out))
    with pytest.raises(Transient, match="FLP-105"):
        watched("camera:7")
    assert [look["position"] for look in lines_of(out)] == [1]


def test_nodes_that_are_no_cameras_are_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "video0").touch()
    (tmp_path / "video-of-somebody").touch()
    monkeypatch.setattr(frames, "_DEVICES", tmp_path)
    monkeypatch.setattr(frames.sys, "platform", "linux")
    assert frames.cameras() == []
    monkeypatch.setattr(frames, "_captures", lambda device: device.name == "video0")
    assert frames.cameras() == ["camera:0"]


def test_of_a_camera_the_newest_look_at_a_rest_counts() -> None:
    waiting = _Waiting(newest=True)
    for number, rest in enumerate((1, 1, 2, 3, 3, 4, 5, 5)):
        waiting.put(look(number, rest))
    taken = []
    while (next_ := waiting.take()) is not None:
        taken.append((next_.still.frame.number, next_.still.rest))
    assert taken == [(2, 2), (4, 3), (5, 4), (7, 5)]


def look(number: int, rest: int) -> Prepared:
    gray = np.zeros((9, 16), np.uint8)
    frame = Frame(number=number, seconds=0.0, pixels=gray, gray=gray)
    return Prepared(still=Still(frame=frame, rest=rest), view=None)
