"""The virtual environment: made from the lock file, renewed when the lock file changes.

Standard library only, and nothing that Python 3.8 cannot run: this file runs before anything is
installed, possibly on a Python too old for the program that only has to find a newer one.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from paths import LOCK, ROOT, VAR, VENV, SetupError, program_of

OLDEST = (3, 11)
NEWEST = (3, 13)  # the newest one for which every package of the lock has a wheel
STAMP = ".requirements.sha256"
UV_VERSION = "0.13.9"
_NAME = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==(\S+)", re.MULTILINE)
_VERSION_PROBE = "import sys; print(*sys.version_info[:2])"


def read_lock(text: str) -> dict[str, str]:
    """Name (lower case, hyphens) to exact version of every package of a lock file."""
    return {re.sub(r"[-_.]+", "-", name).lower(): version for name, version in _NAME.findall(text)}


def version_of(python: str) -> tuple[int, int] | None:
    """Major and minor version of a Python, or None when it does not start."""
    try:
        answer = subprocess.run(
            [python, "-c", _VERSION_PROBE], capture_output=True, text=True, check=True, timeout=60
        )
    except (OSError, subprocess.SubprocessError):
        return None
    major, minor = answer.stdout.split()[:2]
    return int(major), int(minor)


def find_python() -> str:
    """A Python the lock was made for: this one when it fits, else the newest on the path.

    Raises SetupError when there is none.
    """
    if OLDEST <= sys.version_info[:2] <= NEWEST:
        return sys.executable
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        found = shutil.which(f"python3.{minor}")
        version = version_of(found) if found else None
        if found and version and OLDEST <= version <= NEWEST:
            return found
    raise SetupError(
        "no Python 3.11 to 3.13 was found; install one (Debian: apt-get install python3.11-venv)"
    )


def lock_digest(lock: Path, version: tuple[int, int]) -> str:
    """What the stamp holds: the environment is current while this stays the same."""
    return hashlib.sha256(lock.read_bytes() + repr(version).encode()).hexdigest()


def foreign_opencv(venv: Path) -> list[str]:
    """Installed OpenCV wheels that must not be there: only the headless one may own `cv2`."""
    found = {
        entry.name.split("-")[0].replace("_", "-").lower()
        for entry in venv.glob("**/site-packages/opencv_*.dist-info")
    }
    return sorted(found - {"opencv-python-headless"})


def ensure_environment(venv: Path = VENV, lock: Path = LOCK) -> Path:
    """The Python of the virtual environment, made or renewed first where needed.

    Raises SetupError when no fitting Python is found, or a package cannot be installed.
    """
    python = program_of(venv)
    version = version_of(str(python)) if python.exists() else None
    if version is None or not OLDEST <= version <= NEWEST:
        base = find_python()
        print("setup: making the virtual environment", flush=True)
        _run([base, "-m", "venv", "--clear", str(venv)], "the virtual environment was not made")
        version = version_of(str(python))
        if version is None:
            raise SetupError("the new virtual environment does not start: " + str(python))
    stamp = venv / STAMP
    digest = lock_digest(lock, version)
    if not stamp.exists() or stamp.read_text(encoding="ascii") != digest:
        count = len(read_lock(lock.read_text(encoding="utf-8")))
        print(f"setup: installing the {count} packages of the lock", flush=True)
        install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        install += ["--no-input", "--no-deps", "--require-hashes", "-r", str(lock)]
        _run(install, "the packages of requirements.lock could not be installed")
        stamp.write_text(digest, encoding="ascii")
    others = foreign_opencv(venv)
    if others:
        raise SetupError(
            f"only opencv-python-headless may be installed, found also {' '.join(others)}; "
            f"remove the folder {venv.name} and run this again"
        )
    return python


def make_lock(upgrade: bool) -> None:
    """Write requirements.lock anew from pyproject.toml, keeping versions unless `upgrade`.

    Raises SetupError when the versions asked for do not go together.
    """
    tool = VAR / "lock-tool"
    if not program_of(tool, "uv").exists():
        print("lock: installing uv " + UV_VERSION, flush=True)
        _run([find_python(), "-m", "venv", "--clear", str(tool)], "no environment for uv")
        install = [str(program_of(tool)), "-m", "pip", "install", "--quiet", "uv==" + UV_VERSION]
        _run(install, "uv could not be installed")
    fresh = VAR / "requirements.lock"
    if LOCK.exists():
        shutil.copyfile(LOCK, fresh)  # uv keeps the versions it finds in its output file
    compile_lock = [str(program_of(tool, "uv")), "pip", "compile", "pyproject.toml", "--quiet"]
    compile_lock += ["--extra", "dev", "--universal", "--python-version", "3.11"]
    compile_lock += ["--generate-hashes", "--no-header", "--no-annotate", "--no-emit-index-url"]
    compile_lock += ["--output-file", str(fresh)] + (["--upgrade"] if upgrade else [])
    _run(compile_lock, "the lock could not be made")
    text = tidy_markers(fresh.read_text(encoding="utf-8"))
    if "opencv-python" in read_lock(text):
        raise SetupError("opencv-python came into the lock; see override-dependencies")
    with LOCK.open("w", encoding="utf-8", newline="\n") as stream:
        stream.write(text)
    print(f"lock: {len(read_lock(text))} packages", flush=True)


def tidy_markers(text: str) -> str:
    """`text` without the marker that every line has, so that a foreign system fails loudly.

    With it, pip on an unsupported Python would skip every package and call that success.
    """
    bound = r"python_full_version < '[\d.]+'"
    both = r"\(sys_platform == 'linux' or sys_platform == 'win32'\)"
    text = re.sub(rf" ; {bound} and {both}(?= \\)", "", text)
    return re.sub(rf" ; {bound} and (.*?)(?: and {both})?(?= \\)", r" ; \1", text)


def _run(command: list[str], failure: str) -> None:
    environment = dict(os.environ, PYTHONDONTWRITEBYTECODE="1")
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=environment,
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    if done.returncode != 0:
        tail = [line for line in done.stdout.splitlines() if not line.startswith("WARNING")][-15:]
        raise SetupError("\n".join([failure, *tail]))
