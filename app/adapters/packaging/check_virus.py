"""The items of the check that a virus scanner answers."""

from __future__ import annotations

from app.adapters.virus_scan import VirusReport
from archive_rules.four_property import CheckResult

SCANNER, VIRUS = "4-1", "4-2"
_MOST_NAMED = 5


def virus_results(report: VirusReport) -> tuple[CheckResult, ...]:
    """What a scan says of both items. A virus fails; that none was found is a "pass" which the
    list of items turns into what a person confirms, with what she needs to know."""
    if not report.engine:
        told = f"杀毒服务没有应答（{report.fault}），须人工检测"
        return tuple(
            CheckResult(code=code, result="manual", remark=told) for code in (SCANNER, VIRUS)
        )
    engine = CheckResult(code=SCANNER, result="pass", remark=f"{report.engine}；请确认病毒库为最新")
    if report.infected:
        named = [f"{path}：{name}" for path, name in report.infected.items()]
        remark = "；".join(named[:_MOST_NAMED])
        if len(named) > _MOST_NAMED:
            remark += f"；等共 {len(named)} 处"
        return engine, CheckResult(code=VIRUS, result="fail", remark=remark)
    remark = f"检测 {report.scanned} 个文件，未发现病毒；请确认"
    if report.unscanned:
        path, why = next(iter(report.unscanned.items()))
        remark = f"{len(report.unscanned)} 个文件未能检测（{path}：{why}），须人工检测"
        return engine, CheckResult(code=VIRUS, result="manual", remark=remark)
    return engine, CheckResult(code=VIRUS, result="pass", remark=remark)
