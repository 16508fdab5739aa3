"""A page of a big catalog over HTTP, whatever the list is narrowed to."""

import json
import statistics
from collections.abc import Mapping, Sequence
from contextlib import closing
from typing import Any

from tests.bench.comparing import Comparison, Contender, Sample, Setting, stopwatch
from tests.bench.http_clients import OneClient
from tests.bench.results import Kind, Reach
from tests.bench.web_alone import Web

MOST_SECONDS = 0.05
TIMES = 50

QUERY = """query Page($labels: [String!], $schema: String, $kind: DatasetKind, $first: Int) {
  catalogDatasetConnection(labels: $labels, schema: $schema, kind: $kind, first: $first) {
    nodes {
      id displayName entity schema database kind labels rowCountEstimate collectedAt changedAt
      sourceEndpoint { id name }
    }
    pageInfo { hasNextPage endCursor }
  }
}"""
# the last ones match nothing: all datasets are looked through for it
FILTERS: Mapping[str, Mapping[str, Any]] = {
    "everything": {},
    "one schema": {"schema": "sales"},
    "views": {"kind": "VIEW"},
    "one label": {"labels": ["team-7"]},
    "a label that nobody has": {"labels": ["nobody"]},
    "a schema that has no such kind": {"kind": "VIEW", "schema": "stock"},
}


def comparison(web: Web, setting: Setting) -> Comparison:
    """Each way to narrow the list is a contender."""
    times = min(TIMES, setting.sizes.pages)
    within = [Reach(Kind.SECONDS, MOST_SECONDS)]

    def contender(words: str, conditions: Mapping[str, Any]) -> Contender:
        body = json.dumps({"query": QUERY, "variables": {**conditions, "first": 50}})
        return Contender(words, lambda: _p50(web, body, times), within)

    contenders: Sequence[Contender] = [contender(*each) for each in FILTERS.items()]
    return Comparison(f"50 of {setting.sizes.datasets:,} datasets over HTTP (p50 of {times})", contenders)


def _p50(web: Web, body: str, times: int) -> Sample:
    seconds = []
    with closing(OneClient(web.graphql(body))) as client:
        for _ in range(times):
            with stopwatch() as watch:
                client.ask()
            seconds.append(watch.seconds)
    return Sample(statistics.median(seconds))
