"""Build the frozen program and try it out: `python build/tasks.py package`.

Draws the bundled dossiers, runs PyInstaller, then the program's own demo, away from the
environment that built it. Prints size, times and result; exit status 1 when the demo fails.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from paths import ROOT, VAR

BUNDLED = ("demo", "small")
PROGRAM = VAR / "dist" / "juanzong"
EXECUTABLE = PROGRAM / ("juanzong.exe" if os.name == "nt" else "juanzong")
DEMO_OUT = VAR / "frozen-demo"
DEMO_SECONDS = 1800
# Files that would mean that a wrong or needless library came in.
UNWELCOME = ("libgtk-3*", "libqgtk3*", "libQt5*", "libopenvino_intel_gpu*", "_tkinter*")


def draw_bundled() -> None:
    """The bundled dossiers in var/bundled; those that are there already are used again."""
    sys.path.insert(0, str(ROOT))
    from scanner.paper.build import build_bundled

    for name in BUNDLED:
        start = time.monotonic()
        build_bundled(name, VAR / "bundled")
        print(f"package: dossier {name} {time.monotonic() - start:.1f} s", flush=True)


def freeze() -> int:
    """PyInstaller's exit status; its messages are in var/pyinstaller.log."""
    command = [sys.executable, "-m", "PyInstaller", str(ROOT / "build" / "dossier.spec")]
    command += ["--noconfirm", "--workpath", str(VAR / "pyinstaller")]
    command += ["--distpath", str(VAR / "dist")]
    log = VAR / "pyinstaller.log"
    start = time.monotonic()
    with log.open("w", encoding="utf-8") as stream:
        done = subprocess.run(
            command, cwd=ROOT, check=False, stdout=stream, stderr=subprocess.STDOUT
        )
    print(f"package: built in {time.monotonic() - start:.0f} s", flush=True)
    if done.returncode != 0:
        tail = log.read_text(encoding="utf-8", errors="replace").splitlines()[-30:]
        print("\n".join(tail), flush=True)
    return done.returncode


def size_by_part(folder: Path) -> list[tuple[str, int]]:
    """Bytes of each part of the program's folder, largest first; links count nothing."""
    inside = folder / "_internal"
    sizes: dict[str, int] = {}
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            part = path.relative_to(inside if path.is_relative_to(inside) else folder).parts[0]
            sizes[part] = sizes.get(part, 0) + path.stat().st_size
    return sorted(sizes.items(), key=lambda item: -item[1])


def unwelcome_files(folder: Path) -> list[str]:
    """Files of the program that must not be there."""
    return sorted(path.name for pattern in UNWELCOME for path in folder.rglob(pattern))


def outside_environment() -> dict[str, str]:
    """The environment of somebody who has only the program."""
    values = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTHON", "VIRTUAL_ENV", "JUANZONG"))
    }
    if os.name == "posix" and not (values.get("DISPLAY") or values.get("WAYLAND_DISPLAY")):
        values["QT_QPA_PLATFORM"] = "offscreen"
    return values


def try_out() -> int:
    """Start the frozen program, then let it run its demo; the demo's exit status."""
    times = []
    for _ in range(3):
        start = time.monotonic()
        subprocess.run(
            [str(EXECUTABLE), "--help"], env=outside_environment(), check=True, capture_output=True
        )
        times.append(time.monotonic() - start)
    print(
        f"package: starts and ends in {min(times):.2f} s (first time {times[0]:.2f} s)", flush=True
    )
    shutil.rmtree(DEMO_OUT, ignore_errors=True)
    start = time.monotonic()
    done = subprocess.run(
        [str(EXECUTABLE), "demo", "--out", str(DEMO_OUT)],
        env=outside_environment(),
        cwd=VAR,
        check=False,
        timeout=DEMO_SECONDS,
    )
    seconds = time.monotonic() - start
    verdict = "passed" if done.returncode == 0 else f"FAILED with status {done.returncode}"
    print(f"package: demo of the frozen program {verdict} in {seconds:.0f} s", flush=True)
    return done.returncode


def main() -> int:
    """Draw, build, weigh, try out."""
    VAR.mkdir(exist_ok=True)
    draw_bundled()
    status = freeze()
    if status != 0:
        return status
    parts = size_by_part(PROGRAM)
    total = sum(size for _, size in parts)
    largest = ", ".join(f"{name} {size / 1e6:.0f}" for name, size in parts[:6])
    print(f"package: {total / 1e6:.0f} MB in {PROGRAM.relative_to(ROOT)} ({largest})", flush=True)
    unwelcome = unwelcome_files(PROGRAM)
    if unwelcome:
        print(f"package: these must not be in it: {', '.join(unwelcome)}", flush=True)
        return 1
    return 1 if try_out() != 0 else 0


if __name__ == "__main__":
    sys.exit(main())
