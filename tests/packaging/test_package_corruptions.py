"""Random damage to a package: the check finds each, and so does the stand-alone verifier.

`JUANZONG_CORRUPTIONS=300` makes as many as the acceptance asks for, `JUANZONG_SEED` another draw.
"""

from __future__ import annotations

import json
import os
import random
import shutil
from collections.abc import Callable
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

from app.adapters.packaging.check import check_package
from app.adapters.packaging.container import write_container
from app.adapters.packaging.package import build_package, is_whole
from app.adapters.packaging.plan import PackagePlan
from app.kernel.errors import Refused

CORRUPTIONS = int(os.environ.get("JUANZONG_CORRUPTIONS", "35"))
SEED = int(os.environ.get("JUANZONG_SEED", "1"))
VERIFIER = Path(__file__).parents[2] / "resources/verify/verify.py"
Damage = Callable[[Path, random.Random], str]


@pytest.fixture(scope="module")
def verifier() -> ModuleType:
    specification = spec_from_file_location("stand_alone_verifier", VERIFIER)
    assert specification is not None
    assert specification.loader is not None
    module = module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def files_of(package: Path) -> list[Path]:
    return sorted(path for path in package.rglob("*") if path.is_file())


def flip(package: Path, chance: random.Random) -> str:
    path = chance.choice(files_of(package))
    data = bytearray(path.read_bytes())
    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    path.write_bytes(data)
    return path.name


def cut(package: Path, chance: random.Random) -> str:
    path = chance.choice(files_of(package))
    data = path.read_bytes()
    path.write_bytes(data[: chance.randrange(len(data))])
    return path.name


def swap(package: Path, chance: random.Random) -> str:
    """Two files of different content change places."""
    while True:
        first, second = chance.sample(files_of(package), 2)
        one, two = first.read_bytes(), second.read_bytes()
        if one != two:
            break
    first.write_bytes(two)
    second.write_bytes(one)
    return f"{first.name} {second.name}"


def remove(package: Path, chance: random.Random) -> str:
    path = chance.choice(files_of(package))
    path.unlink()
    return path.name


def add(package: Path, chance: random.Random) -> str:
    folder = chance.choice([path for path in package.rglob("*") if path.is_dir()] + [package])
    name = chance.choice(
        ["more.jpg", "00001.JPG", ".hidden", "x.pdf", "fetch.txt", "目录文件.XML "]
    )
    (folder / name).write_bytes(b"\xff\xd8more")
    return name


def rename(package: Path, chance: random.Random) -> str:
    path = chance.choice(files_of(package))
    path.rename(path.with_name(f"_{path.name}"))
    return path.name


def edit_manifest(package: Path, chance: random.Random) -> str:
    """One value of the manifest, written again in its canonical form."""
    path = package / "manifest.json"
    content = json.loads(path.read_bytes())
    place = content
    while True:
        key = chance.choice(list(place) if isinstance(place, dict) else list(range(len(place))))
        value = place[key]
        if isinstance(value, (dict, list)) and value:
            place = value
            continue
        place[key] = "forged" if value != "forged" else "again"
        break
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    path.write_text(f"{text}\n", encoding="utf-8")
    return str(key)


DAMAGES: tuple[Damage, ...] = (flip, cut, swap, remove, add, rename, edit_manifest)


def test_every_damage_is_found_by_both(
    make_plan: Callable[..., PackagePlan], tmp_path: Path, verifier: ModuleType
) -> None:
    sound = build_package(make_plan(), tmp_path / "out").path
    assert check_package(sound).passed
    assert verifier.main([str(sound), "--json"]) == 0
    chance = random.Random(SEED)
    missed = []
    for turn in range(CORRUPTIONS):
        damage = DAMAGES[turn % len(DAMAGES)]
        package = tmp_path / "damaged" / sound.name
        shutil.copytree(sound, package)
        told = f"{turn} {damage.__name__} {damage(package, chance)}"
        if check_package(package).passed:
            missed.append(f"check: {told}")
        if verifier.main([str(package), "--json"]) == 0:
            missed.append(f"verify: {told}")
        if is_whole(package):
            missed.append(f"whole: {told}")
        shutil.rmtree(package)
    assert missed == []


def test_a_damaged_package_is_never_put_into_a_container(
    make_plan: Callable[..., PackagePlan], tmp_path: Path, verifier: ModuleType
) -> None:
    sound = build_package(make_plan(), tmp_path / "out").path
    chance = random.Random(SEED)
    for turn in range(14):
        package = tmp_path / "damaged" / sound.name
        shutil.copytree(sound, package)
        damage = DAMAGES[turn % len(DAMAGES)]
        damage(package, chance)
        carrier = tmp_path / "x.zip"
        if damage is add:
            # What nothing names stays behind, and the container is sound.
            write_container(package, carrier)
            assert check_package(carrier).passed
            assert verifier.main([str(carrier), "--json"]) == 0
        else:
            with pytest.raises(Refused) as caught:
                write_container(package, carrier)
            assert caught.value.code == "PKG-204"
        shutil.rmtree(package)
