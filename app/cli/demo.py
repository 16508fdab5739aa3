"""The first endpoint of a first start: Muster's own database, registered the way a user would do it."""

from typing import Any

from app.cli.api_client import ApiClient, ApiError
from app.cli.embedded_postgres import APP_DATABASE, DEMO_ROLE, HOST, SUPERUSER, EmbeddedPostgres
from app.cli.terminal import Terminal

SOURCE_ID = "muster-demo"
TEMPLATE_ID = "postgres"
SCHEDULE = "@hourly"

FIND = """
query FindDemo($search: String!) {
  endpointsConnection(search: $search, includeDeleted: true, first: 200) {
    nodes { id sourceId isDeleted config }
  }
}
"""
REGISTER = """
mutation RegisterDemo($input: EndpointInput!) {
  registerEndpoint(input: $input) { id collections { id } }
}
"""
SCHEDULE_IT = """
mutation ScheduleDemo($id: ID!, $cron: String!) {
  updateCollection(id: $id, input: {scheduleCron: $cron}) { id }
}
"""
MOVE = """
mutation MoveDemo($id: ID!, $config: JSON!) {
  updateEndpoint(id: $id, patch: {config: $config}) { id }
}
"""


def ensure_demo(postgres: EmbeddedPostgres, api: ApiClient, terminal: Terminal) -> None:
    """Register the demo endpoint once; later, follow the database when its port had to change.

    Somebody who deleted it does not get it back. A failure is told and hinders nothing.
    """
    try:
        nodes = api.execute(FIND, {"search": SOURCE_ID})["endpointsConnection"]["nodes"]
        known = [node for node in nodes if node["sourceId"] == SOURCE_ID]
        if not known:
            _register(postgres, api)
            terminal.say(f"Registered Muster's own database as the first endpoint, “{SOURCE_ID}”.")
        for node in known:
            moved = _moved_config(node, postgres.port)
            if moved is not None:
                api.execute(MOVE, {"id": node["id"], "config": moved})
                terminal.say(f"Endpoint “{SOURCE_ID}” now has port {postgres.port}.")
    except ApiError as error:
        terminal.warn(f"The demo endpoint “{SOURCE_ID}” could not be set up: {error}")


def _register(postgres: EmbeddedPostgres, api: ApiClient) -> None:
    _grant(postgres)
    endpoint = api.execute(
        REGISTER,
        {
            "input": {
                "sourceId": SOURCE_ID,
                "name": "Muster's own database",
                "description": "The database Muster keeps its catalog in, as an example. Delete it freely.",
                "labels": ["demo"],
                "config": {
                    "templateId": TEMPLATE_ID,
                    "parameters": {
                        "host": HOST,
                        "port": postgres.port,
                        "database": APP_DATABASE,
                        "username": DEMO_ROLE,
                        "password": postgres.password(DEMO_ROLE),
                        "schemas": ["public"],
                    },
                },
            }
        },
    )["registerEndpoint"]
    for collection in endpoint["collections"]:
        api.execute(SCHEDULE_IT, {"id": collection["id"], "cron": SCHEDULE})


def _grant(postgres: EmbeddedPostgres) -> None:
    """As the template's GRANT script says: the catalogs need no right on any table."""
    import psycopg
    from psycopg import sql

    with psycopg.connect(postgres.url(SUPERUSER, APP_DATABASE), autocommit=True) as connection:
        postgres.ensure_role(connection, DEMO_ROLE)
        connection.execute(
            sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(
                sql.Identifier(APP_DATABASE), sql.Identifier(DEMO_ROLE)
            )
        )


def _moved_config(node: dict[str, Any], port: int) -> dict[str, Any] | None:
    """The configuration with the new port; None when it is right, deleted, or no longer ours."""
    config = node["config"] or {}
    parameters = config.get("parameters") or {}
    ours = (parameters.get("host"), parameters.get("username")) == (HOST, DEMO_ROLE)
    if node["isDeleted"] or not ours or str(parameters.get("port")) == str(port):
        return None
    return {**config, "parameters": {**parameters, "port": port}}
