"""auditEvents."""

from typing import Any

from ariadne import QueryType

from app.api import arguments
from app.api.context import Info
from app.api.pages import Page, page
from app.core.db import audit
from app.core.domain.audit import AuditEvent, AuditFilter

query = QueryType()


@query.field("auditEvents")
def resolve_audit_events(_: object, info: Info, **given: Any) -> Page[AuditEvent]:
    wanted = arguments.read(arguments.AuditEvents, given)
    conditions, first, after = AuditFilter(**wanted["filter"]), wanted["first"], wanted["after"]
    conn = info.context.reads.conn
    found = audit.list_events(conn, conditions, first=first + 1, after=after)
    return page(found, first, after, lambda: audit.count_events(conn, conditions))


bindables = [query]
