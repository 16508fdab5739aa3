"""A page of runs, beside the SQL that answers the same: in one process, over HTTP, and with many clients."""

import json
import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg

from tests.bench.comparing import Comparison, Contender, Sample, Setting, stopwatch
from tests.bench.http_clients import OneClient, Request, seconds_per_request
from tests.bench.in_process import InProcess
from tests.bench.results import Kind, Reach
from tests.bench.web_alone import Web, running_flask

PAGE = 50
CLIENTS = 16
# p50 under 3 × the bare SQL; with many clients at least 0.24 × the requests a second of a plain route
MOST, MOST_OVER_HTTP = 3.0, 1 / 0.24

QUERY = """query Page($filter: MetadataCollectionRunFilter, $first: Int, $after: ID) {
  collectionRunsConnection(filter: $filter, first: $first, after: $after) {
    nodes {
      id status trigger requestedBy requestedAt startedAt completedAt durationMs attempt error errorCode
      endpoint { id name }
      collection { id scheduleCron }
    }
    pageInfo { hasNextPage endCursor }
  }
}"""

SELECT = """
SELECT r.id, r.status, r.trigger, r.requested_by, r.requested_at, r.started_at, r.completed_at, r.attempt,
    r.error, r.error_code, e.id AS endpoint_id, e.name AS endpoint_name,
    c.id AS collection_id, c.schedule_cron
FROM metadata_collection_runs r
JOIN metadata_endpoints e ON e.id = r.endpoint_id
LEFT JOIN metadata_collections c ON c.id = r.collection_id
WHERE {condition} AND (r.requested_at, r.id) < (%(at)s, %(id)s)
ORDER BY r.requested_at DESC, r.id DESC
LIMIT 50
"""
POSITION = """
SELECT requested_at, id FROM metadata_collection_runs ORDER BY requested_at DESC, id DESC LIMIT 1 OFFSET %s
"""
FIRST = ("infinity", "ffffffff-ffff-ffff-ffff-ffffffffffff")


@dataclass(frozen=True)
class Page:
    """What is asked for: in words, as the API's filter, and as a condition of SQL."""

    words: str
    filter: Mapping[str, Any]
    condition: str = "true"
    offset: int = 0


@contextmanager
def comparisons(web: Web, setting: Setting) -> Iterator[Sequence[Comparison]]:
    """Pages at both ends and with filters by one client; the first one by many."""
    runs, times = setting.sizes.runs, setting.sizes.pages
    with (
        psycopg.connect(web.database_url, autocommit=True) as database,
        closing(InProcess(web.database_url)) as muster,
        running_flask(web, SELECT.format(condition="true")) as flask_url,
    ):
        pages = [_comparison(database, muster, web, page, runs, times) for page in _pages(database, runs)]
        yield [*pages, _crowded(web, flask_url, setting)]


def _pages(database: psycopg.Connection[Any], runs: int) -> Sequence[Page]:
    [[endpoint]] = database.execute("SELECT endpoint_id FROM metadata_collection_runs LIMIT 1").fetchall()
    return (
        Page("the first page", {}),
        Page("the page half-way", {}, offset=runs // 2),
        Page("FAILED", {"statuses": ["FAILED"]}, "r.status = 'FAILED'"),
        Page("of one endpoint", {"endpointId": str(endpoint)}, f"r.endpoint_id = '{endpoint}'"),
        Page("that found changes", {"changedOnly": True}, "r.has_changes"),
    )


def _comparison(
    database: psycopg.Connection[Any], muster: InProcess, web: Web, page: Page, runs: int, times: int
) -> Comparison:
    at, after = FIRST, None
    if page.offset:
        [at] = database.execute(POSITION, [page.offset]).fetchall()
        after = str(at[1])
    statement = SELECT.format(condition=page.condition).encode()
    position = {"at": at[0], "id": at[1]}
    request = _request(web, page.filter, after)
    expected = len(database.execute(statement, position).fetchall())

    def ask_over_http() -> Sample:
        with closing(OneClient(request)) as client:
            return _p50(lambda: _rows(client.ask()), expected, times)

    return Comparison(
        f"{PAGE} runs with endpoint and collection, {page.words}, amid {runs:,} (p50 of {times})",
        [
            Contender(
                "bare SQL, one join",
                lambda: _p50(lambda: len(database.execute(statement, position).fetchall()), expected, times),
            ),
            Contender(
                "Muster, from GraphQL to JSON",
                lambda: _p50(lambda: _rows(muster.answer(request.body)), expected, times),
                [Reach(Kind.TIMES_AS_LONG, MOST)],
            ),
            Contender("Muster, over HTTP, one client", ask_over_http),
        ],
    )


def _crowded(web: Web, flask_url: str, setting: Setting) -> Comparison:
    times = 5 * setting.sizes.pages
    request = _request(web, {}, None)
    plain = Request(flask_url, json.dumps({"at": FIRST[0], "id": FIRST[1]}))

    def ask(each: Request) -> Sample:
        return Sample(seconds_per_request(each, CLIENTS, times))

    return Comparison(
        f"The first page over HTTP, {CLIENTS} clients (seconds a request, of {times:,})",
        [
            Contender("plain Flask route, the same SQL", lambda: ask(plain)),
            Contender(
                "Muster, GraphQL", lambda: ask(request), [Reach(Kind.TIMES_AS_LONG, round(MOST_OVER_HTTP, 2))]
            ),
        ],
    )


def _request(web: Web, conditions: Mapping[str, Any], after: str | None) -> Request:
    variables = {"filter": conditions, "first": PAGE, "after": after}
    return web.graphql(json.dumps({"query": QUERY, "variables": variables}))


def _rows(answer: bytes) -> int:
    # counted without reading the JSON, which is no work of the server's
    return answer.count(b'"requestedBy"')


def _p50(page: Callable[[], int], expected: int, times: int) -> Sample:
    """The median time of a page; each must have as many rows as `expected`."""
    seconds = []
    for _ in range(times):
        with stopwatch() as watch:
            rows = page()
        assert rows == expected
        seconds.append(watch.seconds)
    return Sample(statistics.median(seconds))
