"""Containers that must not be unpacked: each refused by its own code, nothing written anywhere."""

from __future__ import annotations

import io
import random
import struct
import subprocess
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.adapters.packaging.container import open_container, write_container
from app.adapters.packaging.package import build_package, is_whole
from app.adapters.packaging.plan import PackagePlan
from app.kernel.errors import BadInput, Fault, Refused
from app.kernel.progress import Cancelled, CancelToken
from tests.packaging.forged_containers import HOSTILE, LIMITS, TOP, package_files, tarred, zipped


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Path]:
    """A folder to unpack into; nothing may come to lie beside it."""
    into = tmp_path / "here" / "into"
    into.mkdir(parents=True)
    (tmp_path / "carrier.zip").write_bytes(b"")
    yield into
    beside = {path.name for path in tmp_path.iterdir()}
    assert beside - {"carrier.zip", "masters"} == {"here"}
    assert [path.name for path in (tmp_path / "here").iterdir()] == ["into"]


@pytest.mark.parametrize("name", HOSTILE)
def test_each_is_refused_by_its_code_and_leaves_nothing(
    name: str, place: Path, tmp_path: Path
) -> None:
    code, make = HOSTILE[name]
    archive = tmp_path / "carrier.zip"
    archive.write_bytes(make())
    with pytest.raises((Refused, BadInput)) as caught:
        open_container(archive, place, limits=LIMITS)
    assert caught.value.code == code
    assert list(place.iterdir()) == []


def test_no_code_is_without_its_container() -> None:
    assert {code for code, _ in HOSTILE.values()} == {f"PKG-{n}" for n in range(210, 231)}


@pytest.mark.parametrize(
    "make",
    [
        lambda: zipped(package_files()),
        lambda: zipped(package_files(), top=""),
        lambda: zipped(package_files({"data/长" + "长" * 60: b"x" * 4000}), method=8),
        lambda: zipped(
            package_files(), extra=[(f"{TOP}/data/", b"")], attributes={f"{TOP}/data/": 0}
        ),
        lambda: zipped(package_files({"data/第01册.ofd": zipped({"OFD.xml": b"x"})})),
        lambda: tarred(package_files({f"data/{'长' * 70}/x": b"x" * 700})),
        lambda: tarred(package_files({f"data/{'长' * 70}/x": b"x"}), form=tarfile.GNU_FORMAT),
        lambda: tarred(package_files(), form=tarfile.USTAR_FORMAT),
    ],
)
def test_what_common_programs_write_is_taken(
    make: Callable[[], bytes], place: Path, tmp_path: Path
) -> None:
    archive = tmp_path / "carrier.zip"
    archive.write_bytes(make())
    opened = open_container(archive, place, limits=LIMITS)
    assert opened.parent == place
    assert (opened / "data/a.txt").read_bytes() == b"a" * 50
    before = archive.read_bytes()
    with pytest.raises(Refused) as caught:
        open_container(archive, place, limits=LIMITS)
    assert caught.value.code == "PKG-231"
    assert archive.read_bytes() == before


def test_sizes_behind_the_data_are_read(place: Path, tmp_path: Path) -> None:
    """As programs write that cannot go back in the file."""

    class OneWay(io.RawIOBase):
        def __init__(self) -> None:
            self.data = b""

        def writable(self) -> bool:
            return True

        def write(self, data: object) -> int:
            self.data += bytes(data)  # type: ignore[call-overload]
            return len(bytes(data))  # type: ignore[call-overload]

    stream = OneWay()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[call-overload]
        for name, data in package_files().items():
            archive.writestr(f"{TOP}/{name}", data)
    file = tmp_path / "carrier.zip"
    file.write_bytes(stream.data)
    assert open_container(file, place).name == TOP
    broken = tmp_path / "carrier.zip"
    broken.write_bytes(stream.data.replace(b"PK\x07\x08", b"PK\x07\x09", 1))
    with pytest.raises(Refused) as caught:
        open_container(broken, place)
    assert caught.value.code == "PKG-223"


def test_a_real_package_comes_out_whole(
    make_plan: Callable[..., PackagePlan], place: Path, tmp_path: Path
) -> None:
    built = build_package(make_plan(), place.parent / "into" / "built")
    carrier = tmp_path / "carrier.zip"
    write_container(built.path, carrier)
    opened = open_container(carrier, place)
    assert opened == place / built.path.name
    assert is_whole(opened)
    subprocess.run(["tar", "-cf", carrier, "-C", built.path.parent, built.path.name], check=True)
    assert is_whole(open_container(carrier, place / "tar"))


def test_cancelling_leaves_nothing(place: Path, tmp_path: Path) -> None:
    carrier = tmp_path / "carrier.zip"
    carrier.write_bytes(zipped(package_files()))
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        open_container(carrier, place, cancel=token)
    assert list(place.iterdir()) == []


@pytest.mark.parametrize("kind", ["stored", "deflated", "tar"])
def test_no_change_of_bytes_brings_anything_else_out(
    kind: str, place: Path, tmp_path: Path
) -> None:
    """Flips, cuts, doubled and moved stretches: a fault, or exactly the files of the package.

    Only bytes that carry no meaning (times, owners, padding of a TAR) may change unnoticed, and a
    TAR has no checksum over its data.
    """
    files = package_files({f"data/{n}.txt": bytes([n]) * 300 for n in range(3)})
    made = {
        "stored": lambda: zipped(files),
        "deflated": lambda: zipped(files, method=8),
        "tar": lambda: tarred(files),
    }[kind]()
    chance = random.Random(kind)
    carrier = tmp_path / "carrier.zip"
    outcomes = set()
    for turn in range(400):
        data = bytearray(made)
        spot, other = sorted(chance.randrange(len(data)) for _ in range(2))
        match turn % 5:
            case 0 | 1:
                data[spot] ^= 1 << chance.randrange(8)
            case 2:
                del data[spot : spot + chance.randrange(1, 64)]
            case 3:
                data[spot:spot] = data[other : other + 40]
            case _:
                data[spot : spot + 4] = struct.pack("<L", chance.choice((0, 2**31, 2**32 - 1)))
        carrier.write_bytes(data)
        try:
            opened = open_container(carrier, place, limits=LIMITS)
        except (Refused, BadInput) as fault:
            outcomes.add(fault.code)
            assert list(place.iterdir()) == []
            continue
        except Fault as fault:
            raise AssertionError(f"turn {turn}: {fault}") from fault
        found = {
            path.relative_to(opened).as_posix(): path.read_bytes()
            for path in opened.rglob("*")
            if path.is_file()
        }
        outcomes.add("opened")
        assert found.keys() == files.keys()
        if kind != "tar":
            assert found == files
        for path in sorted(opened.rglob("*"), reverse=True):
            path.unlink() if path.is_file() else path.rmdir()
        opened.rmdir()
    assert len(outcomes) > 3
