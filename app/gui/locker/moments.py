"""Moments as a person says them at the desk: on the clock of the wall, near days by name."""

from __future__ import annotations

from datetime import datetime

from app.gui.i18n import _

HOUR, DAY = 3600, 86400


def wall(moment: str) -> datetime | None:
    """`moment` on the clock of the wall, None when it is no moment."""
    try:
        return datetime.fromisoformat(moment).astimezone()
    except ValueError:
        return None


def present_moment() -> datetime:
    """Now, on the clock of the wall."""
    return datetime.now().astimezone()


def seconds_text(moment: str) -> str:
    """The time of day to the second, for what changes while one looks."""
    there = wall(moment)
    return "" if there is None else there.strftime("%H:%M:%S")


def moment_text(moment: str, now: datetime) -> str:
    """The time of day, with the day before it when it is another one than that of `now`."""
    there = wall(moment)
    if there is None:
        return ""
    days = (there.date() - now.date()).days
    clock = there.strftime("%H:%M")
    if days == 0:
        return _("today {clock}").format(clock=clock)
    if days == 1:
        return _("tomorrow {clock}").format(clock=clock)
    if days == -1:
        return _("yesterday {clock}").format(clock=clock)
    form = "%m-%d" if there.year == now.year else "%Y-%m-%d"
    return f"{there.strftime(form)} {clock}"


def due_text(due_at: str, now: datetime, *, overdue: bool) -> str:
    """Until when; once it is over, for how long."""
    there = wall(due_at)
    if there is None:
        return ""
    late = (now - there).total_seconds()
    if not overdue or late < 0:
        return moment_text(due_at, now)
    if late < HOUR:
        return _("just overdue")
    if late < 2 * DAY:
        return _("{hours} h overdue").format(hours=int(late // HOUR))
    return _("{days} days overdue").format(days=int(late // DAY))
