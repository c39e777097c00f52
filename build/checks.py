"""The rules in force, each with the tool that checks it. Hooks and CI call this same list."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

from paths import PRODUCT, ROOT, program_of

FAILED_LINES = 200


def check_commands(venv: Path) -> list[tuple[str, list[str]]]:
    """Name and command of every check, quickest first."""
    python = str(program_of(venv))
    tooling = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "build").glob("*.py"))
    packages = [word for name in PRODUCT for word in ("-p", name)]
    return [
        ("ruff check", [python, "-m", "ruff", "check", "--quiet", "."]),
        ("ruff format", [python, "-m", "ruff", "format", "--quiet", "--check", "."]),
        ("text rules", [python, "build/text_rules.py"]),
        ("import contracts", [str(program_of(venv, "lint-imports")), "--no-cache"]),
        ("mypy, product", [python, "-m", "mypy", *packages, "-m", "main"]),
        # The product was checked a moment ago; here it is only looked up.
        ("mypy, build", [python, "-m", "mypy", "--follow-imports", "silent", *tooling]),
    ]


def run_checks(venv: Path, environment: dict[str, str]) -> list[str]:
    """Run every check, also after one has failed; returns the names of those that failed."""
    failed = []
    search = os.pathsep.join([str(ROOT / "build"), environment.get("MYPYPATH", "")])
    environment = dict(environment, MYPYPATH=search.rstrip(os.pathsep))
    for name, command in check_commands(venv):
        start = time.monotonic()
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=environment,
            check=False,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
        )
        verdict = "ok" if done.returncode == 0 else "FAILED"
        print(f"check: {name:<22} {verdict:<6} {time.monotonic() - start:5.1f} s", flush=True)
        if done.returncode != 0:
            failed.append(name)
            print("\n".join(done.stdout.splitlines()[-FAILED_LINES:]), flush=True)
    return failed
