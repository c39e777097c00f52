"""Containers made to harm: one for each way to lead a reader astray."""

from __future__ import annotations

import io
import json
import struct
import tarfile
import warnings
import zipfile
import zlib
from collections.abc import Callable

from app.adapters.packaging.container_entries import ContainerLimits
from app.kernel.digest import digest_bytes

Files = dict[str, bytes]
TOP = "案_v1"
# What is behind the name of a central row: attributes of a plain file, made on Unix.
_PLAIN, _LINK, _DEVICE = 0o100644 << 16, 0o120777 << 16, 0o020666 << 16


def package_files(more: Files | None = None) -> Files:
    """The smallest thing with a manifest; `more` is named in it as well."""
    files = {"bagit.txt": b"BagIt", "data/a.txt": b"a" * 50, **(more or {})}
    rows = []
    for path, data in files.items():
        digest = digest_bytes(data)
        rows.append({"path": path, "size": digest.size, "sha256": digest.sha256, "sm3": digest.sm3})
    manifest = json.dumps({"files": rows}).encode()
    return {**files, "manifest.json": manifest, "tagmanifest-sha256.txt": b"seal"}


def zipped(
    files: Files,
    *,
    extra: list[tuple[str, bytes]] | None = None,
    attributes: dict[str, int] | None = None,
    method: int = zipfile.ZIP_STORED,
    top: str = f"{TOP}/",
) -> bytes:
    stream = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # A name twice is what some tests want.
        with zipfile.ZipFile(stream, "w", method) as archive:
            for name, data in [
                *((top + name, data) for name, data in files.items()),
                *(extra or []),
            ]:
                entry = zipfile.ZipInfo(name)
                entry.filename = name
                entry.create_system = 3
                entry.compress_type = method
                entry.external_attr = (attributes or {}).get(name, _PLAIN)
                archive.writestr(entry, data)
    return stream.getvalue()


def tarred(
    files: Files, extra: list[tarfile.TarInfo] | None = None, form: int = tarfile.PAX_FORMAT
) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=form) as archive:
        for name, data in files.items():
            entry = tarfile.TarInfo(f"{TOP}/{name}")
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
        for entry in extra or []:
            archive.addfile(entry, io.BytesIO(b"x" * entry.size))
    return stream.getvalue()


def special(kind: bytes, name: str = f"{TOP}/data/x", target: str = "/etc/passwd") -> bytes:
    entry = tarfile.TarInfo(name)
    entry.type, entry.linkname = kind, target
    return tarred(package_files(), [entry])


def named(name: str) -> bytes:
    """A ZIP with one more entry of that name."""
    return zipped(package_files(), extra=[(name, b"x")])


def twice(first: str, second: str) -> bytes:
    return zipped(package_files(), extra=[(first, b"1"), (second, b"2")])


def patched(data: bytes, find: bytes, put: bytes, *, count: int = -1) -> bytes:
    assert find in data
    return data.replace(find, put, count)


def flagged(bit: int) -> bytes:
    """A flag of all entries set, in both headers."""
    data = bytearray(zipped(package_files()))
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = data.find(magic)
        while place >= 0:
            (flags,) = struct.unpack_from("<H", data, place + offset)
            struct.pack_into("<H", data, place + offset, flags | bit)
            place = data.find(magic, place + 4)
    return bytes(data)


def with_row(change: Callable[[bytearray, int], None], wanted: bytes = b"data/a.txt") -> bytes:
    """The ZIP with the central row of one entry changed."""
    data = bytearray(zipped(package_files()))
    place = data.find(b"PK\x01\x02")
    while wanted not in data[place : place + 46 + 60]:
        place = data.find(b"PK\x01\x02", place + 4)
    change(data, place)
    return bytes(data)


def _point_at_the_first(data: bytearray, place: int) -> None:
    struct.pack_into("<L", data, place + 42, 0)


def _lie_about_crc(data: bytearray, place: int) -> None:
    local = struct.unpack_from("<L", data, place + 42)[0]
    struct.pack_into("<L", data, place + 16, 1)
    struct.pack_into("<L", data, local + 14, 1)


def _lie_in_the_directory(data: bytearray, place: int) -> None:
    struct.pack_into("<L", data, place + 16, 1)


def _other_method(data: bytearray, place: int) -> None:
    struct.pack_into("<H", data, place + 10, 12)


def _claim_more(data: bytearray, place: int) -> None:
    size = struct.unpack_from("<L", data, place + 24)[0]
    for spot in (place + 20, struct.unpack_from("<L", data, place + 42)[0] + 18):
        struct.pack_into("<2L", data, spot, size + 40, size + 40)


def _lying_deflate() -> bytes:
    """Says 50 bytes, holds two million; both headers agree on the lie."""
    data = bytearray(zipped(package_files({"data/b.txt": b"b" * 2_000_000}), method=8))
    for magic, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        place = data.find(magic)
        while place >= 0:
            if struct.unpack_from("<L", data, place + offset)[0] == 2_000_000:
                struct.pack_into("<L", data, place + offset, 50)
            place = data.find(magic, place + 4)
    return bytes(data)


def _hidden_gap() -> bytes:
    """Bytes between the last entry and the directory, which is moved on by them."""
    data = zipped(package_files())
    start = data.find(b"PK\x01\x02")
    end = bytearray(data[-22:])
    struct.pack_into("<L", end, 16, start + 7)
    return data[:start] + b"hidden!" + data[start:-22] + bytes(end)


def _overlapping_bomb() -> bytes:
    """Many rows of one kernel of data, as in the bomb that needs no recursion."""
    kernel = zlib.compress(b"\0" * 100_000)[2:-4]
    local = struct.pack("<4s5H3L2H", b"PK\x03\x04", 20, 0, 8, 0, 33, 0, len(kernel), 100_000, 1, 0)
    body = local + b"k" + kernel
    rows = b"".join(
        struct.pack(
            "<4s6H3L5H2L",
            *(b"PK\x01\x02", 20, 20, 0, 8, 0, 33, 0, len(kernel), 100_000, 1, 0, 0, 0, 0, 0, 0),
        )
        + bytes([107 + n])
        for n in range(20)
    )
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 20, 20, len(rows), len(body), 0)
    return body + rows + end


def _without(name: str) -> bytes:
    files = package_files()
    del files[name]
    return zipped(files)


def _shorter_tar() -> bytes:
    return tarred(package_files())[:-10240]


def _with_bad_utf8() -> bytes:
    return patched(named(f"{TOP}/data/甲.txt"), "甲".encode(), b"\xff\xfe\xfd")


def _global_header_with_path() -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", pax_headers={"path": "../out"}) as archive:
        archive.addfile(tarfile.TarInfo(f"{TOP}/x"))
    return stream.getvalue()


def _sparse() -> bytes:
    entry = tarfile.TarInfo(f"{TOP}/data/x")
    entry.pax_headers = {"GNU.sparse.major": "1", "GNU.sparse.name": "x"}
    return tarred(package_files(), [entry])


def _tar_with_checksum_off() -> bytes:
    data = bytearray(tarred(package_files()))
    data[148:154] = b"000000"
    return bytes(data)


HOSTILE: dict[str, tuple[str, Callable[[], bytes]]] = {
    "nothing": ("PKG-210", lambda: b""),
    "text": ("PKG-210", lambda: b"not an archive " * 100),
    "cut in the directory": ("PKG-210", lambda: zipped(package_files())[:-60]),
    "cut in the data": ("PKG-210", lambda: zipped(package_files())[:200]),
    "absolute": ("PKG-211", lambda: named("/etc/cron.d/x")),
    "drive": ("PKG-211", lambda: named("C:/x")),
    "drive without stroke": ("PKG-211", lambda: named("C:x")),
    "backslash": ("PKG-212", lambda: named("..\\..\\x")),
    "backslash inside": ("PKG-212", lambda: named(f"{TOP}/data\\x")),
    "up": ("PKG-213", lambda: named(f"{TOP}/../../x")),
    "up first": ("PKG-213", lambda: named("../x")),
    "dot": ("PKG-213", lambda: named(f"{TOP}/./x")),
    "empty part": ("PKG-213", lambda: named(f"{TOP}//x")),
    "link": (
        "PKG-214",
        lambda: zipped(package_files(), extra=[("l", b"/etc/passwd")], attributes={"l": _LINK}),
    ),
    "device": (
        "PKG-214",
        lambda: zipped(package_files(), extra=[("d", b"")], attributes={"d": _DEVICE}),
    ),
    "folder that is a file": (
        "PKG-214",
        lambda: zipped(package_files(), extra=[("d/", b"")], attributes={"d/": _PLAIN}),
    ),
    "twice": ("PKG-215", lambda: twice(f"{TOP}/x", f"{TOP}/x")),
    "twice a folder and a file": (
        "PKG-215",
        lambda: zipped(package_files(), extra=[("x", b""), ("x/", b"")], attributes={"x/": 0}),
    ),
    "case": ("PKG-216", lambda: twice(f"{TOP}/x.txt", f"{TOP}/X.TXT")),
    "case of a folder": ("PKG-216", lambda: twice(f"{TOP}/x/1", f"{TOP}/X/2")),
    "character form": ("PKG-216", lambda: twice(f"{TOP}/\u00e9", f"{TOP}/e\u0301")),
    "file as a folder": ("PKG-216", lambda: twice(f"{TOP}/x", f"{TOP}/x/y")),
    "folder as a file": ("PKG-216", lambda: twice(f"{TOP}/x/y", f"{TOP}/x")),
    "encrypted": ("PKG-217", lambda: flagged(0x0001)),
    "strongly encrypted": ("PKG-217", lambda: flagged(0x0040)),
    "names hidden": ("PKG-217", lambda: flagged(0x2000)),
    "bzip2 inside": ("PKG-218", lambda: zipped(package_files(), method=zipfile.ZIP_BZIP2)),
    "lzma inside": ("PKG-218", lambda: zipped(package_files(), method=zipfile.ZIP_LZMA)),
    "method of the directory only": ("PKG-218", lambda: with_row(_other_method)),
    "patched data": ("PKG-218", lambda: flagged(0x0020)),
    "gzip around": ("PKG-218", lambda: b"\x1f\x8b\x08\x00" + tarred(package_files())),
    "seven zip": ("PKG-218", lambda: b"7z\xbc\xaf\x27\x1c" + b"\0" * 600),
    "bomb": (
        "PKG-219",
        lambda: zipped(package_files({"data/b": b"\0" * 3_000_000}), method=8),
    ),
    "bomb of many": (
        "PKG-219",
        lambda: zipped(package_files({f"data/{n}": b"\0" * 900_000 for n in range(4)}), method=8),
    ),
    "too many": (
        "PKG-220",
        lambda: zipped(package_files({f"data/{n}": b"" for n in range(101)})),
    ),
    "too many in a tar": (
        "PKG-220",
        lambda: tarred(package_files({f"data/{n}": b"" for n in range(101)})),
    ),
    "too large": ("PKG-221", lambda: zipped(package_files({"data/b": b"x" * 5_000_000}))),
    "too large together": (
        "PKG-221",
        lambda: zipped(package_files({f"data/{n}": b"x" * 999_999 for n in range(9)})),
    ),
    "overlapping rows": ("PKG-222", lambda: with_row(_point_at_the_first)),
    "overlapping bomb": ("PKG-222", _overlapping_bomb),
    "longer than its place": ("PKG-222", lambda: with_row(_claim_more)),
    "checksum": ("PKG-223", lambda: with_row(_lie_about_crc)),
    "two checksums": ("PKG-223", lambda: with_row(_lie_in_the_directory)),
    "two names": (
        "PKG-223",
        lambda: patched(zipped(package_files()), b"data/a.txt", b"data/b.txt", count=1),
    ),
    "more than it says": ("PKG-223", _lying_deflate),
    "stray": ("PKG-224", lambda: named(f"{TOP}/data/stray.txt")),
    "stray beside": ("PKG-224", lambda: named("autorun.inf")),
    "two packages": (
        "PKG-224",
        lambda: zipped(package_files(), extra=[(f"b/{n}", d) for n, d in package_files().items()]),
    ),
    "missing": ("PKG-225", lambda: _without("data/a.txt")),
    "missing seal": ("PKG-225", lambda: _without("tagmanifest-sha256.txt")),
    "trailing": ("PKG-226", lambda: zipped(package_files()) + b"more"),
    "in front": ("PKG-226", lambda: b"MZ program" + zipped(package_files())),
    "between": ("PKG-226", _hidden_gap),
    "tail of a tar": ("PKG-226", lambda: tarred(package_files()) + b"more" * 128),
    "device name": ("PKG-227", lambda: named(f"{TOP}/data/AUX.txt")),
    "device folder": ("PKG-227", lambda: named(f"{TOP}/com1/x")),
    "control character": ("PKG-228", lambda: named(f"{TOP}/data/a\x07")),
    "dot at the end": ("PKG-228", lambda: named(f"{TOP}/data/a.")),
    "stream of NTFS": ("PKG-228", lambda: named(f"{TOP}/data/a.txt:hidden")),
    "long name": ("PKG-228", lambda: named(f"{TOP}/{'长' * 90}")),
    "deep": ("PKG-228", lambda: named("/".join("a" * 40))),
    "no UTF-8": ("PKG-228", _with_bad_utf8),
    "archive by name": ("PKG-229", lambda: zipped(package_files({"data/x.zip": b"x"}))),
    "archive by content": (
        "PKG-229",
        lambda: zipped(package_files({"data/x.txt": zipped(package_files())})),
    ),
    "empty": ("PKG-230", lambda: zipped({})),
    "no manifest": ("PKG-230", lambda: zipped({"data/a.txt": b"a"})),
    "manifest of another kind": ("PKG-230", lambda: zipped({"manifest.json": b"[]"})),
    "hard link": ("PKG-214", lambda: special(tarfile.LNKTYPE)),
    "soft link": ("PKG-214", lambda: special(tarfile.SYMTYPE)),
    "pipe": ("PKG-214", lambda: special(tarfile.FIFOTYPE)),
    "block device": ("PKG-214", lambda: special(tarfile.BLKTYPE)),
    "sparse": ("PKG-214", _sparse),
    "long link": ("PKG-214", lambda: special(tarfile.SYMTYPE, target="/" + "x" * 300)),
    "up in a tar": ("PKG-213", lambda: special(tarfile.DIRTYPE, "../../x")),
    "absolute in a tar": ("PKG-211", lambda: special(tarfile.DIRTYPE, "/x")),
    "path for all": ("PKG-223", _global_header_with_path),
    "tar cut off": ("PKG-210", _shorter_tar),
    "tar checksum": ("PKG-210", _tar_with_checksum_off),
}
LIMITS = ContainerLimits(
    files=100, bytes=8_000_000, file_bytes=4_000_000, ratio=100, ratio_from=1_000_000
)
