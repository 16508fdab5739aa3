"""Muster's answer to a GraphQL request without HTTP: from the request's JSON to the answer's."""

import json
from datetime import UTC, datetime

from cryptography.fernet import Fernet

from app.api.context import RequestContext
from app.api.documents import Documents
from app.api.execute import execute
from app.api.json_writing import to_json
from app.api.limits import Deadline, QueryLimits
from app.api.reads import Reads
from app.api.schema import make_schema
from app.core.config import GRAPHQL_DIR
from app.core.contracts import RunLimits
from app.core.db.pool import open_pool
from app.core.domain.auth import Caller, Role, TokenHasher, Viewer
from app.core.domain.secrets import SecretBox
from app.core.temporal.gateway import TemporalGateway
from app.services.context import Context
from app.services.readiness import Readiness
from app.services.refusals import Refusals

REQUEST_SECONDS = 30.0
VIEWER = Viewer("bench", Role.ADMIN, "admin-token")


class InProcess:
    """The parts of a web process that answer queries; they ask nothing of Temporal."""

    def __init__(self, database_url: str) -> None:
        self._pool = open_pool(database_url, name="bench", max_size=2)
        self._schema = make_schema(GRAPHQL_DIR)
        self._limits = QueryLimits(depth=15, cost=100_000)
        self._documents = Documents(self._schema, self._limits)
        key = Fernet.generate_key().decode()
        self._services = Context(
            pool=self._pool,
            temporal=TemporalGateway(None, None, "bench"),
            secrets=SecretBox([key]),
            tokens=TokenHasher([key]),
            limits=RunLimits(),
            min_schedule_interval_seconds=60,
            clock=lambda: datetime.now(UTC),
            caller=Caller(VIEWER),
            refusals=Refusals(lambda: self._pool),
        )

    def answer(self, body: str) -> bytes:
        """The answer as JSON. Raises AssertionError when it holds errors."""
        answer = execute(self._schema, self._documents, self._limits, json.loads(body), self._context)
        assert "errors" not in answer, answer
        return to_json(answer)

    def close(self) -> None:
        """Give the connections back."""
        self._pool.close()

    def _context(self) -> RequestContext:
        deadline = Deadline(REQUEST_SECONDS)
        return RequestContext(
            services=self._services,
            reads=Reads(self._pool, deadline),
            viewer=VIEWER,
            version="bench",
            temporal_address=None,
            temporal_ui=None,
            readiness=Readiness({}),
            deadline=deadline,
        )
