"""First part of the four-property check (四性检测) of a package, with nothing but the package.

A package may come from anywhere and be damaged or hostile: every path is judged before it is
followed, and whatever goes wrong in an item is a failure of that item, never of the check.
"""

from __future__ import annotations

import tempfile
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from app.adapters.packaging.check_content import CONTENT_CHECKS
from app.adapters.packaging.check_layout import LAYOUT_CHECKS
from app.adapters.packaging.check_manifest import MANIFEST_CHECKS
from app.adapters.packaging.check_subject import Outcome, Subject
from app.adapters.packaging.container import open_container
from app.kernel.errors import Fault
from app.kernel.progress import Cancelled, CancelToken, Progress, Report, silent

PASS, FAIL, MANUAL = "pass", "fail", "manual"
_MOST_NAMED = 5

CHECKS: dict[str, Callable[[Subject, Outcome], None]] = {
    **MANIFEST_CHECKS,
    **LAYOUT_CHECKS,
    **CONTENT_CHECKS,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckResult:
    """One item of the check. `result` is "pass", "fail" or "manual" (a person has to confirm)."""

    code: str
    name: str
    property: str
    result: str
    remark: str

    def as_record(self) -> dict[str, str]:
        """The result as plain data."""
        return {
            "code": self.code,
            "name": self.name,
            "property": self.property,
            "result": self.result,
            "remark": self.remark,
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckReport:
    """All items in order. One failure fails the package (STANDARDS 4.6); a package without any
    waits for review, as some items need an outside proof."""

    package: str
    stage: str
    sha256: str
    sm3: str
    checks: tuple[CheckResult, ...]

    @property
    def passed(self) -> bool:
        """Whether nothing failed."""
        return all(check.result != FAIL for check in self.checks)

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
            "sha256": self.sha256,
            "sm3": self.sm3,
            "passed": self.passed,
            "summary": self.summary(),
            "checks": [check.as_record() for check in self.checks],
        }


def check_package(
    path: Path, progress: Report = silent, cancel: CancelToken | None = None
) -> CheckReport:
    """Check the package in the folder or container `path`. Raises nothing but Cancelled.

    A container is unpacked beside the temporary files of this machine and judged as a folder; one
    that must not be unpacked fails.
    """
    if not path.is_file():
        return _checked(Subject(path, _items()), progress, cancel)
    with tempfile.TemporaryDirectory(prefix="package-") as folder:
        into, refused = Path(folder), ""
        try:
            into = open_container(path, into, cancel=cancel)
        except Fault as fault:
            refused = f"{fault.code} {fault.parameters.get('entry', '')}".strip()
        return _checked(Subject(into, _items(), refused), progress, cancel)


def _checked(subject: Subject, progress: Report, cancel: CancelToken | None) -> CheckReport:
    items = subject.settings
    results = []
    for index, item in enumerate(items["item"]):
        if cancel is not None:
            cancel.check()
        progress(Progress(step=item["code"], done=index, total=len(items["item"])))
        outcome = Outcome()
        if "manual" in item:
            outcome.wait(item["manual"])
        else:
            _run(CHECKS[item["code"]], subject, outcome)
        results.append(_result(item, outcome))
    return CheckReport(
        package=str(subject.content.get("package_id", "")),
        stage=items["stage"],
        sha256=subject.identity.sha256 if subject.identity else "",
        sm3=subject.identity.sm3 if subject.identity else "",
        checks=tuple(results),
    )


def _run(check: Callable[[Subject, Outcome], None], subject: Subject, outcome: Outcome) -> None:
    try:
        check(subject, outcome)
    except Cancelled:
        raise
    except Exception as error:  # A hostile package must not end the check: it fails the item.
        outcome.fail(f"无法完成检验（{type(error).__name__}：{error}）"[:300])


def _result(item: dict[str, str], outcome: Outcome) -> CheckResult:
    remarks = outcome.failures or outcome.waiting
    result = FAIL if outcome.failures else MANUAL if outcome.waiting else PASS
    remark = "；".join(remarks[:_MOST_NAMED])
    if len(remarks) > _MOST_NAMED:
        remark += f"；等共 {len(remarks)} 处"
    return CheckResult(
        code=item["code"],
        name=item["name"],
        property=item["property"],
        result=result,
        remark=remark,
    )


def _items() -> dict[str, Any]:
    text = resources.files("app.adapters.packaging").joinpath("check_items.toml").read_text("utf-8")
    return tomllib.loads(text)
