"""`muster trigger`: run one endpoint's collection on a running server, and watch it."""

import time
from typing import Any
from uuid import UUID

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)

from app.cli.api_client import ApiClient, ApiError, ApiUnreachable
from app.cli.server import connect, url_option
from app.core.domain.runs import TERMINAL, RunStatus

EXIT_CODES = {RunStatus.SUCCEEDED: 0, RunStatus.PARTIAL: 3}
OTHER_EXIT_CODE = 1
INTERRUPTED_EXIT_CODE = 130
POLL_SECONDS = 0.5
PATIENCE_SECONDS = 60.0
PAGE = 200

BY_ID = "query ($id: ID!) { endpoint(id: $id) { id name } }"
BY_TEXT = """
query ($search: String!, $first: Int!, $after: ID) {
  endpointsConnection(search: $search, first: $first, after: $after) {
    nodes { id name sourceId }
    pageInfo { hasNextPage endCursor }
  }
}
"""
TRIGGER = "mutation ($id: ID!) { triggerEndpointCollection(endpointId: $id) { id status } }"
RUN = """
query ($id: ID!) {
  collectionRun(id: $id) {
    id status error errorCode skipReason durationMs
    progress { phase done total current }
    stats { seen added changed unchanged removed failed filtered columns }
  }
}
"""


@click.command()
@click.argument("endpoint")
@click.option("--wait", is_flag=True, help="Follow the run until it ends.")
@url_option
def trigger(endpoint: str, wait: bool, url: str | None) -> None:
    """Collect ENDPOINT (its id, source id or exact name) now.

    With --wait the exit code is 0 when the run succeeded, 3 when it was partial, 1 otherwise.
    """
    console = Console(highlight=False, stderr=True)
    try:
        api = connect(url)
        found = find_endpoint(api, endpoint)
        run = api.execute(TRIGGER, {"id": found["id"]})["triggerEndpointCollection"]
        click.echo(run["id"])
        if not wait:
            console.print(f"Run {run['id']} of “{found['name']}” is {run['status']}.", markup=False)
            return
        ended = _follow(api, run["id"], found["name"], console)
    except ApiError as error:
        console.print(f"{error.code}: {error}" if error.code else str(error), style="bold red", markup=False)
        raise SystemExit(OTHER_EXIT_CODE) from None
    except KeyboardInterrupt:
        console.print("No longer watching. A run that was started goes on.", markup=False)
        raise SystemExit(INTERRUPTED_EXIT_CODE) from None
    console.print(describe_end(ended), markup=False)
    raise SystemExit(EXIT_CODES.get(RunStatus(ended["status"]), OTHER_EXIT_CODE))


def find_endpoint(api: ApiClient, wanted: str) -> dict[str, Any]:
    """The one endpoint with this id, else this source id, else this exact name. Raises ApiError."""
    if _is_uuid(wanted):
        found = api.execute(BY_ID, {"id": wanted})["endpoint"]
        return dict(found)
    candidates: list[dict[str, Any]] = []
    after = None
    while True:
        page = api.execute(BY_TEXT, {"search": wanted, "first": PAGE, "after": after})["endpointsConnection"]
        candidates += page["nodes"]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    for key in ("sourceId", "name"):
        matches = [node for node in candidates if node[key] == wanted]
        if len(matches) > 1:
            ids = ", ".join(node["id"] for node in matches)
            raise ApiError(f"{len(matches)} endpoints are named “{wanted}”; give the id: {ids}")
        if matches:
            return matches[0]
    raise ApiError(f"There is no endpoint with the id, source id or name “{wanted}”.")


def describe_end(run: dict[str, Any]) -> str:
    """One sentence about a run that has ended."""
    duration = f" in {run['durationMs'] / 1000:.1f} s" if run["durationMs"] is not None else ""
    sentence = f"{run['status']}{duration}."
    if run["stats"] is not None:
        sentence += " " + ", ".join(f"{count} {name}" for name, count in run["stats"].items()) + "."
    reason = run["error"] or run["skipReason"]
    if reason:
        sentence += f" {run['errorCode']}: {reason}" if run["errorCode"] else f" {reason}"
    return sentence


def _follow(api: ApiClient, run_id: str, name: str, console: Console) -> dict[str, Any]:
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    answered_at = time.monotonic()
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(name, total=None)
        while True:
            try:
                run = api.execute(RUN, {"id": run_id})["collectionRun"]
                answered_at = time.monotonic()
            except ApiUnreachable:
                # a server that is being restarted comes back; the run does not depend on it
                if time.monotonic() - answered_at > PATIENCE_SECONDS:
                    raise
            else:
                if RunStatus(run["status"]) in TERMINAL:
                    return dict(run)
                now = run["progress"] or {}
                words = " · ".join(filter(None, (name, run["status"], now.get("phase"), now.get("current"))))
                progress.update(task, description=words, completed=now.get("done", 0), total=now.get("total"))
            time.sleep(POLL_SECONDS)


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
