"""What a package says is judged before it is believed, whatever its check found."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.adapters.court_packages import read
from app.adapters.packaging.package import build_package
from app.adapters.packaging.plan import PackagePlan
from app.kernel.errors import BadInput
from tests.packaging import conftest as packaging

make_plan = packaging.make_plan

Change = Callable[[dict[str, Any]], object]


def side(content: dict[str, Any], index: int = 2) -> dict[str, Any]:
    found: dict[str, Any] = content["volumes"][0]["sides"][index]
    return found


CHANGES: dict[str, Change] = {
    "no volumes": lambda content: content.pop("volumes"),
    "no sides": lambda content: content.update(volumes=[]),
    "provisional": lambda content: content.update(provisional=True),
    "mode": lambda content: content.update(mode="triple"),
    "turn": lambda content: side(content).update(turn=45),
    "role": lambda content: side(content).update(role="password"),
    "position twice": lambda content: side(content).update(position=1),
    "position": lambda content: side(content).update(position=True),
    "page number": lambda content: side(content).update(page_number="1"),
    "frame": lambda content: side(content).update(frame=-1),
    "other picture": lambda content: side(content).update(sha256="0" * 64),
    "path outside": lambda content: side(content).update(file="../../etc/passwd"),
    "text outside": lambda content: side(content).update(text="/etc/passwd"),
    "text of another": lambda content: side(content).update(text=side(content, 3)["text"]),
    "skew": lambda content: side(content).update(deskew_deg="steep"),
    "no number": lambda content: side(content).update(deskew_deg=float("nan")),
    "item beyond": lambda content: content["volumes"][0]["items"][0].update(last=99),
    "item turned round": lambda content: content["volumes"][0]["items"][0].update(first=4),
    "part": lambda content: content["volumes"][0].update(part="secret"),
}


@pytest.fixture
def package(make_plan: Callable[..., PackagePlan], tmp_path: Path) -> Path:
    return build_package(make_plan(), tmp_path / "外院").path


def test_what_no_case_can_be_made_of_is_refused(package: Path, tmp_path: Path) -> None:
    manifest = package / "manifest.json"
    whole = manifest.read_bytes()
    assert len(read(str(package), str(tmp_path))["volumes"]) == 2
    for name, change in CHANGES.items():
        content = json.loads(whole)
        change(content)
        manifest.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        with pytest.raises(BadInput) as caught:
            read(str(package), str(tmp_path))
        assert caught.value.code == "CTR-108", name


def test_a_text_that_was_changed_is_refused(package: Path, tmp_path: Path) -> None:
    text = next(package.rglob("文本/00001.json"))
    text.write_bytes(text.read_bytes().replace("诉讼".encode(), "撤诉".encode()))
    with pytest.raises(BadInput) as caught:
        read(str(package), str(tmp_path))
    assert caught.value.code == "CTR-108"
