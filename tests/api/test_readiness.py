"""/readyz against a real database and a real Temporal, and a start that lacks a setting."""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from app.cli.embedded_postgres import EmbeddedPostgres
from app.cli.embedded_temporal import EmbeddedTemporal
from app.core.config import REPO_ROOT
from app.services.readiness import CHECK_SECONDS, NOT_ANSWERED_YET, OK, Readiness, ServiceState
from tests.api.conftest import Muster, running_muster
from tests.conftest import fresh_database


def test_each_part_that_is_missing_is_named(idle_muster: Muster) -> None:
    response = idle_muster.client.get("/readyz")
    assert response.status_code == 503
    assert response.get_json()["ready"] is False
    parts = response.get_json()["parts"]
    assert parts["postgres"] == OK
    assert parts["temporal"] != OK
    assert parts["worker"] != OK


def test_without_a_worker_it_is_not_ready(idle_database: str, temporal_server: EmbeddedTemporal) -> None:
    with running_muster(idle_database, TEMPORAL_ADDRESS=temporal_server.address) as muster:
        response = muster.client.get("/readyz")
    assert response.status_code == 503
    assert response.get_json()["parts"] == {"postgres": OK, "temporal": OK, "worker": "no worker polls"}


def test_an_empty_database_is_not_ready(postgres_cluster: EmbeddedPostgres) -> None:
    with fresh_database(postgres_cluster, "template1") as empty, running_muster(empty) as muster:
        parts = muster.client.get("/readyz").get_json()["parts"]
    assert parts["postgres"] == "not migrated: run muster migrate"


def test_a_check_that_hangs_is_waited_for_only_so_long_and_not_begun_again() -> None:
    release = threading.Event()
    begun: list[float] = []

    def hangs() -> str:
        begun.append(time.monotonic())
        release.wait(60)
        return OK

    readiness = Readiness({"slow": hangs, "quick": lambda: OK})
    started = time.monotonic()
    first = readiness.report()
    took = time.monotonic() - started
    release.set()
    assert first.parts == {"slow": "does not answer", "quick": OK}
    assert took < 10
    assert len(begun) == 1


def test_an_answer_serves_for_a_moment() -> None:
    asked: list[int] = []

    def check() -> str:
        asked.append(1)
        return OK

    readiness = Readiness({"part": check})
    assert all(readiness.report().is_ready for _ in range(50))
    assert len(asked) < 50


def test_a_glance_shows_the_last_answer_of_a_part_that_takes_long_until_it_is_said_not_to_answer() -> None:
    answers, release = threading.Event(), threading.Event()

    def check() -> str:
        if answers.is_set():
            release.wait(60)
        return OK

    readiness = Readiness({"part": check})
    assert readiness.report().parts == {"part": OK}
    answers.set()
    glances: list[tuple[str, float]] = []
    deadline = time.monotonic() + 30
    while not glances or glances[-1][0] == OK:
        assert time.monotonic() < deadline
        began_at = time.monotonic()
        glances.append((readiness.glance().parts["part"], time.monotonic() - began_at))
    release.set()
    assert len(glances) > 1
    assert glances[-1][0] == "does not answer"
    # far below what a report waits, on a machine that is busy with other things too
    assert min(seconds for _, seconds in glances) < CHECK_SECONDS / 2


def test_a_glance_says_when_a_part_has_not_answered_yet() -> None:
    release = threading.Event()

    def hangs() -> str:
        release.wait(60)
        return OK

    (health,) = Readiness({"part": hangs}).glance().services
    release.set()
    assert (health.state, health.message) == (ServiceState.UNKNOWN, "has not answered yet")


def test_a_glance_does_not_pass_off_an_old_answer_for_a_part_that_is_slow_now(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("app.services.readiness.STALE_SECONDS", 0.0)
    answers, release = threading.Event(), threading.Event()

    def check() -> str:
        if answers.is_set():
            release.wait(60)
        return OK

    readiness = Readiness({"part": check})
    assert readiness.report().parts == {"part": OK}
    answers.set()
    deadline = time.monotonic() + 30
    while (state := readiness.glance().parts["part"]) == OK:
        assert time.monotonic() < deadline
    release.set()
    assert state == NOT_ANSWERED_YET


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"DATABASE_URL": "postgresql://db/x", "MUSTER_SECRET_KEYS": "{key}"}, "MUSTER_ADMIN_TOKEN"),
        ({"DATABASE_URL": "postgresql://db/x", "MUSTER_ADMIN_TOKEN": "t" * 32}, "MUSTER_SECRET_KEYS"),
        ({"MUSTER_ADMIN_TOKEN": "t" * 32, "MUSTER_SECRET_KEYS": "{key}"}, "DATABASE_URL"),
    ],
    ids=["no token", "no keys", "no database"],
)
def test_a_missing_setting_ends_the_start_with_one_line_that_names_it(
    settings: dict[str, str], named: str, tmp_path: Path
) -> None:
    given = {name: value.replace("{key}", Fernet.generate_key().decode()) for name, value in settings.items()}
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("MUSTER_")}
    inherited.pop("DATABASE_URL", None)
    done = subprocess.run(
        [sys.executable, "-c", "from app.wsgi import make_app; make_app()"],
        env={**inherited, "MUSTER_DATA_DIR": str(tmp_path), **given},
        cwd=REPO_ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    (line,) = done.stderr.strip().splitlines()
    assert named in line
    assert not any(value in line for value in given.values())


def test_wrong_secret_keys_are_told_and_nobody_is_served(database: str) -> None:
    with running_muster(database) as right:
        assert right.ask("{ viewer { name } }") == {"name": "admin"}
    with running_muster(database, MUSTER_SECRET_KEYS=Fernet.generate_key().decode()) as wrong:
        answer = wrong.client.get("/readyz")
        assert (answer.status_code, answer.get_json()["ready"]) == (503, False)
        assert answer.get_json()["parts"]["postgres"].startswith("MUSTER_SECRET_KEYS is wrong")
        assert wrong.error("{ viewer { name } }")["code"] == "E_INTERNAL"
