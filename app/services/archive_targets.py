"""Archives by the name that the settings give them."""

from __future__ import annotations

from app.kernel.errors import BadInput
from app.services.context import Context
from app.services.ports import ArchiveTarget


def archive_target(context: Context, name: str) -> ArchiveTarget:
    """The archive of that name. Raises BadInput DOS-109 with the names there are."""
    require_target(context, name)
    return context.targets[name]


def require_target(context: Context, name: str) -> None:
    """Raises BadInput DOS-109 unless there is an archive of that name; opens none."""
    if name not in context.targets:
        raise BadInput("DOS-109", target=name, known=", ".join(sorted(context.targets)))
