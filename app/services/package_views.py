"""A package as windows and command line show it: its digests and what was checked."""

from __future__ import annotations

from typing import Any

from app.domain.archiving import ArchivalPackage
from app.services.views import CheckRow, PackageView


def package_view(package: ArchivalPackage) -> PackageView:
    """The read model of a package."""
    return PackageView(
        package=package.path,
        version=package.version,
        sha256=package.manifest_sha256,
        sm3=package.manifest_sm3,
        provisional=package.provisional,
        accepted=all(check["result"] != "fail" for check in package.checks),
        checks=check_rows(package.checks),
    )


def check_rows(checks: Any) -> tuple[CheckRow, ...]:
    """The rows of a check as it was answered or stored."""
    return tuple(
        CheckRow(
            code=check["code"],
            name=check["name"],
            property=check.get("property", ""),
            result=check["result"],
            remark=check.get("remark", ""),
        )
        for check in checks
    )
