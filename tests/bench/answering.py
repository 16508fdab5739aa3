"""What the web process answers, over a database as full as a big installation's."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from tests.bench import catalog_paging, run_asking, run_paging
from tests.bench.comparing import Comparison, Setting
from tests.bench.crowd import Crowd
from tests.bench.web_alone import running_web

DATASETS_EACH, COLUMNS_EACH = 10, 20


@contextmanager
def comparisons(setting: Setting) -> Iterator[Sequence[Comparison]]:
    """Pages of runs and of the catalog, and asking for a run."""
    sizes = setting.sizes
    crowd = Crowd(
        endpoints=sizes.datasets // DATASETS_EACH,
        runs=sizes.runs,
        recent_runs=sizes.runs // 50,
        datasets=sizes.datasets,
        columns=COLUMNS_EACH,
    )
    with (
        running_web(crowd) as web,
        run_paging.comparisons(web, setting) as paging,
        run_asking.comparison(web, setting) as asking,
    ):
        yield [*paging, asking, catalog_paging.comparison(web, setting)]
