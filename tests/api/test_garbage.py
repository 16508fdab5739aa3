"""A request leaves nothing to the garbage collector, which would come in the midst of another."""

import gc
import json
from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.api.seed import Seed
from tests.bench.in_process import InProcess

REQUESTS = 20

RUN = "id endpoint { id name } collection { id scheduleCron }"
QUERIES = {
    "a page in columns": f"{{ collectionRunsConnection(first: 5) {{ nodes {{ {RUN} }} }} }}",
    "lists below objects": "{ endpoints { collections { lastRun { id changes { totalCount } } } } }",
    "at length": f"{{ __schema {{ queryType {{ name }} }} collectionRuns {{ {RUN} redactions }} }}",
}


@pytest.fixture
def in_process(database: str) -> Iterator[InProcess]:
    with closing(InProcess(database)) as running:
        yield running


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES.keys())
def test_nothing_is_left_behind(query: str, in_process: InProcess, seed: Seed) -> None:
    shop = seed.endpoint()
    for minutes, collection in enumerate((seed.collection(shop), None)):
        seed.run(shop, collection, minutes)
    request = json.dumps({"query": query})
    in_process.answer(request)
    gc.collect()
    gc.disable()
    try:
        for _ in range(REQUESTS):
            in_process.answer(request)
        # other threads of the process may leave something
        assert gc.collect() < REQUESTS
    finally:
        gc.enable()
