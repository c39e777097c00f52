"""Everything a person or CI does with a checkout: `python3 build/tasks.py COMMAND [ARGUMENT…]`.

Standard library only: it runs on a bare machine, makes the virtual environment from the lock and
installs missing system packages where it may.

  setup     make or renew the environment; part of every other command
  run       the program: `run ARGUMENT…` is `main.py ARGUMENT…`
  demo      the whole line on the bundled dossier, then the desktop when a person sits at a screen
            (`--no-window` leaves it out)
  check     the rules in force: ruff, formatting, text rules, import contracts, mypy
  test      check, then all tests; arguments go to pytest; the last line has the totals
  bench     the scripts build/bench_*.py; `bench NAME` runs one
  accuracy  the scripts build/accuracy_*.py; `accuracy NAME` runs one
  package   the frozen program in var/dist, tried out with its own demo
  lock      requirements.lock anew from pyproject.toml (`--upgrade` for newer versions)

Exit status: that of the program or tool; 4 when the machine lacks something.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

import environment
import system_packages
from checks import run_checks
from paths import ROOT, VAR, VENV, SetupError

BROKEN_SETUP = 4
WRONG_USAGE = 2
NEEDS_TEST_PACKAGES = ("test", "check", "bench", "accuracy")
TESTS_SIDE_BY_SIDE = "3"


class Totals(NamedTuple):
    """What a test run came to."""

    passed: int
    failed: int
    skipped: int

    def line(self) -> str:
        """The plain closing line."""
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"


def read_totals(report: Path) -> Totals:
    """The totals of a JUnit report; a run that left none counts as one failure."""
    try:
        suites = list(ElementTree.parse(report).getroot().iter("testsuite"))
    except (OSError, ElementTree.ParseError):
        return Totals(0, 1, 0)

    def count(name: str) -> int:
        return sum(int(suite.get(name, "0")) for suite in suites)

    failed = count("failures") + count("errors")
    skipped = count("skipped")
    return Totals(max(0, count("tests") - failed - skipped), failed, skipped)


def base_environment() -> dict[str, str]:
    """The caller's environment, with UTF-8 where no language is set at all."""
    values = dict(os.environ, PYTHONUTF8="1")
    if not any(values.get(name) for name in ("LC_ALL", "LC_CTYPE", "LANG")):
        values["LANG"] = "C.UTF-8"
    return values


def test_environment() -> dict[str, str]:
    """No screen, and one thread per worker so that parallel workers do not starve each other."""
    values = base_environment()
    values.update(QT_QPA_PLATFORM="offscreen", OMP_NUM_THREADS="1", OMP_THREAD_LIMIT="1")
    # The tests start a thousand programs: each would compile every module anew where the caller
    # keeps compiled files away. They go to `var`, like all that is made.
    values.pop("PYTHONDONTWRITEBYTECODE", None)
    values["PYTHONPYCACHEPREFIX"] = str(VAR / "test" / "compiled")
    return values


def setup(command: str) -> Path:
    """The Python of the ready environment. Raises SetupError."""
    system_packages.ensure_system_packages(for_tests=command in NEEDS_TEST_PACKAGES)
    return environment.ensure_environment()


def run_program(python: Path, arguments: list[str]) -> int:
    """`main.py` with the environment's Python; signals and exit status are the program's own."""
    command = [str(python), str(ROOT / "main.py"), *arguments]
    if os.name == "posix":
        sys.stdout.flush()
        os.execve(command[0], command, base_environment())
    return subprocess.run(command, env=base_environment(), check=False).returncode


def has_person_at_screen() -> bool:
    """Whether a window would be seen: a terminal to start from, and a display."""
    display = os.name == "nt" or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    return bool(display) and sys.stdout.isatty()


def demo(python: Path, arguments: list[str]) -> int:
    """The demo, then the desktop on the data that the demo made."""
    window = has_person_at_screen() and not {"--no-window", "--json"} & set(arguments)
    arguments = [word for word in arguments if word != "--no-window"]
    out = demo_folder(arguments)
    if out is None:
        out = VAR / "demo"
        arguments += ["--out", str(out)]
    command = [str(python), str(ROOT / "main.py"), "demo", *arguments]
    status = subprocess.run(command, env=base_environment(), check=False).returncode
    return run_program(python, ["--data", str(out / "data")]) if status == 0 and window else status


def demo_folder(arguments: list[str]) -> Path | None:
    """The folder that `--out DIR` or `--out=DIR` names."""
    for word, following in zip(arguments, [*arguments[1:], ""]):  # noqa: B905  (Python 3.8)
        if word == "--out":
            return Path(following)
        if word.startswith("--out="):
            return Path(word[len("--out=") :])
    return None


def check() -> int:
    """All rules; 1 when one is broken."""
    failed = run_checks(VENV, base_environment())
    print("check: " + ("FAILED: " + ", ".join(failed) if failed else "all rules hold"), flush=True)
    return 1 if failed else 0


def test(python: Path, arguments: list[str]) -> int:
    """Check, then pytest. Not 0 when a rule is broken, a test fails or no test ran."""
    broken = check()
    report = VAR / "test" / "junit.xml"
    report.parent.mkdir(parents=True, exist_ok=True)
    report.unlink(missing_ok=True)
    # A run of everything waits much (devices, processes): three tests side by side, also on two
    # cores. What is asked for by name runs alone.
    # A worker that died is not replaced: the files it held would be waited for without end.
    together = ["-n", TESTS_SIDE_BY_SIDE, "--dist", "loadfile", "--max-worker-restart", "0"]
    spread = [] if arguments else together
    command = [str(python), "-m", "pytest", f"--junitxml={report}", *spread, *arguments]
    status = subprocess.run(command, cwd=ROOT, env=test_environment(), check=False).returncode
    totals = read_totals(report)
    if broken:
        print("the rules are broken, see check above", flush=True)
    print(totals.line(), flush=True)
    return 1 if broken or status != 0 or totals.failed or not totals.passed else 0


def scripts(kind: str, names: list[str]) -> list[Path]:
    """The scripts `build/KIND_*.py`, or those named. Raises SetupError for an unknown name."""
    known = {path.stem[len(kind) + 1 :]: path for path in (ROOT / "build").glob(f"{kind}_*.py")}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise SetupError(f"no {kind} called {', '.join(unknown)}; there are: {', '.join(known)}")
    return [known[name] for name in (names or sorted(known))]


def run_scripts(python: Path, kind: str, arguments: list[str]) -> int:
    """Run scripts of one kind one after the other; words with a leading dash go to each."""
    names = [word for word in arguments if not word.startswith("-")]
    options = [word for word in arguments if word.startswith("-")]
    worst = 0
    values = test_environment()
    values["PYTHONPATH"] = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    for script in scripts(kind, names):
        print(f"{kind}: {script.stem}", flush=True)
        start = time.monotonic()
        command = [str(python), str(script), *options]
        done = subprocess.run(command, cwd=ROOT, env=values, check=False)
        print(f"{kind}: {script.stem} took {time.monotonic() - start:.1f} s", flush=True)
        worst = max(worst, abs(done.returncode))
    return worst


def package(python: Path, arguments: list[str]) -> int:
    """The frozen program; the work is in build/freeze.py, which runs in the environment."""
    command = [str(python), str(ROOT / "build" / "freeze.py"), *arguments]
    return subprocess.run(command, cwd=ROOT, env=base_environment(), check=False).returncode


def main(words: list[str]) -> int:
    """Run one command; returns the exit status."""
    command, arguments = (words[0], words[1:]) if words else ("", [])
    try:
        if command == "lock":
            environment.make_lock(upgrade="--upgrade" in arguments)
            return 0
        if command not in COMMANDS:
            print(__doc__)
            return 0 if command in ("-h", "--help", "help") else WRONG_USAGE
        return COMMANDS[command](setup(command), arguments)
    except SetupError as problem:
        print(f"setup: {problem}", file=sys.stderr, flush=True)
        return BROKEN_SETUP
    except KeyboardInterrupt:
        return 130


COMMANDS = {
    "setup": lambda _python, _arguments: 0,
    "run": run_program,
    "demo": demo,
    "check": lambda _python, _arguments: check(),
    "test": test,
    "bench": lambda python, arguments: run_scripts(python, "bench", arguments),
    "accuracy": lambda python, arguments: run_scripts(python, "accuracy", arguments),
    "package": package,
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
