"""Signing along the line: packages signed as they are built, shown to a person, sealed copies."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image

from app.adapters.packaging.container import write_container
from tests.cli import conftest as cli
from tests.cli.conftest import Program, Said
from tests.replay import CASE_NO
from tests.signing.authority import Authority, Sm2Authority
from tests.signing.conftest import Court, TimeService

dossier, pool, program, digitize = cli.dossier, cli.pool, cli.program, cli.digitize


@pytest.fixture
def signing_court(
    data_folder: Path,
    authority: Authority,
    sm2_authority: Sm2Authority,
    time_service: TimeService,
) -> Court:
    court = Court(data_folder)
    court.holds(authority.issue())
    court.trusts(authority, authority.revocations())
    court.holds_sm2(sm2_authority)
    court.trusts_sm2(sm2_authority)
    court.set(sm2=True, url=time_service.url)
    return court


def test_a_package_is_signed_as_it_is_built(
    signing_court: Court,
    digitize: Callable[..., Said],
    program: Program,
    time_service: TimeService,
    tmp_path: Path,
) -> None:
    def done(*arguments: object) -> dict:
        said = program(*arguments, "--json")
        assert said.status == 0, (arguments, said.out, said.err)
        return said.record

    built = digitize("--json")
    assert built.status == 0, built.err
    package = Path(built.record["package"]["package"])
    found = done("signature", "show", CASE_NO)["signatures"]
    assert [(row["kind"], row["intact"], row["trusted"]) for row in found] == [
        ("sm2", True, True),
        ("cms", True, True),
        ("pades", True, True),
    ]
    assert all(row["time"] for row in found)
    (volume,) = [row["file"] for row in found if row["kind"] == "pades"]
    assert volume.endswith("第01册.pdf")
    carrier = tmp_path / "移送.zip"
    write_container(package, carrier)
    assert done("signature", "show", carrier)["signatures"] == found
    carrier.write_bytes(carrier.read_bytes()[:-300])
    assert program("signature", "show", carrier, "--json").code in ("PKG-210", "SIG-109")
    checked = done("package", "check", package)
    assert checked["accepted"]
    asked = time_service.asked
    again = done("package", CASE_NO, "--out", package.parent)
    assert (again["sha256"], time_service.asked) == (checked["sha256"], asked)
    assert len(done("sign", CASE_NO)["signatures"]) == 3
    assert time_service.asked == asked, "what is signed is not signed again"
    history = done("case", "history", CASE_NO)["history"]
    signed = [row for row in history if row["action"] == "package_signed"]
    assert [row["details"]["kind"] for row in signed] == ["pades", "sm2", "cms"]
    text = program("signature", "show", package / volume).out
    assert "某某人民法院" in text
    data = bytearray((package / volume).read_bytes())
    data[data.index(b"\xff\xd8\xff") + 60] ^= 1
    (package / volume).write_bytes(data)
    said = program("signature", "show", package / volume)
    assert "在签名之后被改动过" in said.out


def test_sealed_copies_and_signing_afterwards(
    signing_court: Court,
    digitize: Callable[..., Said],
    program: Program,
    time_service: TimeService,
    data_folder: Path,
    tmp_path: Path,
) -> None:
    """A package that was built before the court had keys; copies of its pages."""

    def code(*arguments: object) -> str:
        return program(*arguments, "--json").code

    def copied(pages: str, out: Path, *more: str) -> tuple[object, ...]:
        return ("copy", CASE_NO, "--pages", pages, "--out", out, *more)

    out, other = tmp_path / "复印件.pdf", tmp_path / "x.pdf"
    signing_court.set(documents=False)
    assert digitize("--json").status == 0
    assert code("sign", CASE_NO) == code(*copied("1", other)) == "SIG-101"
    signing_court.set(documents=False, sm2=True, url=time_service.url)
    stamped = time_service.answer
    time_service.answer = lambda _body: (503, "text/plain", b"")
    assert code("sign", CASE_NO) == "SIG-105"
    assert program("signature", "show", CASE_NO, "--json").record == {"signatures": []}
    time_service.answer = stamped
    assert len(program("sign", CASE_NO, "--json").record["signatures"]) == 1
    signing_court.set()
    made = program(*copied("1,3", out), "--json").record
    assert (made["pages"], made["signer"]) == ([1, 3], "某某人民法院")
    assert made["sha256"] == hashlib.sha256(out.read_bytes()).hexdigest()
    subprocess.run(["qpdf", "--check", out], check=True, capture_output=True)
    (shown,) = program("signature", "show", out, "--json").record["signatures"]
    assert (shown["intact"], shown["trusted"], shown["covers"]) == (True, True, "whole file")
    assert _share(out, _red) > 0.005
    assert (
        code(*copied("1", out)) == code(*copied("1", data_folder / "packages" / "x")) == "SIG-111"
    )
    assert code(*copied("7", other)) == "SIG-110"
    assert code(*copied("1", other, "--seal", " ")) == "SIG-112"
    settings = signing_court.data / "settings.toml"
    text = settings.read_text(encoding="utf-8").replace("[signing]", '[signing]\nseal = "s.png"')
    settings.write_text(text, encoding="utf-8")
    assert code(*copied("1", other)) == "SIG-113"
    assert not other.exists()
    Image.new("RGBA", (300, 200), (0, 90, 220, 255)).save(signing_court.data / "s.png")
    assert program(*copied("1", other), "--json").status == 0
    assert _share(other, _blue) > 0.02
    history = program("case", "history", CASE_NO, "--json").record["history"]
    rows = [row["details"] for row in history if row["action"] == "copy_sealed"]
    assert [row["pages"] for row in rows] == [[1, 3], [1]]
    assert rows[0]["sha256"] == made["sha256"]


def _red(red: int, green: int, blue: int) -> bool:
    return red > 150 and green < 140 and blue < 140


def _blue(red: int, green: int, blue: int) -> bool:
    return blue > red + 60


def _share(path: Path, of: Callable[[int, int, int], bool]) -> float:
    """How much of the lower right quarter of the first page has a colour."""
    document = pypdfium2.PdfDocument(str(path))
    try:
        page = document[0].render(scale=2.0).to_pil().convert("RGB")
    finally:
        document.close()
    width, height = page.size
    quarter = page.crop((width // 2, height // 2, width, height))
    data = quarter.tobytes()
    found = sum(of(*data[place : place + 3]) for place in range(0, len(data), 3))
    return found / (quarter.width * quarter.height)
