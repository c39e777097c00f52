"""The document camera through the real host, against a camera at the level of the C library."""

from __future__ import annotations

import errno
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from app.kernel.errors import BadInput, Broken, Fault, Transient
from app.kernel.progress import Cancelled, CancelToken
from scanner.api import ScannedSide, ScanRequest

Scenes = Callable[..., Image.Image]
Encoded = Callable[..., bytes]


def test_it_is_found_and_its_metadata_node_is_not(bench: Any) -> None:
    devices = bench.driver().devices()
    assert [(device.source, device.model) for device in devices] == [
        ("camera:77", "Document Camera 高拍仪")
    ]
    assert "open metadata" in bench.calls


def test_every_control_is_described(bench: Any) -> None:
    found = bench.driver().capabilities("77")
    assert found.sources[0].kind == "camera"
    assert (found.brightness, found.contrast) == (True, False)
    options = {option.name: option for option in found.options}
    assert options["size"].choices == ("640x480", "160x120")
    exposure = options["auto_exposure"]
    assert exposure.choices == ("Manual Mode", "Aperture Priority Mode")
    assert exposure.value == "Aperture Priority Mode"
    assert exposure.group == "Camera Controls"
    focus = options["focus_absolute"]
    assert (focus.type, focus.minimum, focus.maximum, focus.step) == ("int", 0, 250, 5)
    assert not focus.active
    assert options["white_balance_automatic"].value is True


def test_the_bytes_of_the_camera_are_the_master(
    bench: Any, scenes: Scenes, encoded: Encoded
) -> None:
    frame = encoded(scenes(3))
    (side,), warnings = bench.scan(bench.driver([frame]))
    assert side.path.read_bytes() == frame
    assert (side.width, side.height, side.dpi, side.fault) == (640, 480, 0, "")
    assert (side.media_type, side.sheet, side.face) == ("image/jpeg", 1, "front")
    assert warnings == []


def test_the_order_of_calls_and_that_all_is_given_back(
    bench: Any, scenes: Scenes, encoded: Encoded
) -> None:
    bench.scan(bench.driver([encoded(scenes(1))]))
    assert bench.calls == [
        "open",
        "S_FMT 640x480",
        "REQBUFS 4",
        *["mmap"] * 4,
        "STREAMON",
        "STREAMOFF",
        *["munmap"] * 4,
        "REQBUFS 0",
        "close",
    ]


def test_a_frame_without_huffman_tables_becomes_a_valid_file(
    bench: Any, scenes: Scenes, encoded: Encoded, stripped: Callable[[bytes], bytes]
) -> None:
    whole = encoded(scenes(4))
    frame = stripped(whole)
    assert len(frame) < len(whole) - 400
    (side,), _ = bench.scan(bench.driver([frame]))
    data = side.path.read_bytes()
    with Image.open(io.BytesIO(data)) as kept, Image.open(io.BytesIO(whole)) as meant:
        assert np.array_equal(np.asarray(kept), np.asarray(meant))
    # Nothing but the tables was put in.
    place = next(n for n in range(len(frame)) if frame[n] != data[n])
    assert data[place + len(data) - len(frame) :] == frame[place:]


@pytest.mark.parametrize("stride", [0, 1344])
def test_bare_pixels_become_a_lossless_picture(bench: Any, scenes: Scenes, stride: int) -> None:
    gray = np.asarray(scenes(2).convert("L"))
    rows = np.full((480, stride or 1280), 128, np.uint8)
    rows[:, 0:1280:2] = gray
    driver = bench.driver([rows.tobytes()], format="YUYV", stride=stride)
    (side,), _ = bench.scan(driver)
    assert side.media_type == "image/png"
    with Image.open(side.path) as picture:
        assert picture.size == (640, 480)
        # Limited range becomes full range: darker than black and whiter than white are cut off.
        wanted = ((gray.astype(float) - 16) * 255 / 219).clip(0, 255)
        assert np.abs(np.asarray(picture)[:, :, 1] - wanted).max() <= 2


def test_the_picture_is_taken_after_exposure_and_focus_have_settled(
    bench: Any, scenes: Scenes, encoded: Encoded
) -> None:
    waking = [
        encoded(scenes(5, light=0.2 + 0.1 * step, blur=8 - step, seed=step)) for step in range(8)
    ]
    settled = [encoded(scenes(5, blur=blur, seed=90 + n)) for n, blur in enumerate([0, 0, 0, 0])]
    (side,), warnings = bench.scan(bench.driver([*waking, *settled], interval_ms=10))
    assert side.path.read_bytes() in settled
    assert warnings == []


def test_the_sharpest_of_the_settled_frames_is_kept(
    bench: Any, scenes: Scenes, encoded: Encoded
) -> None:
    blurs = [1.5, 1.5, 1.5, 1.5, 1.5, 0.2, 1.5]
    frames = [encoded(scenes(6, blur=blur, seed=n)) for n, blur in enumerate(blurs)]
    (side,), _ = bench.scan(bench.driver(frames, interval_ms=10), options={"frames": 5})
    assert side.path.read_bytes() == frames[5]


def test_a_picture_that_never_rests_is_taken_and_told(
    bench: Any, scenes: Scenes, encoded: Encoded
) -> None:
    frames = 11 * [encoded(scenes(1 + n % 2, hand=40 + 60 * n, seed=n)) for n in range(7)]
    driver = bench.driver(frames, interval_ms=10)
    (side,), warnings = bench.scan(driver, options={"settle_seconds": 0.5})
    assert side.path.read_bytes() in frames
    assert [warning.code for warning in warnings] == ["SCN-250"]


def test_a_dark_picture_is_told(bench: Any, scenes: Scenes, encoded: Encoded) -> None:
    (side,), warnings = bench.scan(bench.driver([encoded(scenes(1, light=0.02))]))
    assert side.sheet == 1
    assert [warning.code for warning in warnings] == ["SCN-251"]


def test_torn_and_marked_frames_are_passed_over(
    bench: Any, scenes: Scenes, encoded: Encoded
) -> None:
    good = encoded(scenes(7))
    torn = [good[: len(good) // 2], b"", good[:-900], encoded(scenes(8))]
    driver = bench.driver([*torn, good], error_flag_at=3)
    (side,), warnings = bench.scan(driver, options={"skip_frames": 0})
    assert side.path.read_bytes() == good
    assert warnings == []


def test_nothing_but_torn_frames_is_a_fault(bench: Any, scenes: Scenes, encoded: Encoded) -> None:
    good = encoded(scenes(7))
    with pytest.raises(Transient) as caught:
        bench.scan(bench.driver([good[: len(good) // 2]]))
    assert caught.value.code == "SCN-111"


@pytest.mark.parametrize(
    ("settings", "kind", "code"),
    [
        ({"open_errno": errno.EBUSY}, Transient, "SCN-103"),
        ({"open_errno": errno.EACCES}, Broken, "SCN-108"),
        ({"open_errno": errno.ENODEV}, Transient, "SCN-102"),
        ({"streamon_errno": errno.EBUSY}, Transient, "SCN-103"),
        ({"streamon_errno": errno.ENOSPC}, Transient, "SCN-151"),
        ({"streamon_errno": errno.ENOMEM}, Transient, "SCN-109"),
        ({"fail_at": 2, "fail_errno": errno.ENODEV}, Transient, "SCN-122"),
        ({"fail_at": 0, "fail_errno": errno.EIO}, Transient, "SCN-122"),
        ({"silent_at": 0}, Transient, "SCN-150"),
        ({"silent_at": 2}, Transient, "SCN-150"),
        ({"format": "H264"}, BadInput, "SCN-120"),
    ],
)
def test_faults_of_the_camera(
    bench: Any,
    scenes: Scenes,
    encoded: Encoded,
    settings: dict[str, Any],
    kind: type[Fault],
    code: str,
) -> None:
    driver = bench.driver([encoded(scenes(1))], **settings)
    with pytest.raises(kind) as caught:
        bench.scan(driver, options={"frame_seconds": 0.5})
    assert caught.value.code == code
    assert not [call for call in bench.calls if call.startswith("WRONG")]
    if "open_errno" not in settings:
        assert bench.calls[-1] == "close"


@pytest.mark.parametrize("name", ["79", "/dev/nothing", "/dev/null", "78"])
def test_what_is_no_camera_is_not_there(bench: Any, name: str) -> None:
    with pytest.raises(Transient) as caught:
        bench.scan(bench.driver(), name=name)
    assert (caught.value.code, caught.value.parameters["name"]) == ("SCN-102", name)


def test_controls_are_set_in_the_order_that_unlocks_them(
    bench: Any, scenes: Scenes, encoded: Encoded
) -> None:
    options = {
        "exposure_time_absolute": 120,
        "focus_absolute": 33,
        "auto_exposure": "Manual Mode",
        "focus_automatic_continuous": False,
        "power_line_frequency": "60 hz",
    }
    _, warnings = bench.scan(bench.driver([encoded(scenes(1))]), options=options, brightness=50)
    set_calls = [call for call in bench.calls if call.startswith("control")]
    assert sorted(set_calls) == [
        "control Auto Exposure = 1",
        "control Brightness = 32",
        "control Exposure Time, Absolute = 120",
        "control Focus, Absolute = 35",
        "control Focus, Automatic Continuous = 0",
        "control Power Line Frequency = 2",
    ]
    assert [(w.code, w.parameters) for w in warnings] == [
        ("SCN-212", {"option": "focus_absolute", "asked": "33", "got": "35"})
    ]


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("brightness", 900),
        ("brightness", "much"),
        ("auto_exposure", "Shutter Priority"),
        ("focus_absolute", 30),
        ("zoom", 1),
        ("size", "large"),
        ("frames", 0),
        ("rest_seconds", "inf"),
        ("auto", "perhaps"),
    ],
)
def test_wrong_settings_are_refused(
    bench: Any, scenes: Scenes, encoded: Encoded, option: str, value: Any
) -> None:
    with pytest.raises(BadInput) as caught:
        bench.scan(bench.driver([encoded(scenes(1))]), options={option: value})
    assert (caught.value.code, caught.value.parameters["option"]) == ("SCN-114", option)


def test_wishes_that_a_camera_cannot_fulfil_are_told(
    bench: Any, scenes: Scenes, encoded: Encoded
) -> None:
    driver = bench.driver([encoded(scenes(1))], stepwise=1)
    _, warnings = bench.scan(
        driver, mode="gray", way="feeder", imprint="x", contrast=5, resolution=300
    )
    told = [(w.code, w.parameters.get("setting") or w.parameters["option"]) for w in warnings]
    assert told == [
        ("SCN-213", "mode"),
        ("SCN-213", "way"),
        ("SCN-213", "imprint"),
        ("SCN-213", "contrast"),
        ("SCN-212", "resolution"),
    ]
    assert warnings[-1].parameters["got"] == "55"


def test_a_smaller_size_can_be_asked_for(bench: Any, scenes: Scenes, encoded: Encoded) -> None:
    frame = encoded(scenes(1, size=(160, 120)))
    (side,), _ = bench.scan(bench.driver([frame]), options={"size": "160x120"}, resolution=10)
    assert (side.width, side.height) == (160, 120)
    assert "S_FMT 160x120" in bench.calls


def turning(scenes: Scenes, encoded: Encoded, pages: list[int]) -> list[bytes]:
    """Pages laid down one after the other by hand: 4 frames of a hand and 26 at rest each."""
    frames: list[bytes] = []
    for page in pages:
        frames += [encoded(scenes(page, hand=60 + 90 * step, seed=step)) for step in range(4)]
        still = [encoded(scenes(page, seed=seed)) for seed in range(3)]
        frames += [still[step % 3] for step in range(26)]
    return frames


def test_a_picture_of_every_page_that_is_laid_down(
    bench: Any, scenes: Scenes, encoded: Encoded
) -> None:
    frames = turning(scenes, encoded, [1, 2, 3])
    driver = bench.driver(frames, interval_ms=30)
    options = {"auto": True, "rest_seconds": 0.15, "idle_seconds": 6.0, "duplex_pairs": True}
    sides, warnings = bench.scan(driver, options=options)
    assert [(side.sheet, side.face) for side in sides] == [(1, "front"), (1, "back"), (2, "front")]
    assert [warning.code for warning in warnings] == ["SCN-211"]
    places = [frames.index(side.path.read_bytes()) for side in sides]
    assert [place // 30 for place in places] == [0, 1, 2]
    assert all(place % 30 >= 4 for place in places)


def test_pages_end_at_the_number_of_sheets(bench: Any, scenes: Scenes, encoded: Encoded) -> None:
    driver = bench.driver(turning(scenes, encoded, [1, 2, 3]), interval_ms=30)
    sides, _ = bench.scan(driver, sheets=2, options={"rest_seconds": 0.15})
    assert [side.sheet for side in sides] == [1, 2]


def test_cancelling_ends_the_pages_like_any_batch_and_a_still_not(
    bench: Any, scenes: Scenes, encoded: Encoded
) -> None:
    token = CancelToken()
    driver = bench.driver(turning(scenes, encoded, [1]), interval_ms=30)
    request = ScanRequest(
        name="77", spool=bench.folder / "spool", resolution=50, options={"auto": True}
    )
    sides = []
    for event in driver.scan(request, token):
        assert isinstance(event, ScannedSide)
        sides.append(event)
        token.cancel()
    assert len(sides) == 1
    assert bench.calls[-1] == "close"
    frames = 9 * [encoded(scenes(1 + n % 2, hand=40 + 60 * n, seed=n)) for n in range(7)]
    still = ScanRequest(
        name="77",
        spool=bench.folder / "spool",
        resolution=300,
        options={"settle_seconds": 60, "skip_frames": 0},
    )
    token = CancelToken()
    with pytest.raises(Cancelled):
        for _ in bench.driver(frames, interval_ms=10).scan(still, token):
            token.cancel()  # at the warning about the resolution


def test_a_page_kept_before_the_camera_is_pulled_out_stays(
    bench: Any, scenes: Scenes, encoded: Encoded
) -> None:
    driver = bench.driver(turning(scenes, encoded, [1, 2]), interval_ms=30, fail_at=33)
    request = ScanRequest(
        name="77",
        spool=bench.folder / "spool",
        resolution=50,
        options={"auto": True, "rest_seconds": 0.15, "skip_frames": 0},
    )
    sides = []
    with pytest.raises(Transient) as caught:
        for event in driver.scan(request, CancelToken()):
            sides.append(event)
    assert (caught.value.code, caught.value.parameters["sheet"]) == ("SCN-122", 2)
    assert len(sides) == 1
    assert Path(sides[0].path).exists()
