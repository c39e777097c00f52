"""When is a new page lying still: scenes fed frame by frame, and recorded videos."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image

from app.kernel.errors import BadInput
from app.kernel.progress import CancelToken
from scanner.api import ScannedSide, ScanRequest
from scanner.bridge import HostedScanner
from scanner.drivers.camera import CameraDriver
from scanner.drivers.camera_picture import standard_huffman_tables, with_huffman_tables
from scanner.drivers.camera_stillness import PageTurns, Settling, judge

Scenes = Callable[..., Image.Image]
FRAMES_PER_SECOND = 10


def gray(image: Image.Image) -> Any:
    return np.asarray(image.convert("L"))


def captures(images: Iterable[Image.Image], rest_seconds: float = 0.3) -> list[int]:
    """The numbers of the frames at which a picture was due."""
    turns = PageTurns(rest_seconds)
    taken = []
    for number, image in enumerate(images):
        look = judge(gray(image), number / FRAMES_PER_SECOND)
        if turns.feed(look):
            turns.captured(look)
            taken.append(number)
    return taken


def resting(scenes: Scenes, page: int, frames: int = 8, **facts: Any) -> list[Image.Image]:
    return [scenes(page, seed=seed, **facts) for seed in range(frames)]


def by_hand(scenes: Scenes, page: int) -> list[Image.Image]:
    return [scenes(page, hand=80 + 100 * step, seed=step) for step in range(3)]


def test_a_page_at_rest_is_taken_once(scenes: Scenes) -> None:
    assert len(captures(resting(scenes, 1, 20))) == 1


def test_an_empty_table_is_no_page(scenes: Scenes) -> None:
    frames = [*resting(scenes, 0, 10), *by_hand(scenes, 1), *resting(scenes, 1)]
    (taken,) = captures(frames)
    assert taken >= 13


def test_a_hand_that_changes_nothing_gives_no_second_picture(scenes: Scenes) -> None:
    frames = [*resting(scenes, 1), *by_hand(scenes, 1), *resting(scenes, 1), *by_hand(scenes, 2)]
    assert len(captures([*frames, *resting(scenes, 2)])) == 2


def test_a_page_that_moves_is_not_taken(scenes: Scenes) -> None:
    assert captures([*by_hand(scenes, 1), *by_hand(scenes, 2), *by_hand(scenes, 3)]) == []


def test_light_that_drifts_is_no_movement(scenes: Scenes) -> None:
    frames = [scenes(1, light=1.0 - 0.01 * step, seed=step) for step in range(25)]
    assert len(captures(frames)) == 1


@pytest.mark.parametrize("shift", [(2, 0), (0, 2)])
def test_a_blank_page_over_a_blank_page_is_another_page(
    scenes: Scenes, shift: tuple[int, int]
) -> None:
    def blank(seed: int, at: tuple[int, int]) -> Image.Image:
        image = scenes(0, seed=seed)
        image.paste((244, 243, 239), (160 + at[0], 30 + at[1], 480 + at[0], 450 + at[1]))
        return image

    first = [blank(seed, (0, 0)) for seed in range(8)]
    # Nobody lays a sheet down within two millimetres of the last one.
    second = [blank(seed, shift) for seed in range(8)]
    assert len(captures([*first, *by_hand(scenes, 0), *second])) == 2


def test_settling_waits_for_exposure_and_focus(scenes: Scenes) -> None:
    frames = [scenes(1, light=0.5 + 0.1 * step, seed=step) for step in range(5)]
    frames += [scenes(1, blur=3 - step, seed=step) for step in range(3)]
    frames += resting(scenes, 1, 4)
    settling = Settling()
    settled = [settling.feed(judge(gray(image), 0.0)) for image in frames]
    assert settled.index(True) >= 9


def test_tables_are_put_in_once(
    scenes: Scenes, encoded: Callable[..., bytes], stripped: Callable[[bytes], bytes]
) -> None:
    whole = encoded(scenes(1))
    assert with_huffman_tables(whole) == whole
    bare = stripped(whole)
    assert len(with_huffman_tables(bare)) == len(bare) + len(standard_huffman_tables())
    assert len(standard_huffman_tables()) == 432  # four segments with 12, 12, 162, 162 codes
    assert with_huffman_tables(b"") == b""
    assert with_huffman_tables(bare[:30]) == bare[:30]


# Videos


@pytest.fixture
def video(tmp_path: Path) -> Callable[[list[Image.Image]], Path]:
    """Writes frames as a video of ten frames a second."""

    def write(images: list[Image.Image]) -> Path:
        path = tmp_path / "翻页.avi"
        code = cv2.VideoWriter.fourcc(*"MJPG")
        writer = cv2.VideoWriter(str(path), code, FRAMES_PER_SECOND, images[0].size)
        assert writer.isOpened()
        for image in images:
            writer.write(np.asarray(image)[:, :, ::-1].copy())
        writer.release()
        return path

    return write


def leafing(scenes: Scenes, pages: int) -> list[Image.Image]:
    frames = resting(scenes, 0, 6)
    for page in range(1, pages + 1):
        frames += [*by_hand(scenes, page), *resting(scenes, page, 14)]
    return frames


def test_a_recorded_leafing_gives_every_page(
    scenes: Scenes, video: Callable[[list[Image.Image]], Path], tmp_path: Path
) -> None:
    path = video(leafing(scenes, 4))
    request = ScanRequest(
        name=f"video:{path}", spool=tmp_path / "spool", resolution=50, options={"auto": True}
    )
    events = list(HostedScanner("camera").scan(request, CancelToken()))
    sides = [event for event in events if isinstance(event, ScannedSide)]
    assert events == sides
    assert [side.sheet for side in sides] == [1, 2, 3, 4]
    for page, side in enumerate(sides, start=1):
        assert side.media_type == "image/png"
        with Image.open(side.path) as picture:
            kept = np.asarray(picture.convert("L"), np.float32)
        distances = [float(np.abs(kept - gray(scenes(other))).mean()) for other in range(1, 5)]
        assert distances.index(min(distances)) == page - 1


def test_the_last_page_counts_when_the_recording_ends_on_it(
    scenes: Scenes, video: Callable[[list[Image.Image]], Path], tmp_path: Path
) -> None:
    frames = [*resting(scenes, 1, 14), *by_hand(scenes, 2), *resting(scenes, 2, 9)]
    driver = CameraDriver()
    request = ScanRequest(
        name=f"video:{video(frames)}", spool=tmp_path / "spool", resolution=50, sheets=9
    )
    sides = list(driver.scan(request, CancelToken()))
    driver.release()
    assert len(sides) == 2


def test_one_still_of_a_recording(
    scenes: Scenes, video: Callable[[list[Image.Image]], Path], tmp_path: Path
) -> None:
    path = video(resting(scenes, 1, 14))
    driver = CameraDriver()
    request = ScanRequest(name=f"video:{path}", spool=tmp_path / "spool", resolution=50)
    (side,) = driver.scan(request, CancelToken())
    driver.release()
    assert isinstance(side, ScannedSide)
    capture = cv2.VideoCapture(str(path))
    recorded = [capture.read()[1] for _ in range(14)]
    capture.release()
    with Image.open(side.path) as picture:
        kept = np.asarray(picture)[:, :, ::-1]
    assert any(np.array_equal(kept, frame) for frame in recorded)


def test_what_is_no_video_is_refused(tmp_path: Path) -> None:
    (tmp_path / "no.mp4").write_bytes(b"no video at all")
    for name in ("no.mp4", "nowhere.mp4"):
        request = ScanRequest(name=f"video:{tmp_path / name}", spool=tmp_path / "spool")
        with pytest.raises(BadInput) as caught:
            list(CameraDriver().scan(request, CancelToken()))
        assert caught.value.code == "SCN-152"
