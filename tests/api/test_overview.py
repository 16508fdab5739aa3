"""The overview, the timeline and what runs next."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from app.cli.embedded_temporal import EmbeddedTemporal
from app.core.db import overview
from tests.api.conftest import Muster, running_muster
from tests.api.seed import BEGIN, Seed

SPAN = {"f": BEGIN.isoformat(), "t": (BEGIN + timedelta(hours=24)).isoformat()}
TIMELINE = """query($f: DateTime!, $t: DateTime!, $l: Int) {
    runTimeline(from: $f, to: $t, endpointLimit: $l) {
        endpointId endpointName isFailing omitted
        runs { id status trigger requestedAt startedAt completedAt } runColumns } }"""


def minutes_ago(minutes: float) -> datetime:
    return datetime.now(UTC) - timedelta(minutes=minutes)


def run_ended(seed: Seed, endpoint: UUID, collection: UUID, status: str, ago: float) -> UUID:
    """A run requested, and ended unless it is active, so many minutes ago."""
    at = minutes_ago(ago)
    ended_at = None if status in ("QUEUED", "RUNNING") else at
    return seed.run(endpoint, collection, status=status, requested_at=at, completed_at=ended_at)


class TestOverview:
    def test_an_empty_installation_counts_nothing(self, idle_muster: Muster) -> None:
        found = idle_muster.ask(
            """{ overview { last24h { status count } endpointsTotal endpointsFailing runsQueued runsRunning
                datasetsTotal changesTotal changesBreaking failing { id } } }"""
        )
        statuses = ["QUEUED", "RUNNING", "SUCCEEDED", "PARTIAL", "FAILED", "SKIPPED", "CANCELED"]
        assert found.pop("last24h") == [{"status": status, "count": 0} for status in statuses]
        assert found.pop("failing") == []
        assert set(found.values()) == {0}

    def test_what_was_requested_in_the_last_day_is_counted_by_status(
        self, muster: Muster, seed: Seed
    ) -> None:
        endpoint = seed.endpoint()
        collection = seed.collection(endpoint)
        for ago in (5, 600, 1439):
            run_ended(seed, endpoint, collection, "SUCCEEDED", ago)
        run_ended(seed, endpoint, collection, "SUCCEEDED", 1441)
        run_ended(seed, endpoint, collection, "PARTIAL", 60)
        run_ended(seed, endpoint, collection, "RUNNING", 1)
        run_ended(seed, endpoint, seed.collection(seed.endpoint("B")), "QUEUED", 2000)
        found = muster.ask("{ overview { since last24h { status count } runsQueued runsRunning } }")
        counts = {each["status"]: each["count"] for each in found["last24h"] if each["count"]}
        assert counts == {"SUCCEEDED": 3, "PARTIAL": 1, "RUNNING": 1}
        assert (found["runsQueued"], found["runsRunning"]) == (1, 1)
        since = datetime.fromisoformat(found["since"])
        assert abs(minutes_ago(1440) - since) < timedelta(minutes=1)

    def test_who_fails_is_who_did_not_succeed_last_the_latest_failure_first(
        self, muster: Muster, seed: Seed
    ) -> None:
        outcomes = {
            "mended": ["FAILED", "SUCCEEDED"],
            "broken": ["SUCCEEDED", "FAILED"],
            "broken, and skipped since": ["PARTIAL", "SKIPPED", "CANCELED"],
            "broken, and tried again": ["FAILED", "RUNNING"],
            "never ran": [],
        }
        for place, (name, statuses) in enumerate(outcomes.items()):
            endpoint = seed.endpoint(name)
            collection = seed.collection(endpoint)
            for number, status in enumerate(statuses):
                run_ended(seed, endpoint, collection, status, 1000 - 100 * place - 10 * number)
        for deleted_at in (BEGIN, None):
            endpoint = seed.endpoint(f"gone {deleted_at}", deleted_at=deleted_at)
            run_ended(seed, endpoint, seed.collection(endpoint, deleted_at=BEGIN), "FAILED", 1)
        found = muster.ask(
            """{ overview {
                endpointsTotal endpointsFailing failing { endpoint { name } lastRun { status } } } }"""
        )
        assert [each["endpoint"]["name"] for each in found["failing"]] == [
            "broken, and tried again",
            "broken, and skipped since",
            "broken",
        ]
        assert found["failing"][0]["lastRun"]["status"] == "RUNNING"
        assert (found["endpointsTotal"], found["endpointsFailing"]) == (6, 3)
        (latest,) = muster.ask("{ overview { failing(first: 1) { endpoint { name } } } }")["failing"]
        assert latest["endpoint"]["name"] == "broken, and tried again"

    def test_datasets_and_changes_of_live_endpoints_are_counted(self, muster: Muster, seed: Seed) -> None:
        for deleted_at in (BEGIN, None):
            endpoint = seed.endpoint(f"deleted {deleted_at}", deleted_at=deleted_at)
            run = seed.run(endpoint, seed.collection(endpoint))
            dataset = seed.dataset(endpoint, "orders", run)
            seed.dataset(endpoint, "lines", run)
            for ago, breaking in ((10, True), (20, False), (1441, True)):
                seed.change(endpoint, dataset, run, at=minutes_ago(ago), is_breaking=breaking)
        found = muster.ask("{ overview { datasetsTotal changesTotal changesBreaking } }")
        assert found == {"datasetsTotal": 2, "changesTotal": 2, "changesBreaking": 1}

    def test_a_service_that_is_away_is_named(self, idle_muster: Muster) -> None:
        idle_muster.client.get("/readyz")  # who only glances may see what has not answered yet
        found = services(idle_muster)
        assert list(found) == ["POSTGRES", "TEMPORAL", "WORKER"]
        assert found["POSTGRES"] == {"state": "OK", "message": None}
        assert found["TEMPORAL"]["state"] == found["WORKER"]["state"] == "DOWN"
        assert found["TEMPORAL"]["message"]

    def test_a_temporal_without_a_worker_is_told_apart(
        self, idle_database: str, temporal_server: EmbeddedTemporal
    ) -> None:
        with running_muster(idle_database, TEMPORAL_ADDRESS=temporal_server.address) as muster:
            muster.client.get("/readyz")  # who only glances may see what has not answered yet
            found = services(muster)
        assert found["TEMPORAL"] == {"state": "OK", "message": None}
        assert found["WORKER"] == {"state": "DOWN", "message": "no worker polls"}


def services(muster: Muster) -> dict[str, dict[str, Any]]:
    found = muster.ask("{ overview { services { name state message } } }")["services"]
    return {each.pop("name"): each for each in found}


def milliseconds(moment: str | None) -> int | None:
    """What RunColumns says for what a DateTime says."""
    return None if moment is None else round(datetime.fromisoformat(moment).timestamp() * 1000)


class TestTimeline:
    def test_failing_lanes_come_first_then_by_name(self, muster: Muster, seed: Seed) -> None:
        last = {"delta": "SUCCEEDED", "Alpha": "SKIPPED", "zulu": "FAILED", "Yankee": "PARTIAL"}
        for name, status in last.items():
            endpoint = seed.endpoint(name)
            collection = seed.collection(endpoint)
            seed.run(endpoint, collection, 60, status="SUCCEEDED")
            seed.run(endpoint, collection, 120, status=status)
        gone = seed.endpoint("Gone", deleted_at=BEGIN)
        seed.run(gone, None, 60)
        lanes = muster.ask(TIMELINE, **SPAN)
        assert [(lane["endpointName"], lane["isFailing"]) for lane in lanes] == [
            ("Yankee", True),
            ("zulu", True),
            ("Alpha", False),
            ("delta", False),
        ]
        assert [lane["endpointName"] for lane in muster.ask(TIMELINE, **SPAN, l=1)] == ["Yankee"]

    def test_a_lane_has_the_runs_of_the_span_in_order(self, muster: Muster, seed: Seed) -> None:
        endpoint = seed.endpoint("Shop")
        collection = seed.collection(endpoint)
        before = BEGIN - timedelta(minutes=30)
        seed.run(endpoint, collection, -30)
        lasted = seed.run(endpoint, collection, -30, started_at=before, completed_at=BEGIN)
        within = seed.run(endpoint, collection, 60, trigger="SCHEDULE")
        seed.run(endpoint, collection, 24 * 60 + 1)
        active = seed.run(endpoint, collection, -20, status="RUNNING", started_at=before)
        (lane,) = muster.ask(TIMELINE, **SPAN)
        assert (lane["endpointId"], lane["omitted"]) == (str(endpoint), 0)
        assert [run["id"] for run in lane["runs"]] == [str(lasted), str(active), str(within)]
        assert lane["runs"][2] == {
            "id": str(within),
            "status": "SUCCEEDED",
            "trigger": "SCHEDULE",
            "requestedAt": "2026-11-01T13:00:00.123456Z",
            "startedAt": None,
            "completedAt": "2026-11-01T13:00:09.123456Z",
        }

    def test_columns_say_what_the_runs_say(self, muster: Muster, seed: Seed) -> None:
        for name, number in (("Shop", 2), ("Bank", 1)):
            endpoint = seed.endpoint(name)
            collection = seed.collection(endpoint)
            for minutes in range(number):
                seed.run(endpoint, collection, 30 - minutes, started_at=BEGIN if minutes else None)
        seed.run(endpoint, collection, 40, status="RUNNING")
        lanes = muster.ask(TIMELINE, **SPAN)
        assert [(lane["endpointName"], len(lane["runs"])) for lane in lanes] == [("Bank", 2), ("Shop", 2)]
        for lane in lanes:
            columns = lane["runColumns"]
            rows = [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]
            assert rows == [
                {key: milliseconds(value) if key.endswith("At") else value for key, value in run.items()}
                for run in lane["runs"]
            ]

    def test_what_a_lane_leaves_out_is_counted(self, muster: Muster, seed: Seed) -> None:
        endpoint = seed.endpoint()
        collection = seed.collection(endpoint)
        runs = [seed.run(endpoint, collection, 1 + number) for number in range(overview.LANE_RUNS_MOST + 3)]
        (lane,) = muster.ask(TIMELINE, **SPAN)
        assert [run["id"] for run in lane["runs"]] == [str(run) for run in runs[3:]]
        assert lane["runColumns"]["id"] == [run["id"] for run in lane["runs"]]
        assert lane["omitted"] == 3

    @pytest.mark.parametrize(
        ("hours", "fault"),
        [(-1, "Must not be before `from`."), (7 * 24 + 1, "Must be at most 7 days after `from`.")],
        ids=["backwards", "too long"],
    )
    def test_a_span_that_makes_no_sense_is_refused(self, hours: int, fault: str, idle_muster: Muster) -> None:
        to = (BEGIN + timedelta(hours=hours)).isoformat()
        error = idle_muster.error(TIMELINE, f=SPAN["f"], t=to)
        assert (error["code"], error["fields"]) == ("E_BAD_INPUT", {"to": [fault]})


class TestUpcomingRuns:
    def test_every_collection_that_will_run_stands_once_the_soonest_first(
        self, muster: Muster, seed: Seed
    ) -> None:
        columns: dict[str, dict[str, Any]] = {
            "often": {"schedule_cron": "*/5 * * * *"},
            "Often too": {"schedule_cron": "*/5 * * * *"},
            "yearly": {"schedule_cron": "0 12 1 1 *", "schedule_timezone": "Europe/Berlin"},
            "manual": {},
            "disabled": {"schedule_cron": "* * * * *", "is_enabled": False},
            "deleted": {"schedule_cron": "* * * * *", "deleted_at": BEGIN},
        }
        seed.collection(seed.endpoint("gone", deleted_at=BEGIN), schedule_cron="* * * * *")
        for name, given in columns.items():
            seed.collection(seed.endpoint(name), **given)
        query = """query($n: Int) { upcomingRuns(first: $n) {
            at collectionId endpointId endpointName scheduleCron scheduleTimezone } }"""
        found = muster.ask(query, n=200)
        assert [each["endpointName"] for each in found] == ["often", "Often too", "yearly"]
        assert muster.ask(query, n=1) == found[:1]
        assert 0 < (datetime.fromisoformat(found[0]["at"]) - datetime.now(UTC)).total_seconds() <= 300
        for each in found:
            said = muster.ask(
                """query($id: ID!) { collection(id: $id) {
                    nextRunsAt scheduleCron scheduleTimezone endpointId } }""",
                id=each["collectionId"],
            )
            assert said.pop("nextRunsAt") == [each["at"]]
            assert said == {key: each[key] for key in said}

    def test_nothing_is_scheduled(self, idle_muster: Muster) -> None:
        assert idle_muster.ask("{ upcomingRuns { at } }") == []
