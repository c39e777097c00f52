"""The ledger of taken files: over power cuts, over many batches, and grown large."""

from __future__ import annotations

from pathlib import Path, PurePath

import pytest

from scanner.drivers import watch_ledger
from scanner.drivers.watch_ledger import Entry, Ledger
from scanner.drivers.watch_listing import Stamp


def entry(number: int, batch: str = "b1", **facts: object) -> Entry:
    values: dict[str, object] = {
        "path": f"{number}.jpg",
        "size": 1000 + number,
        "changed": number,
        "inode": number,
        "digest": f"d{number}",
        "batch": batch,
        "copy": f"scan-{number}.jpg",
        "frames": 1,
    }
    return Entry(**(values | facts))  # type: ignore[arg-type]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    made = tmp_path / "投递"
    made.mkdir()
    return made


def filled(tmp_path: Path, root: Path, *entries: Entry) -> Path:
    ledger = Ledger(tmp_path, root)
    for each in entries:
        ledger.add(each)
    ledger.close()
    (path,) = tmp_path.glob("watched-*.jsonl")
    return path


def test_what_was_added_is_there_for_the_next_batch(tmp_path: Path, root: Path) -> None:
    filled(tmp_path, root, entry(2), entry(1), entry(3, "b2"))
    ledger = Ledger(tmp_path, root)
    assert [each.path for each in ledger.of_batch("b1")] == ["2.jpg", "1.jpg"]
    assert [each.path for each in ledger.others("b1")] == ["3.jpg"]
    known = Stamp(size=1001, changed=1)
    assert ledger.taken_as(PurePath("1.jpg"), known) == entry(1)
    assert ledger.taken_as(PurePath("1.jpg"), Stamp(size=1001, changed=2)) is None
    assert ledger.taken_before(PurePath("1.jpg"), "d1") == entry(1)
    ledger.close()


@pytest.mark.parametrize("cut", [1, 20, 60])
def test_a_line_that_a_power_cut_left_unfinished_costs_only_itself(
    tmp_path: Path, root: Path, cut: int
) -> None:
    path = filled(tmp_path, root, entry(1), entry(2))
    path.write_bytes(path.read_bytes()[:-cut])
    filled(tmp_path, root, entry(3))
    ledger = Ledger(tmp_path, root)
    paths = [each.path for each in ledger.of_batch("b1")]
    ledger.close()
    # Without its line break alone, a line is still whole.
    assert paths == (["1.jpg", "2.jpg", "3.jpg"] if cut == 1 else ["1.jpg", "3.jpg"])


def test_a_second_copy_keeps_its_place(tmp_path: Path, root: Path) -> None:
    filled(tmp_path, root, entry(1), entry(2), entry(1, copy="scan-9.jpg"))
    ledger = Ledger(tmp_path, root)
    assert [each.copy for each in ledger.of_batch("b1")] == ["scan-9.jpg", "scan-2.jpg"]
    ledger.close()


def test_names_that_are_no_text_survive(tmp_path: Path, root: Path) -> None:
    name = b"\xb5\xda1\xd2\xb3.jpg".decode("utf-8", "surrogateescape")
    filled(tmp_path, root, entry(1, path=name))
    ledger = Ledger(tmp_path, root)
    assert ledger.taken_as(PurePath(name), Stamp(size=1001, changed=1)) is not None
    ledger.close()


def test_a_renamed_file_is_known_by_what_it_is(tmp_path: Path, root: Path) -> None:
    filled(tmp_path, root, entry(1))
    ledger = Ledger(tmp_path, root)
    stamp = entry(1).stamp
    assert ledger.moved_from(stamp, {PurePath("new.jpg")}) == entry(1)
    # Two names for one file at the same time: a copy by link, not a renaming.
    assert ledger.moved_from(stamp, {PurePath("1.jpg"), PurePath("new.jpg")}) is None
    assert ledger.moved_from(Stamp(size=1001, changed=1, inode=0), set()) is None
    ledger.close()


def test_it_does_not_grow_for_ever_and_never_forgets_what_is_there(
    tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch_ledger, "_KEPT_LINES", 10)
    path = filled(tmp_path, root, *(entry(number) for number in range(40)))
    ledger = Ledger(tmp_path, root)
    ledger.tidy({PurePath("3.jpg"), PurePath("35.jpg")})
    ledger.add(entry(99))
    paths = [each.path for each in ledger.of_batch("b1")]
    ledger.close()
    assert paths == ["3.jpg", *(f"{number}.jpg" for number in range(30, 40)), "99.jpg"]
    assert len(path.read_bytes().splitlines()) == 12
    again = Ledger(tmp_path, root)
    assert [each.path for each in again.of_batch("b1")] == paths
    again.close()


def test_folders_have_ledgers_of_their_own(tmp_path: Path, root: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    filled(tmp_path, root, entry(1))
    ledger = Ledger(tmp_path, other)
    assert ledger.of_batch("b1") == []
    ledger.close()
