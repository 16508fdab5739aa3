"""Testing a connection through a worker. Parameters travel in Postgres, encrypted, never through Temporal."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.core.db import connection_tests
from app.core.db.secret_keys import hold_keys
from app.core.domain.endpoints import Diagnostic, EndpointTest, TestResult
from app.core.domain.runs import RunErrorCode
from app.core.domain.secrets import MASK
from app.core.errors import BadInput, ConnTestFailed, TemporalUnavailable
from app.services.context import Context
from app.services.inputs import EndpointConfig

# The worker gives up first, so that its answer still arrives; the caller hears within 20 s, whatever happens.
TEST_LIMIT_SECONDS = 15.0
TEST_WAIT_SECONDS = 19.0

UNREADABLE = TestResult(
    ok=False,
    diagnostics=(
        Diagnostic(
            "ERROR",
            RunErrorCode.BAD_CONFIG.value,
            "The stored secrets cannot be opened with MUSTER_SECRET_KEYS.",
            "Give them anew, or have the key put back that they were sealed with.",
        ),
    ),
)


@dataclass(frozen=True)
class Connection:
    """How to reach a source, its secrets in plain text: short-lived, and never shown.

    Not readable: it has stored secrets that no key opens any more; they count as not stored.
    """

    template_id: str
    parameters: Mapping[str, Any]
    secrets: Mapping[str, str] = field(repr=False)
    is_readable: bool = True


def resolve(
    config: EndpointConfig, stored: Connection | None, path: str = "config.parameters"
) -> Connection | None:
    """The connection that `config` describes, masked secrets filled from `stored`; None without a template.

    `path` is where the caller was given the parameters. Raises BadInput for a mask that stands for nothing:
    no secret of that name is stored for this template.
    """
    if config.template_id is None:
        return None
    known = stored.secrets if stored is not None and stored.template_id == config.template_id else {}
    missing = [name for name, value in config.secrets.items() if value == MASK and name not in known]
    if missing:
        sentence = "The mask stands for a stored value, but none is stored."
        raise BadInput({f"{path}.{name}": [sentence] for name in missing})
    secrets = {name: known[name] if value == MASK else value for name, value in config.secrets.items()}
    return Connection(config.template_id, config.parameters, secrets)


def test(ctx: Context, connection: Connection) -> TestResult:
    """Have a worker try the connection; its answer, good or bad, within 20 s.

    Raises TemporalUnavailable when no answer can be had.
    """
    if not connection.is_readable:
        return UNREADABLE
    with ctx.pool.connection() as conn:
        hold_keys(conn)
        test_id = connection_tests.insert_test(
            conn, connection.template_id, connection.parameters, ctx.secrets.seal(connection.secrets)
        )
    try:
        ctx.temporal.run_connection_test(test_id, TEST_LIMIT_SECONDS, TEST_WAIT_SECONDS)
    finally:
        with ctx.pool.connection() as conn:
            answered = connection_tests.get_test(conn, test_id)
            connection_tests.delete_test(conn, test_id)
    if answered is None or answered.result is None:
        raise TemporalUnavailable("The connection test ended without an answer. Try again.")
    return answered.result


def check(ctx: Context, connection: Connection) -> TestResult:
    """test, but a source that refuses raises ConnTestFailed with the steps."""
    result = test(ctx, connection)
    if not result.ok:
        reason = next((step.message for step in result.diagnostics if step.level == "ERROR"), "")
        raise ConnTestFailed(
            f"The connection test failed: {reason}" if reason else "The connection test failed.",
            [step.as_dict() for step in result.diagnostics],
        )
    return result


def as_last_test(ctx: Context, result: TestResult) -> EndpointTest:
    """The result as an endpoint remembers it."""
    return EndpointTest(ok=result.ok, tested_at=ctx.clock(), diagnostics=result.diagnostics)
