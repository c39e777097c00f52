"""The four-property check (四性检测) of a package, with nothing but the package.

A package may come from anywhere and be damaged or hostile: every path is judged before it is
followed, and whatever goes wrong in an item is a failure of that item, never of the check.
"""

from __future__ import annotations

import tempfile
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any, Final

from app.adapters.packaging.check_content import CONTENT_CHECKS
from app.adapters.packaging.check_layout import LAYOUT_CHECKS
from app.adapters.packaging.check_manifest import MANIFEST_CHECKS
from app.adapters.packaging.check_subject import Outcome, Subject
from app.adapters.packaging.check_values import VALUE_CHECKS
from app.adapters.packaging.container import open_container
from app.kernel.errors import Fault
from app.kernel.progress import Cancelled, CancelToken, Progress, Report, silent
from archive_rules.four_property import (
    CheckedItem,
    CheckItem,
    Result,
    Stage,
    evaluate,
    load_check_list,
)
from archive_rules.four_property import (
    CheckResult as Found,
)

PASS: Final = "pass"
FAIL: Final = "fail"
MANUAL: Final = "manual"
PROPERTIES = {
    "authenticity": "真实性",
    "integrity": "完整性",
    "usability": "可用性",
    "security": "安全性",
}
STAGES = {"archiving": "归档", "transfer": "移交与接收", "preservation": "长期保存"}
ARCHIVING: Stage = "archiving"
_MOST_NAMED = 5

CHECKS: dict[str, Callable[[Subject, Outcome], None]] = {
    **MANIFEST_CHECKS,
    **LAYOUT_CHECKS,
    **CONTENT_CHECKS,
    **VALUE_CHECKS,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckResult:
    """One item of the check. `result` is "pass", "fail" or "manual" (a person has to confirm)."""

    code: str
    name: str
    property: str
    result: str
    remark: str
    blocking: bool = True

    def as_record(self) -> dict[str, str | bool]:
        """The result as plain data."""
        return {
            "code": self.code,
            "name": self.name,
            "property": self.property,
            "result": self.result,
            "remark": self.remark,
            "blocking": self.blocking,
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckReport:
    """All items in order. One blocking failure fails the package (STANDARDS 4.6); a package
    without any waits for review, as some items need an outside proof. `stage` is in Chinese,
    `standard` and `version` name the list of items."""

    package: str
    stage: str
    sha256: str
    sm3: str
    checks: tuple[CheckResult, ...]
    standard: str = ""
    version: str = ""

    @property
    def passed(self) -> bool:
        """Whether nothing failed that blocks."""
        return not any(check.result == FAIL and check.blocking for check in self.checks)

    def summary(self) -> dict[str, str]:
        """The worst result of each property."""
        order = (PASS, MANUAL, FAIL)
        worst: dict[str, str] = {}
        for check in self.checks:
            known = worst.get(check.property, PASS)
            worst[check.property] = max(known, check.result, key=order.index)
        return worst

    def as_record(self) -> dict[str, Any]:
        """The report as plain data."""
        return {
            "package": self.package,
            "stage": self.stage,
            "standard": self.standard,
            "standard_version": self.version,
            "sha256": self.sha256,
            "sm3": self.sm3,
            "passed": self.passed,
            "summary": self.summary(),
            "checks": [check.as_record() for check in self.checks],
        }


def check_package(
    path: Path,
    progress: Report = silent,
    cancel: CancelToken | None = None,
    *,
    stage: Stage = ARCHIVING,
    outside: Sequence[Found] = (),
) -> CheckReport:
    """Check the package in the folder or container `path` by the items of a stage; `outside` is
    what other programs found. Raises nothing but Cancelled.

    A container is unpacked beside the temporary files of this machine and judged as a folder; one
    that must not be unpacked fails.
    """
    if not path.is_file():
        return _checked(Subject(path, _settings()), stage, outside, progress, cancel)
    with tempfile.TemporaryDirectory(prefix="package-") as folder:
        into, refused = Path(folder), ""
        try:
            into = open_container(path, into, cancel=cancel)
        except Fault as fault:
            refused = f"{fault.code} {fault.parameters.get('entry', '')}".strip()
        return _checked(Subject(into, _settings(), refused), stage, outside, progress, cancel)


def _checked(
    subject: Subject,
    stage: Stage,
    outside: Sequence[Found],
    progress: Report,
    cancel: CancelToken | None,
) -> CheckReport:
    check_list = load_check_list()
    items = check_list.of_stage(stage)
    found = [result for result in outside if any(result.code == item.code for item in items)]
    for index, item in enumerate(items):
        if cancel is not None:
            cancel.check()
        progress(Progress(step=item.code, done=index, total=len(items)))
        if item.code in CHECKS:
            found.append(_found(item, subject))
    report = evaluate(items, found, stage=stage, check_list=check_list)
    return CheckReport(
        package=str(subject.content.get("package_id", "")),
        stage=STAGES[stage],
        standard=report.standard,
        version=report.version,
        sha256=subject.identity.sha256 if subject.identity else "",
        sm3=subject.identity.sm3 if subject.identity else "",
        checks=tuple(_line(line, check_list.full_code(line.item, stage)) for line in report.lines),
    )


def _found(item: CheckItem, subject: Subject) -> Found:
    outcome = Outcome()
    _run(CHECKS[item.code], subject, outcome)
    remarks = outcome.failures or outcome.waiting
    remark = "；".join(remarks[:_MOST_NAMED])
    if len(remarks) > _MOST_NAMED:
        remark += f"；等共 {len(remarks)} 处"
    result: Result = FAIL if outcome.failures else MANUAL if outcome.waiting else PASS
    return Found(code=item.code, result=result, remark=remark)


def _line(line: CheckedItem, code: str) -> CheckResult:
    return CheckResult(
        code=code,
        name=line.item.name,
        property=PROPERTIES[line.item.property],
        result=line.result,
        remark=line.remark,
        blocking=line.item.blocking,
    )


def _run(check: Callable[[Subject, Outcome], None], subject: Subject, outcome: Outcome) -> None:
    try:
        check(subject, outcome)
    except Cancelled:
        raise
    except Exception as error:  # A hostile package must not end the check: it fails the item.
        outcome.fail(f"无法完成检验（{type(error).__name__}：{error}）"[:300])


def _settings() -> dict[str, Any]:
    folder = resources.files("app.adapters.packaging")
    return tomllib.loads(folder.joinpath("check_settings.toml").read_text("utf-8"))
