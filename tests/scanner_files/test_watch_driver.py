"""The watched drop folder: order, completeness, what is taken once, and how a batch ends."""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import img2pdf
import pytest
from PIL import Image

from app.kernel.errors import BadInput, Transient
from app.kernel.progress import CancelToken
from scanner.api import ScannedSide, ScanRequest
from scanner.bridge import HostedScanner
from scanner.drivers.watch import WatchDriver

Make = Callable[..., bytes]
Watch = Callable[..., Any]
Until = Callable[[Callable[[], bool]], None]
QUICK = {
    "idle_seconds": 0.4,
    "first_seconds": 20.0,
    "settle_seconds": 0.04,
    "patience_seconds": 0.2,
    "poll_seconds": 0.01,
}


def test_what_lies_there_comes_in_natural_order_and_the_folder_stays(
    drop: Path, watch: Watch, sheet: Make
) -> None:
    for number in (10, 2, 1):
        (drop / f"第{number}页.jpg").write_bytes(sheet(number))
    (drop / "第20页").mkdir()
    (drop / "第20页" / "11.png").write_bytes(sheet(11, "PNG"))
    before = {path: path.read_bytes() for path in drop.rglob("*.*")}
    run = watch().finish()
    assert run.names == ["第1页.jpg", "第2页.jpg", "第10页.jpg", "第20页/11.png"]
    assert [side.sheet for side in run.sides] == [1, 2, 3, 4]
    assert run.warnings == []
    assert {path: path.read_bytes() for path in drop.rglob("*.*")} == before
    for side in run.sides:
        assert side.path.parent.name == "batch-1"
        assert side.path.read_bytes() == before[drop / side.source_name]
        assert (side.width, side.height, side.fault) == (160, 220, "")


def test_files_come_in_the_order_of_their_arrival(drop: Path, watch: Watch, sheet: Make) -> None:
    run = watch(idle_seconds=20.0)
    for place, name in enumerate(["9.jpg", "1.jpg", "5.jpg"], start=1):
        (drop / name).write_bytes(sheet(place))
        run.wait_for(place)
    (drop / "END").touch()
    assert run.finish().names == ["9.jpg", "1.jpg", "5.jpg"]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "BMP"])
def test_a_growing_file_is_taken_when_it_is_whole(
    drop: Path, watch: Watch, sheet: Make, until: Until, kind: str
) -> None:
    data = sheet(1, kind)
    half = len(data) // 2
    (drop / "1.img").write_bytes(data[:half])
    (drop / "2.jpg").write_bytes(sheet(2))
    run = watch(patience_seconds=5.0, idle_seconds=5.0)
    # The second file waits for the first: pages keep the order in which they were sent.
    until(lambda: bool(list((drop.parent / "spool").glob("watched-*"))))
    assert run.sides == []
    with (drop / "1.img").open("ab") as stream:
        stream.write(data[half:])
    run.wait_for(2)
    (drop / "END").touch()
    assert run.finish().names == ["1.img", "2.jpg"]
    assert run.sides[0].path.read_bytes() == data
    assert run.told == []


def test_a_file_whose_length_is_reserved_first_is_not_taken_early(
    drop: Path, watch: Watch, sheet: Make
) -> None:
    data = sheet(1)
    path = drop / "1.jpg"
    path.write_bytes(bytes(len(data)))
    stamp = (path.stat().st_atime_ns, path.stat().st_mtime_ns)
    (drop / "2.jpg").write_bytes(sheet(2))
    run = watch(idle_seconds=20.0)
    run.wait_for(1)  # the second went ahead, the first being stuck
    path.write_bytes(data)
    os.utime(path, ns=stamp)  # size and time show nothing of it
    run.wait_for(2)
    (drop / "结束.txt").touch()
    assert run.finish().names == ["2.jpg", "1.jpg"]
    assert run.sides[1].path.read_bytes() == data


def test_what_never_becomes_whole_is_named_at_the_end_and_stays(
    drop: Path, watch: Watch, sheet: Make
) -> None:
    (drop / "1.jpg").write_bytes(sheet(1)[:-300])
    (drop / "2.jpg").write_bytes(b"")
    (drop / "3.pdf").write_bytes(img2pdf.convert(sheet(3))[:-400])
    (drop / "4.tif").write_bytes(sheet(4, "TIFF", compression="tiff_lzw")[:900])
    (drop / "5.jpg.part").write_bytes(sheet(5))
    (drop / "~$目录.docx").write_bytes(b"x")
    (drop / "6.jpg").write_bytes(sheet(6))
    run = watch().finish()
    assert run.names == ["6.jpg"]
    assert sorted(run.told) == [
        ("SCN-231", name)
        for name in ["1.jpg", "2.jpg", "3.pdf", "4.tif", "5.jpg.part", "~$目录.docx"]
    ]
    assert len(list(drop.iterdir())) == 7
    assert len(list((drop.parent / "spool" / "batch-1").iterdir())) == 1


def test_a_temporary_name_is_taken_after_the_renaming(
    drop: Path, watch: Watch, sheet: Make
) -> None:
    for suffix in (".part", ".tmp", ".crdownload", ".filepart"):
        (drop / f"1.jpg{suffix}").write_bytes(sheet(1))
    (drop / "0.jpg").write_bytes(sheet(9))
    run = watch(idle_seconds=20.0)
    run.wait_for(1)
    (drop / "1.jpg.part").rename(drop / "1.jpg")
    run.wait_for(2)
    for suffix in (".tmp", ".crdownload", ".filepart"):
        (drop / f"1.jpg{suffix}").unlink()
    (drop / "END").touch()
    assert run.finish().names == ["0.jpg", "1.jpg"]
    assert run.told == []


def test_a_file_that_a_program_holds_open_waits(drop: Path, watch: Watch, sheet: Make) -> None:
    import subprocess
    import sys

    path = drop / "1.jpg"
    path.write_bytes(sheet(1))
    holder = subprocess.Popen(
        [sys.executable, "-c", f"f=open({str(path)!r},'ab');print(1,flush=True);input()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert holder.stdout is not None
    assert holder.stdin is not None
    try:
        holder.stdout.readline()
        run = watch(idle_seconds=20.0)
        (drop / "2.jpg").write_bytes(sheet(2))
        run.wait_for(1)
        assert run.names == ["2.jpg"]
        holder.communicate(b"\n", timeout=10)
        run.wait_for(2)
    finally:
        holder.kill()
        holder.wait()
        holder.stdout.close()
        holder.stdin.close()
    (drop / "END").touch()
    assert run.finish().names == ["2.jpg", "1.jpg"]


def test_a_damaged_file_with_a_sound_end_is_a_side(drop: Path, watch: Watch, sheet: Make) -> None:
    data = bytearray(sheet(1, "PNG"))
    middle = data.index(b"IDAT") + 40
    data[middle : middle + 60] = bytes(60)
    (drop / "1.png").write_bytes(data)
    (drop / "2.jpg").write_bytes(sheet(2))
    run = watch().finish()
    assert run.names == ["1.png", "2.jpg"]
    assert [side.fault for side in run.sides] == ["IMG-102", ""]
    assert run.sides[0].path.read_bytes() == data


def test_every_page_of_a_container_is_a_side(drop: Path, watch: Watch, sheet: Make) -> None:
    (drop / "卷.pdf").write_bytes(img2pdf.convert([sheet(1), sheet(2), sheet(3)]))
    stream = io.BytesIO()
    pages = [Image.new("L", (60, 80), shade) for shade in (0, 90, 180)]
    pages[0].save(stream, format="TIFF", save_all=True, append_images=pages[1:])
    (drop / "续.tif").write_bytes(stream.getvalue())
    run = watch(duplex_pairs=True).finish()
    assert [(s.sheet, s.face, s.frame) for s in run.sides] == [
        (1, "front", 0),
        (1, "back", 1),
        (2, "front", 2),
        (2, "back", 0),
        (3, "front", 1),
        (3, "back", 2),
    ]
    assert len({side.path for side in run.sides}) == 2


def test_later_changes_of_the_source_cannot_change_a_master(
    drop: Path, watch: Watch, sheet: Make
) -> None:
    path = drop / "scan.jpg"
    run = watch(idle_seconds=20.0)
    for number in (1, 2, 3):
        # A device that always sends under the same name.
        path.write_bytes(sheet(number))
        run.wait_for(number)
    path.unlink()
    (drop / "END").touch()
    run.finish()
    assert run.names == ["scan.jpg"] * 3
    assert [side.path.read_bytes() for side in run.sides] == [sheet(n) for n in (1, 2, 3)]
    assert run.told == []


def test_the_same_file_is_never_taken_twice(
    drop: Path, watch: Watch, sheet: Make, until: Until
) -> None:
    path = drop / "1.jpg"
    path.write_bytes(sheet(1))
    run = watch(idle_seconds=20.0)
    run.wait_for(1)
    os.utime(path, ns=(10**18, 10**18))  # time set back to that of the original
    path.rename(drop / "扫描1.jpg")  # and a name given afterwards
    (drop / "2.jpg").write_bytes(sheet(2))
    run.wait_for(2)
    (drop / "2.jpg").write_bytes(sheet(2))  # written anew, the same
    until(lambda: ("SCN-236", "2.jpg") in run.told)
    (drop / "END").touch()
    assert run.finish().names == ["1.jpg", "2.jpg"]


def test_a_batch_ends_at_its_number_of_sheets_and_the_next_takes_the_rest(
    drop: Path, watch: Watch, sheet: Make
) -> None:
    for number in range(1, 6):
        (drop / f"{number}.jpg").write_bytes(sheet(number))
    first = watch("batch-1", sheets=2).finish()
    second = watch("batch-2").finish()
    assert first.names == ["1.jpg", "2.jpg"]
    assert second.names == ["3.jpg", "4.jpg", "5.jpg"]
    assert [side.sheet for side in second.sides] == [1, 2, 3]
    assert [w.code for w in second.warnings] == ["SCN-230"]
    assert second.warnings[0].parameters == {"files": 2}


def test_again_takes_what_earlier_batches_took(drop: Path, watch: Watch, sheet: Make) -> None:
    (drop / "1.jpg").write_bytes(sheet(1))
    assert watch("batch-1").finish().names == ["1.jpg"]
    run = watch("batch-2", again=True).finish()
    assert run.names == ["1.jpg"]
    assert run.warnings == []


def test_an_end_mark_ends_one_batch_only(drop: Path, watch: Watch, sheet: Make) -> None:
    (drop / "1.jpg").write_bytes(sheet(1))
    (drop / "end.txt").write_bytes(b"")
    assert watch("batch-1", idle_seconds=60.0).finish().names == ["1.jpg"]
    run = watch("batch-2", idle_seconds=3.0)
    (drop / "2.jpg").write_bytes(sheet(2))
    run.wait_for(1)
    assert run.thread.is_alive()
    os.utime(drop / "end.txt")
    assert run.finish().names == ["2.jpg"]
    assert (drop / "end.txt").exists()


def test_cancelling_ends_the_batch_like_any_other(
    drop: Path, watch: Watch, sheet: Make, until: Until
) -> None:
    run = watch(idle_seconds=60.0, patience_seconds=60.0)
    (drop / "1.jpg").write_bytes(sheet(1))
    run.wait_for(1)
    (drop / "2.jpg").write_bytes(sheet(2)[:100])
    (drop / "3.jpg").write_bytes(sheet(3))
    until(lambda: len(run.sides) == 1)
    run.token.cancel()
    assert run.finish().names[0] == "1.jpg"
    assert {w.code for w in run.warnings} <= {"SCN-237"}


def test_an_interrupted_batch_delivers_again_what_it_took(
    drop: Path, watch: Watch, sheet: Make
) -> None:
    for number in range(1, 5):
        (drop / f"{number}.jpg").write_bytes(sheet(number))
    first = watch(sheets=3).finish()
    # The program stored two, gave their copies up, and was killed; the folder was emptied since.
    first.sides[0].path.unlink()
    first.sides[1].path.unlink()
    (drop / "2.jpg").unlink()
    (drop / "3.jpg").unlink()
    (drop / "5.jpg").write_bytes(sheet(5))
    second = watch().finish()
    assert second.names == ["1.jpg", "3.jpg", "4.jpg", "5.jpg"]
    assert [side.sheet for side in second.sides] == [1, 3, 4, 5]
    assert [side.path.read_bytes() for side in second.sides] == [sheet(n) for n in (1, 3, 4, 5)]
    assert [(w.code, w.parameters) for w in second.warnings] == [("SCN-238", {"files": 1})]


def test_stored_files_are_moved_once_their_batch_is_finished(
    drop: Path, watch: Watch, sheet: Make, tmp_path: Path
) -> None:
    (drop / "子").mkdir()
    (drop / "子" / "1.jpg").write_bytes(sheet(1))
    (drop / "2.jpg").write_bytes(sheet(2))
    first = watch("batch-1", after="move").finish()
    assert (drop / "2.jpg").exists()
    (drop / "3.jpg").write_bytes(sheet(3))
    watch("batch-2", after="move").finish()
    assert (drop / "2.jpg").exists()  # nobody has said yet that the first batch is stored
    for side in first.sides:
        side.path.unlink()
    (tmp_path / "spool" / "batch-1").rmdir()
    (drop / "2.jpg").write_bytes(sheet(22))  # sent anew in the meantime
    third = watch("batch-3", after="move").finish()
    assert third.names == ["2.jpg"]
    assert (drop / "已接收" / "batch-1" / "子" / "1.jpg").read_bytes() == sheet(1)
    assert (drop / "2.jpg").read_bytes() == sheet(22)
    assert (drop / "3.jpg").exists()


def test_a_file_is_moved_as_soon_as_its_copy_was_taken_over(
    drop: Path, watch: Watch, sheet: Make, until: Until
) -> None:
    run = watch(after="move", idle_seconds=5.0)
    (drop / "1.jpg").write_bytes(sheet(1))
    run.wait_for(1)
    (drop / "2.jpg").write_bytes(sheet(2))
    run.wait_for(2)
    run.sides[0].path.unlink()  # as the program does after recording the side
    received = drop / "已接收" / "batch-1"
    until((received / "1.jpg").exists)
    assert (drop / "2.jpg").exists()
    run.token.cancel()
    assert run.finish().names == ["1.jpg", "2.jpg"]
    # Interrupted here: what was moved is still known, with its number.
    again = watch(after="move").finish()
    assert [(side.source_name, side.sheet) for side in again.sides] == [("1.jpg", 1), ("2.jpg", 2)]
    assert again.warnings == []


def test_a_file_that_vanishes_before_it_is_taken_is_named(
    drop: Path, watch: Watch, sheet: Make, until: Until
) -> None:
    run = watch(patience_seconds=0.2, idle_seconds=1.0)
    (drop / "1.jpg").write_bytes(sheet(1)[:-200])
    (drop / "2.jpg").write_bytes(sheet(2))
    run.wait_for(1)
    (drop / "1.jpg").unlink()
    assert run.finish().told == [("SCN-233", "1.jpg")]


def test_strays_are_named_once_for_good(drop: Path, watch: Watch, sheet: Make) -> None:
    (drop / "Thumbs.db").write_bytes(b"no picture at all")
    (drop / "说明.txt").write_bytes("说明".encode())
    (drop / ".hidden").write_bytes(b"x")
    (drop / "1.jpg").write_bytes(sheet(1))
    first = watch("batch-1").finish()
    assert sorted(first.told) == [("SCN-210", "Thumbs.db"), ("SCN-210", "说明.txt")]
    assert first.names == ["1.jpg"]
    (drop / "2.jpg").write_bytes(sheet(2))
    assert watch("batch-2").finish().told == [("SCN-230", "")]


def test_nothing_at_all_is_told(drop: Path, watch: Watch) -> None:
    with pytest.raises(Transient) as caught:
        watch(first_seconds=0.3).finish()
    assert caught.value.code == "SCN-234"


def test_two_batches_do_not_share_a_folder(drop: Path, watch: Watch, sheet: Make) -> None:
    run = watch("batch-1", idle_seconds=60.0)
    (drop / "1.jpg").write_bytes(sheet(1))
    run.wait_for(1)
    with pytest.raises(Transient) as caught:
        watch("batch-2").finish()
    assert caught.value.code == "SCN-235"
    run.token.cancel()
    run.finish()


def test_a_folder_that_goes_away_is_waited_for_and_then_told(
    drop: Path, watch: Watch, sheet: Make
) -> None:
    run = watch(idle_seconds=1.0)
    (drop / "1.jpg").write_bytes(sheet(1))
    run.wait_for(1)
    drop.rename(drop.with_name("away"))
    with pytest.raises(Transient) as caught:
        run.finish()
    assert caught.value.code == "SCN-206"
    assert run.names == ["1.jpg"]


@pytest.mark.parametrize("name", ["nowhere", "1.jpg"])
def test_what_is_no_folder_is_refused(drop: Path, sheet: Make, tmp_path: Path, name: str) -> None:
    (drop / "1.jpg").write_bytes(sheet(1))
    request = ScanRequest(name=str(drop / name), spool=tmp_path / "spool")
    with pytest.raises(BadInput) as caught:
        list(WatchDriver().scan(request, CancelToken()))
    assert caught.value.code == "SCN-204"


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("idle_seconds", "soon"),
        ("idle_seconds", "nan"),
        ("idle_seconds", -1),
        ("after", "delete"),
        ("again", "perhaps"),
        ("idle", 3),
    ],
)
def test_wrong_settings_are_refused(drop: Path, tmp_path: Path, option: str, value: Any) -> None:
    request = ScanRequest(name=str(drop), spool=tmp_path / "s", options={option: value})
    with pytest.raises(BadInput) as caught:
        list(WatchDriver().scan(request, CancelToken()))
    assert (caught.value.code, caught.value.parameters["option"]) == ("SCN-114", option)


def test_wishes_that_a_file_cannot_fulfil_are_told(drop: Path, tmp_path: Path, sheet: Make) -> None:
    (drop / "1.jpg").write_bytes(sheet(1))
    request = ScanRequest(
        name=str(drop), spool=tmp_path / "s", brightness=10, imprint="{number}", options=QUICK
    )
    events = list(WatchDriver().scan(request, CancelToken()))
    told = [event.parameters["setting"] for event in events if not isinstance(event, ScannedSide)]
    assert told == ["brightness", "imprint"]


def test_through_the_host_process(drop: Path, tmp_path: Path, sheet: Make) -> None:
    for number in (1, 2):
        (drop / f"{number}.jpg").write_bytes(sheet(number))
    request = ScanRequest(
        name=str(drop), spool=tmp_path / "spool" / "b", options=QUICK | {"idle_seconds": 60.0}
    )
    token = CancelToken()
    names = []
    for event in HostedScanner("watch").scan(request, token):
        assert isinstance(event, ScannedSide)
        names.append(event.source_name)
        if len(names) == 2:
            token.cancel()
    # No `Cancelled`: the operator ended the batch, and it is finished as any other.
    assert names == ["1.jpg", "2.jpg"]


def test_capabilities_describe_every_setting(drop: Path) -> None:
    found = HostedScanner("watch").capabilities(str(drop))
    assert found.sources[0].kind == "files"
    after = next(option for option in found.options if option.name == "after")
    assert (after.value, after.choices) == ("keep", ("keep", "move"))
    assert {option.name for option in found.options} >= QUICK.keys()


def test_two_thousand_files_at_once(
    drop: Path, watch: Watch, sheet: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    # How fast the disk of this machine syncs is not what is tested.
    monkeypatch.setattr(os, "fsync", lambda _descriptor: None)
    data = sheet(1)
    for number in range(1, 2001):
        (drop / f"{number}.jpg").write_bytes(data + number.to_bytes(4, "big"))
    run = watch(idle_seconds=0.5)
    run.finish(120.0)
    assert run.names == [f"{number}.jpg" for number in range(1, 2001)]
    digests = {hashlib.sha256(side.path.read_bytes()).digest() for side in run.sides}
    assert len(digests) == 2000
