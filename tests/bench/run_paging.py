"""A page of runs over HTTP, beside the SQL that answers the same."""

import http.client
import json
import statistics
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from urllib.parse import urlsplit

import psycopg

from tests.bench.comparing import Comparison, Contender, Sample, Setting, stopwatch
from tests.stack import RunningStack

PAGE = 50

QUERY = """query Page($first: Int, $after: ID) {
  collectionRuns(first: $first, after: $after) {
    id status trigger requestedAt completedAt
    endpoint { id name }
    collection { id scheduleCron }
  }
}"""

MIDDLE = """
SELECT requested_at, id FROM metadata_collection_runs
ORDER BY requested_at DESC, id DESC LIMIT 1 OFFSET %s
"""

SELECT_PAGE = """
SELECT r.id, r.status, r.trigger, r.requested_at, r.completed_at, e.id, e.name, c.id, c.schedule_cron
FROM metadata_collection_runs r
JOIN metadata_endpoints e ON e.id = r.endpoint_id
LEFT JOIN metadata_collections c ON c.id = r.collection_id
WHERE (r.requested_at, r.id) < (%s, %s)
ORDER BY r.requested_at DESC, r.id DESC
LIMIT %s
"""


@contextmanager
def comparison(stack: RunningStack, setting: Setting) -> Iterator[Comparison]:
    """Each over one connection that stays open."""
    sizes, parts = setting.sizes, urlsplit(stack.url)
    assert parts.hostname is not None
    with (
        psycopg.connect(stack.database_url, autocommit=True) as database,
        closing(http.client.HTTPConnection(parts.hostname, parts.port)) as web,
    ):
        position = database.execute(MIDDLE, (sizes.runs // 2,)).fetchone()
        assert position is not None
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {stack.token}"}
        body = json.dumps({"query": QUERY, "variables": {"first": PAGE, "after": str(position[1])}})

        def select() -> int:
            return len(database.execute(SELECT_PAGE, (*position, PAGE)).fetchall())

        def ask() -> int:
            web.request("POST", "/graphql", body, headers)
            return len(json.loads(web.getresponse().read())["data"]["collectionRuns"])

        yield Comparison(
            f"A page of {PAGE} runs with endpoint and collection, amid {sizes.runs:,} (p50 of {sizes.pages})",
            [
                Contender("bare SQL, one join", lambda: _p50(select, sizes.pages)),
                Contender("Muster, GraphQL over HTTP", lambda: _p50(ask, sizes.pages)),
            ],
        )


def _p50(page: Callable[[], int], times: int) -> Sample:
    """The median time of a page; each must be full."""
    seconds = []
    for _ in range(times):
        with stopwatch() as watch:
            rows = page()
        assert rows == PAGE
        seconds.append(watch.seconds)
    return Sample(statistics.median(seconds))
