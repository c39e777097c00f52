"""The task script: what it decides, without installing anything."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import environment
import system_packages
import tasks
from paths import LOCK, ROOT, SetupError

LOCK_TEXT = """\
alembic==1.20.1 \\
    --hash=sha256:00
Pillow==13.0.0 \\
    --hash=sha256:01 \\
    --hash=sha256:02
colorama==0.4.6 ; sys_platform == 'win32' \\
    --hash=sha256:03
types_openpyxl==3.1.5.20261017 \\
    --hash=sha256:04
"""


def test_lock_is_read_as_names_and_versions() -> None:
    assert environment.read_lock(LOCK_TEXT) == {
        "alembic": "1.20.1",
        "pillow": "13.0.0",
        "colorama": "0.4.6",
        "types-openpyxl": "3.1.5.20261017",
    }


def test_the_lock_of_the_project_is_whole_and_names_no_address() -> None:
    text = LOCK.read_text(encoding="utf-8")
    packages = environment.read_lock(text)
    entries = [line for line in text.splitlines() if not line.startswith(" ")]
    assert len(packages) == len(entries) > 60
    assert all(line.endswith("\\") for line in entries), "a package without a digest"
    assert "opencv-python-headless" in packages
    assert "opencv-python" not in packages
    assert "://" not in text
    assert "--index" not in text


def test_the_environment_of_the_tests_is_that_of_the_lock() -> None:
    from importlib.metadata import distributions

    packages = environment.read_lock(LOCK.read_text(encoding="utf-8"))
    installed = {
        name.lower().replace("_", "-").replace(".", "-"): found.version
        for found in distributions()
        if (name := found.metadata["Name"])
    }
    shared = packages.keys() & installed.keys()
    assert len(shared) > 60
    assert {name: installed[name] for name in shared} == {name: packages[name] for name in shared}


@pytest.mark.parametrize(
    ("line", "tidy"),
    [
        (
            "alembic==1 ; python_full_version < '3.14' and "
            "(sys_platform == 'linux' or sys_platform == 'win32') \\",
            "alembic==1 \\",
        ),
        (
            "tzdata==1 ; python_full_version < '3.14' and sys_platform == 'win32' \\",
            "tzdata==1 ; sys_platform == 'win32' \\",
        ),
        (
            "librt==1 ; python_full_version < '3.14' and platform_python_implementation != 'PyPy' "
            "and (sys_platform == 'linux' or sys_platform == 'win32') \\",
            "librt==1 ; platform_python_implementation != 'PyPy' \\",
        ),
        ("attrs==1 \\", "attrs==1 \\"),
    ],
)
def test_markers_that_every_line_has_are_dropped(line: str, tidy: str) -> None:
    assert environment.tidy_markers(line + "\n    --hash=x\n") == tidy + "\n    --hash=x\n"


def test_the_stamp_follows_the_lock_and_the_python(tmp_path: Path) -> None:
    lock = tmp_path / "requirements.lock"
    lock.write_text("a==1 \\\n", encoding="utf-8")
    first = environment.lock_digest(lock, (3, 11))
    assert first == environment.lock_digest(lock, (3, 11))
    assert first != environment.lock_digest(lock, (3, 12))
    lock.write_text("a==2 \\\n", encoding="utf-8")
    assert first != environment.lock_digest(lock, (3, 11))


def test_a_current_environment_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    venv, lock = tmp_path / "venv", tmp_path / "requirements.lock"
    python = environment.program_of(venv)
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    lock.write_text("a==1 \\\n", encoding="utf-8")
    version = sys.version_info[:2]
    stamp = venv / environment.STAMP
    ran: list[list[str]] = []
    monkeypatch.setattr(environment, "_run", lambda command, _failure: ran.append(command))

    environment.ensure_environment(venv, lock)
    assert [("pip" in command, "--require-hashes" in command) for command in ran] == [(True, True)]
    assert "--no-deps" in ran[0]
    assert stamp.read_text(encoding="ascii") == environment.lock_digest(lock, version)

    environment.ensure_environment(venv, lock)
    assert len(ran) == 1
    lock.write_text("a==2 \\\n", encoding="utf-8")
    environment.ensure_environment(venv, lock)
    assert len(ran) == 2


def test_the_other_opencv_wheel_is_found_out(tmp_path: Path) -> None:
    packages = tmp_path / "lib" / "python3.11" / "site-packages"
    (packages / "opencv_python_headless-5.0.0.93.dist-info").mkdir(parents=True)
    assert environment.foreign_opencv(tmp_path) == []
    (packages / "opencv_python-5.0.0.93.dist-info").mkdir()
    assert environment.foreign_opencv(tmp_path) == ["opencv-python"]


def test_only_the_headless_opencv_is_here() -> None:
    assert environment.foreign_opencv(Path(sys.prefix)) == []


def test_a_python_that_does_not_start_has_no_version(tmp_path: Path) -> None:
    assert environment.version_of(str(tmp_path / "python")) is None
    assert environment.version_of(sys.executable) == sys.version_info[:2]
    assert environment.find_python()


def test_package_states_are_read_by_the_word_installed() -> None:
    text = "installed qpdf\nconfig-files xvfb\nnot-installed xdotool\n\ninstalled libgl1\n"
    assert system_packages.read_status(text) == {"qpdf", "libgl1"}


def test_a_command_from_elsewhere_stands_for_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    def names() -> set[str]:
        return {package.name for package in system_packages.wanted(for_tests=True)}

    monkeypatch.setattr(system_packages.shutil, "which", lambda _name: None)
    assert "default-jdk-headless" in names()
    monkeypatch.setattr(system_packages.shutil, "which", lambda name: f"/opt/{name}")
    assert "default-jdk-headless" not in names()


def test_people_who_only_run_the_program_get_no_test_packages() -> None:
    run = {package.name for package in system_packages.wanted(for_tests=False)}
    test = {package.name for package in system_packages.wanted(for_tests=True)}
    assert run < test
    assert "xvfb" in test - run
    assert {"tesseract-ocr-chi-sim", "libsane1", "libxcb-cursor0", "fonts-noto-cjk"} <= run


def test_without_rights_the_one_command_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system_packages.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(system_packages, "_authority", lambda: None)
    everything = {package.name for package in system_packages.PACKAGES}
    monkeypatch.setattr(
        system_packages, "installed_packages", lambda _names: everything - {"qpdf", "xvfb"}
    )
    system_packages.ensure_system_packages(for_tests=False)
    with pytest.raises(SetupError) as caught:
        system_packages.ensure_system_packages(for_tests=True)
    assert "sudo apt-get install -y -q --no-install-recommends qpdf xvfb" in str(caught.value)


REPORT = """<?xml version="1.0" encoding="utf-8"?>
<testsuites><testsuite tests="10" failures="2" errors="1" skipped="3"/></testsuites>"""


def test_totals_come_from_the_report(tmp_path: Path) -> None:
    report = tmp_path / "junit.xml"
    report.write_text(REPORT, encoding="utf-8")
    totals = tasks.read_totals(report)
    assert totals == tasks.Totals(passed=4, failed=3, skipped=3)
    assert totals.line() == "4 passed, 3 failed, 3 skipped"


@pytest.mark.parametrize("text", [None, "", "<testsuites><testsuite"])
def test_a_run_without_a_whole_report_is_a_failure(tmp_path: Path, text: str | None) -> None:
    report = tmp_path / "junit.xml"
    if text is not None:
        report.write_text(text, encoding="utf-8")
    assert tasks.read_totals(report) == tasks.Totals(passed=0, failed=1, skipped=0)


def fake_pytest(folder: Path, report: str, status: int) -> Path:
    """A stand-in for the environment's Python that leaves `report` as pytest would."""
    program = folder / "python"
    program.write_text(
        f"#!{sys.executable}\nimport sys\n"
        "path = next(w.split('=')[1] for w in sys.argv if w.startswith('--junitxml='))\n"
        f"open(path, 'w').write({report!r})\nsys.exit({status})\n",
        encoding="utf-8",
    )
    program.chmod(0o755)
    return program


@pytest.mark.parametrize(
    ("report", "pytest_status", "check_status", "expected"),
    [
        ('<testsuite tests="2" failures="0" errors="0" skipped="0"/>', 0, 0, 0),
        ('<testsuite tests="2" failures="1" errors="0" skipped="0"/>', 1, 0, 1),
        ('<testsuite tests="2" failures="0" errors="0" skipped="0"/>', 0, 1, 1),
        ('<testsuite tests="2" failures="0" errors="0" skipped="0"/>', 2, 0, 1),
        ('<testsuite tests="0" failures="0" errors="0" skipped="0"/>', 5, 0, 1),
        ('<testsuite tests="2" failures="0" errors="0" skipped="2"/>', 0, 0, 1),
    ],
)
def test_only_passing_tests_and_kept_rules_give_zero(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    report: str,
    pytest_status: int,
    check_status: int,
    expected: int,
) -> None:
    monkeypatch.setattr(tasks, "check", lambda: check_status)
    monkeypatch.setattr(tasks, "VAR", tmp_path)
    python = fake_pytest(tmp_path, f"<testsuites>{report}</testsuites>", pytest_status)
    assert tasks.test(python, []) == expected
    last = capfd.readouterr().out.splitlines()[-1]
    assert last.split(" ")[1::2] == ["passed,", "failed,", "skipped"]


def test_unknown_commands_show_the_help_and_fail(capsys: pytest.CaptureFixture[str]) -> None:
    assert tasks.main(["dance"]) == 2
    assert tasks.main([]) == 2
    assert tasks.main(["--help"]) == 0
    assert "accuracy" in capsys.readouterr().out


def test_a_machine_that_lacks_something_gives_four(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(for_tests: bool) -> None:
        raise SetupError("run: sudo apt-get install qpdf")

    monkeypatch.setattr(tasks.system_packages, "ensure_system_packages", refuse)
    assert tasks.main(["check"]) == 4
    assert "sudo apt-get install qpdf" in capsys.readouterr().err


def test_unknown_scripts_are_refused() -> None:
    with pytest.raises(SetupError, match="no bench called nothing"):
        tasks.scripts("bench", ["nothing"])


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], ["demo", "--out", str(ROOT / "var" / "demo")]),
        (["--no-window", "--out", "here"], ["demo", "--out", "here"]),
        (["--out=here"], ["demo", "--out=here"]),
    ],
)
def test_demo_passes_its_arguments_and_its_status_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], expected: list[str]
) -> None:
    ran: list[list[str]] = []

    def record(command: list[str], **_options: object) -> subprocess.CompletedProcess[str]:
        ran.append(command)
        return subprocess.CompletedProcess(command, 3)

    monkeypatch.setattr(tasks.subprocess, "run", record)
    monkeypatch.setattr(tasks, "has_person_at_screen", lambda: True)
    assert tasks.demo(tmp_path / "python", arguments) == 3
    assert [command[2:] for command in ran] == [expected]


@pytest.mark.parametrize("out", [["--out", "here"], ["--out=here"]])
def test_a_person_at_the_screen_sees_what_the_demo_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, out: list[str]
) -> None:
    opened: list[list[str]] = []

    def passed(command: list[str], **_options: object) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess(command, 0)

    def window(_python: Path, arguments: list[str]) -> int:
        opened.append(arguments)
        return 0

    monkeypatch.setattr(tasks.subprocess, "run", passed)
    monkeypatch.setattr(tasks, "has_person_at_screen", lambda: True)
    monkeypatch.setattr(tasks, "run_program", window)
    assert tasks.demo(tmp_path / "python", [*out, "--json"]) == 0
    assert tasks.demo(tmp_path / "python", [*out, "--no-window"]) == 0
    assert opened == []
    assert tasks.demo(tmp_path / "python", out) == 0
    assert opened == [["--data", str(Path("here") / "data")]]


def test_the_language_is_set_only_where_none_is(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LC_ALL", "LC_CTYPE", "LANG"):
        monkeypatch.delenv(name, raising=False)
    assert tasks.base_environment()["LANG"] == "C.UTF-8"
    monkeypatch.setenv("LANG", "zh_CN.GB18030")
    assert tasks.base_environment()["LANG"] == "zh_CN.GB18030"
    assert tasks.test_environment()["QT_QPA_PLATFORM"] == "offscreen"


def test_programs_of_the_tests_find_their_modules_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    values = tasks.test_environment()
    assert "PYTHONDONTWRITEBYTECODE" not in values
    assert Path(values["PYTHONPYCACHEPREFIX"]).is_relative_to(tasks.VAR)


def test_the_scripts_that_run_on_a_bare_machine_import_nothing_else() -> None:
    """Isolated from every installed package, as on a machine with nothing but Python."""
    command = [sys.executable, "-I", "-S", "-c"]
    code = f"import sys; sys.path.insert(0, {str(ROOT / 'build')!r}); import tasks; print('ready')"
    done = subprocess.run([*command, code], capture_output=True, text=True, check=False, cwd="/")
    assert done.stdout == "ready\n", done.stderr


def test_continuous_integration_can_be_started() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert "build/tasks.py test" in script.read_text(encoding="utf-8")
