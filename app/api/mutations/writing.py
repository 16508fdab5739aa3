"""What every mutation does around its service."""

from app.api.context import Info
from app.services.context import Context


def begin(info: Info) -> Context:
    """The parts for the service. What was read before is forgotten: the write is about to change it.

    Raises AuthRequired, and LimitExceeded when the request has lasted too long to begin another write.
    """
    info.context.signed_in()
    info.context.deadline.check()
    info.context.reads.end()
    return info.context.services
