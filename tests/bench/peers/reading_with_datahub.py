"""DataHub's PostgreSQL source with its file sink: schemas alone, no profiling, no lineage, no procedures."""

import json
import os
import sys

from tests.bench.peers.statements import Statements


def main() -> None:
    request = json.loads(sys.stdin.readline())
    given, folder = request["parameters"], request["folder"]
    # read when it is imported: where it keeps its own settings, and that it is not to call home
    os.environ.update(HOME=folder, DATAHUB_TELEMETRY_ENABLED="false")
    from datahub.ingestion.run.pipeline import Pipeline

    statements = Statements()
    recipe = {
        "source": {
            "type": "postgres",
            "config": {
                "host_port": f"{given['host']}:{given['port']}",
                "username": given["username"],
                "password": given["password"],
                "database": given["database"],
                "include_view_lineage": False,
                "include_view_column_lineage": False,
                "include_table_location_lineage": False,
                "include_stored_procedures": False,
                "profiling": {"enabled": False},
            },
        },
        "sink": {"type": "file", "config": {"filename": f"{folder}/datahub.json"}},
    }
    pipeline = Pipeline.create(recipe, report_to=None, no_progress=True)
    pipeline.run()
    pipeline.raise_from_status()
    report = pipeline.source.get_report()
    print(
        json.dumps({"datasets": report.tables_scanned + report.views_scanned, "statements": statements.count})
    )


if __name__ == "__main__":
    main()
