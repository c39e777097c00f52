"""An invented desk of the terminal: for its pictures."""

from __future__ import annotations

from app.kernel.errors import Refused
from app.services.reading_views import NoticeRow, ProgressRow, ReaderVisit, SessionDesk

CASE_NO = "（2023）辽0899民初100号"
QUERY_CODE = "5001-246810"
_NOTICES = (
    NoticeRow(
        id="notice_1",
        kind="notice",
        title="本周五下午系统维护，阅卷终端暂停使用",
        text="维护时间为 14:00 至 17:30。已预约的阅卷顺延至下周一，请留意短信。",
        made_at="2026-03-02",
    ),
    NoticeRow(
        id="guide_1",
        kind="guide",
        title="如何申请阅卷",
        text="一、律师请携带律师证、授权委托书和律所函；当事人请携带身份证。\n"
        "二、在诉讼服务中心窗口登记，一般三个工作日内答复。\n"
        "三、凭阅卷码、二维码或身份证在本终端登录，阅卷后请核对并签署阅卷单。",
        made_at="2026-01-05",
    ),
)


class SampleDesk:
    """Does what the shell asks of a reading room, without a dossier."""

    def prepare(self) -> None:
        """Nothing has to be started."""

    def notices(self) -> tuple[NoticeRow, ...]:
        """One notice and one guide."""
        return _NOTICES

    def progress(self, code: str) -> ProgressRow:
        """An invented case for the invented code."""
        if code != QUERY_CODE:
            raise Refused("RDR-160")
        return ProgressRow(
            case_no=CASE_NO,
            cause="民间借贷纠纷",
            steps=(
                ("filed", "2023-02-01", True),
                ("closed", "2023-09-12", True),
                ("digitized", "", True),
                ("catalogued", "", True),
                ("sealed", "2023-10-08", True),
                ("submitted", "", False),
                ("archived", "", False),
            ),
            paper="court",
            term_until="2023-12-12",
        )

    def sign_in(self, proof: str, value: str) -> ReaderVisit:
        """Nobody signs in for a picture of the shell."""
        raise Refused("RDR-103", left=4)

    def session_desk(self, visit: str) -> SessionDesk:
        """There is no visit."""
        raise Refused("RDR-112")

    def sign_out(self, visit: str, why: str) -> None:
        """There is no visit."""

    def follow_prints(self) -> None:
        """There is no print."""

    def staff_names(self) -> tuple[str, ...]:
        """Who may close the terminal."""
        return ("林书记员",)

    def confirm_staff(self, name: str, pin: str) -> None:
        """Nobody closes it."""
        raise Refused("ACC-106")
