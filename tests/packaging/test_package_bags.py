"""Bags of any maker, judged by RFC 8493: the kinds of the public conformance cases, drawn here."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import bagit
import pytest

from app.adapters.packaging.bag_reading import judge_bag

Change = Callable[[Path], None]
DECLARED = "BagIt-Version: {}\nTag-File-Character-Encoding: {}\n"


def make_bag(
    root: Path, *, version: str = "1.0", encoding: str = "UTF-8", algorithm: str = "sha256"
) -> Path:
    """A bag with a name in Chinese, a blank and a folder."""
    files = {"data/a b.txt": b"one", "data/卷/二.txt": b"two"}
    for name, data in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    (root / "bagit.txt").write_text(DECLARED.format(version, encoding), encoding="utf-8")
    (root / "bag-info.txt").write_text("Payload-Oxum : 6.2\n", encoding=encoding)
    lines = (f"{hashlib.new(algorithm, d).hexdigest()}  {name}\n" for name, d in files.items())
    (root / f"manifest-{algorithm}.txt").write_text("".join(lines), encoding=encoding)
    return root


def edit(name: str, change: Callable[[str], str]) -> Change:
    def run(root: Path) -> None:
        path = root / name
        path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")

    return run


def row(path: str, data: bytes = b"one") -> str:
    return f"{hashlib.sha256(data).hexdigest()}  {path}\n"


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"version": "0.97", "algorithm": "md5"},
        {"version": "0.96", "algorithm": "sha1"},
        {"version": "0.97", "encoding": "UTF-16"},
        {"version": "0.97", "encoding": "GB18030"},
        {"algorithm": "sha512"},
        {"algorithm": "sm3"},
    ],
)
def test_sound_bags_are_valid(tmp_path: Path, options: dict[str, str]) -> None:
    verdict = judge_bag(make_bag(tmp_path, **options))
    assert (verdict.faults, verdict.warnings) == ([], [])
    if options.get("algorithm") != "sm3":
        assert bagit.Bag(str(tmp_path)).is_valid()


def test_forms_of_lists_that_are_allowed(tmp_path: Path) -> None:
    bag = make_bag(tmp_path / "a", version="0.97")
    listing = bag / "manifest-sha256.txt"
    text = listing.read_text(encoding="utf-8")
    listing.write_text(text.replace("  data/a", " *./data/a").replace("\n", "\r\n"), "utf-8")
    verdict = judge_bag(bag)
    assert verdict.faults == []
    assert len(verdict.warnings) == 1
    percent = make_bag(tmp_path / "b")
    (percent / "data/5%.txt").write_bytes(b"one")
    edit("manifest-sha256.txt", lambda text: text + row("data/5%25.txt"))(percent)
    edit("bag-info.txt", lambda _: "Payload-Oxum: 9.3\n")(percent)
    assert judge_bag(percent).faults == []


def _write(path: Path, data: bytes) -> None:
    path.write_bytes(data)


def _flatten(root: Path) -> None:
    for path in sorted((root / "data").rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    (root / "data").rmdir()
    (root / "data").write_bytes(b"")


FAULTS: dict[str, tuple[str, Change]] = {
    "a blank before the colon": ("bagit.txt", edit("bagit.txt", lambda t: t.replace(":", " :"))),
    "a blank at the end": ("bagit.txt", edit("bagit.txt", lambda t: t.replace("1.0", "1.0 "))),
    "a byte order mark": ("bagit.txt", edit("bagit.txt", lambda t: "\ufeff" + t)),
    "no encoding": ("bagit.txt", edit("bagit.txt", lambda t: t.splitlines()[0])),
    "one line more": ("bagit.txt", edit("bagit.txt", lambda t: t + "x: y\n")),
    "half a version": ("bagit.txt", edit("bagit.txt", lambda t: t.replace("1.0", ".97"))),
    "an unknown version": ("9.9", edit("bagit.txt", lambda t: t.replace("1.0", "9.9"))),
    "an unknown encoding": ("字符编码", edit("bagit.txt", lambda t: t.replace("UTF-8", "X-1"))),
    "no declaration": ("bagit.txt", lambda root: (root / "bagit.txt").unlink()),
    "no list": ("没有载荷清单", lambda root: (root / "manifest-sha256.txt").unlink()),
    "a changed file": ("a b.txt", lambda root: _write(root / "data/a b.txt", b"One")),
    "a missing file": ("a b.txt", lambda root: (root / "data/a b.txt").unlink()),
    "a file too many": ("more.txt", lambda root: _write(root / "data/more.txt", b"")),
    "a path twice": ("重复", edit("manifest-sha256.txt", lambda t: t + t.splitlines()[0])),
    "a path with two digests": (
        "重复",
        edit("manifest-sha256.txt", lambda t: t + row("data/a b.txt", b"other")),
    ),
    "a path upwards": ("不安全", edit("manifest-sha256.txt", lambda t: t + row("data/../../x"))),
    "an absolute path": ("不安全", edit("manifest-sha256.txt", lambda t: t + row("/etc/passwd"))),
    "a home": ("不安全", edit("manifest-sha256.txt", lambda t: t + row("~root/x"))),
    "a drive": ("不安全", edit("manifest-sha256.txt", lambda t: t + row("C:\\x"))),
    "a tag file in the list": (
        "不属于它",
        edit("manifest-sha256.txt", lambda t: t + row("bagit.txt")),
    ),
    "a line that is none": (
        "不符合规范的行",
        edit("manifest-sha256.txt", lambda t: t + "nothing\n"),
    ),
    "not all in the second list": (
        "清单未列",
        lambda root: _write(root / "manifest-md5.txt", b""),
    ),
    "a changed tag file": (
        "bag-info.txt",
        lambda root: _write(
            root / "tagmanifest-sha256.txt", row("bag-info.txt", b"other").encode()
        ),
    ),
    "a missing tag file": (
        "gone.txt",
        lambda root: _write(root / "tagmanifest-sha256.txt", row("gone.txt").encode()),
    ),
    "a wrong sum": ("Oxum", edit("bag-info.txt", lambda t: t.replace("6.2", "7.2"))),
    "a fetch outwards": (
        "不安全",
        lambda root: _write(root / "fetch.txt", b"http://x/y - ~/x\n"),
    ),
    "a fetch of what is not listed": (
        "fetch.txt",
        lambda root: _write(root / "fetch.txt", b"http://x/y - data/x\n"),
    ),
    "an unknown algorithm": (
        "算法",
        lambda root: _write(root / "manifest-rot13.txt", b"ab  data/a b.txt\n"),
    ),
    "a link": ("链接", lambda root: (root / "data/link").symlink_to("/etc/passwd")),
    "a folder that is a file": ("没有 data", _flatten),
}


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_is_told(name: str, tmp_path: Path) -> None:
    expected, change = FAULTS[name]
    bag = make_bag(tmp_path)
    change(bag)
    faults = judge_bag(bag).faults
    assert any(expected in fault for fault in faults), faults


def test_what_other_systems_would_lose_is_a_warning(tmp_path: Path) -> None:
    bag = make_bag(tmp_path)
    for name in ("A B.TXT", "Thumbs.db"):
        (bag / "data" / name).write_bytes(b"one")
        edit("manifest-sha256.txt", lambda t, name=name: t + row(f"data/{name}"))(bag)
    edit("bag-info.txt", lambda _: "Payload-Oxum: 12.4\n")(bag)
    verdict = judge_bag(bag)
    assert verdict.faults == []
    assert len(verdict.warnings) == 2
