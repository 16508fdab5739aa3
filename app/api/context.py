"""What the resolvers of one request are given."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote

from graphql import GraphQLResolveInfo

from app.api.limits import Deadline
from app.api.reads import Reads
from app.core.domain.auth import Viewer
from app.core.domain.runs import Run
from app.core.errors import AuthRequired
from app.services.context import Context
from app.services.readiness import Readiness

if TYPE_CHECKING:
    Info = GraphQLResolveInfo["RequestContext"]
else:
    Info = GraphQLResolveInfo


@dataclass(frozen=True)
class TemporalUi:
    """Temporal's own web interface, and the namespace that Muster's workflows are in."""

    url: str
    namespace: str

    def run_url(self, run: Run) -> str | None:
        """The address of a run's workflow; None before it has one."""
        if run.workflow_id is None or run.temporal_run_id is None:
            return None
        workflow = quote(run.workflow_id, safe="")
        return (
            f"{self.url.rstrip('/')}/namespaces/{self.namespace}/workflows/{workflow}/{run.temporal_run_id}"
        )


NarrowFields = dict[tuple[int, ...], bool]


@dataclass(frozen=True)
class RequestContext:
    """`viewer` None: nobody signed in, and only the open fields may be resolved.

    `narrow_fields` remembers of which fields little is asked, as app.api.selections finds it.
    """

    services: Context
    reads: Reads
    viewer: Viewer | None
    version: str
    temporal_address: str | None
    temporal_ui: TemporalUi | None
    readiness: Readiness
    deadline: Deadline
    narrow_fields: NarrowFields = field(default_factory=dict)

    def signed_in(self) -> Viewer:
        """Who is asking. Raises AuthRequired."""
        if self.viewer is None:
            raise AuthRequired
        return self.viewer
