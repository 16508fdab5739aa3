"""The least that a page of rows over HTTP costs: a Flask route, one statement, and the rows as JSON.

gunicorn runs `tests.bench.plain_flask:make_app()`, which is told by the environment what to ask and where.
"""

import json
import os
from datetime import datetime

from flask import Flask, Response, request
from psycopg.rows import dict_row
from psycopg_pool import ConnectionPool

STATEMENT = "BENCH_STATEMENT"


def make_app() -> Flask:
    """The application; it connects when it is first asked."""
    app, statement = Flask(__name__), os.environ[STATEMENT].encode()
    kwargs = {"autocommit": True, "row_factory": dict_row}
    pool = ConnectionPool(os.environ["DATABASE_URL"], kwargs=kwargs, min_size=1, max_size=8, open=False)

    @app.post("/page")
    def page() -> Response:
        pool.open()
        with pool.connection() as connection:
            rows = connection.execute(statement, request.get_json()).fetchall()
        return Response(json.dumps(rows, default=_text), content_type="application/json")

    return app


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
