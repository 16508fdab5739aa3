"""AC3: failures are isolated to their endpoint and finite.

The two ways to fail that a connection test would refuse at registration are made afterwards: the account's
password changes, and the source stops answering.
"""

import statistics
from collections.abc import Callable
from typing import Any

import pytest

from tests.acceptance.api import Api
from tests.acceptance.conftest import Endpoint, FailingSources

RUNS_BESIDE = 3


def seconds(run: dict[str, Any]) -> float:
    return float(run["durationMs"]) / 1000


def collect(api: Api, endpoint: Endpoint) -> dict[str, Any]:
    return api.finished(api.trigger(endpoint.collection))


@pytest.mark.parametrize(
    ("break_source", "error_code", "attempts"),
    [
        pytest.param(FailingSources.change_password, "SOURCE_AUTH_FAILED", 1, id="wrong password"),
        pytest.param(FailingSources.stop_answering, "SOURCE_TIMEOUT", 3, id="a host that never answers"),
        pytest.param(FailingSources.drop_database, "SOURCE_NOT_FOUND", 1, id="a database that is gone"),
        pytest.param(FailingSources.close_port, "SOURCE_REFUSED", 3, id="a closed port"),
    ],
)
def test_failing_source_ends_failed_while_its_neighbour_succeeds(
    api: Api,
    failing: FailingSources,
    pair: tuple[Endpoint, Endpoint],
    break_source: Callable[[FailingSources], Endpoint],
    error_code: str,
    attempts: int,
) -> None:
    _, healthy = pair
    alone = [seconds(collect(api, healthy)) for _ in range(RUNS_BESIDE)]

    broken = break_source(failing)
    failing_run = api.trigger(broken.collection)
    beside = [collect(api, healthy) for _ in range(RUNS_BESIDE)]
    failed = api.finished(failing_run, within_seconds=120)

    assert (failed["status"], failed["errorCode"], failed["attempt"]) == ("FAILED", error_code, attempts)
    assert failed["error"]
    assert failing.password not in failed["error"]
    assert [run["status"] for run in beside] == ["SUCCEEDED"] * RUNS_BESIDE
    # "No slower" on a shared machine: far below any time-out of the failing source.
    assert statistics.median(map(seconds, beside)) < statistics.median(alone) + 2


def test_endpoint_that_cannot_be_prepared_fails_while_its_neighbour_succeeds(
    api: Api, failing: FailingSources, pair: tuple[Endpoint, Endpoint]
) -> None:
    broken = failing.spoil_stored_secret()

    failed = collect(api, broken)

    assert (failed["status"], failed["errorCode"]) == ("FAILED", "BAD_CONFIG")
    assert collect(api, pair[1])["status"] == "SUCCEEDED"
