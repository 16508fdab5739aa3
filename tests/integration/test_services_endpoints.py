"""Registering, changing, testing and deleting endpoints."""

from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from app.cli.embedded_postgres import SUPERUSER, EmbeddedPostgres
from app.core.db import collections as stored_collections
from app.core.db import endpoints as stored_endpoints
from app.core.domain.endpoints import Endpoint
from app.core.domain.runs import RunStatus, RunTrigger
from app.core.domain.secrets import MASK
from app.core.errors import (
    BadInput,
    ConnTestFailed,
    DuplicateSourceId,
    EndpointDeleted,
    TemporalUnavailable,
)
from app.services import collections, endpoints, runs
from app.services.inputs import (
    EndpointChanges,
    EndpointConfig,
    NewCollection,
    NewEndpoint,
    TestRequest,
)
from tests.integration.stand import Stand
from tests.stack import wait_until
from tests.temporal import activity_names


class TestRegister:
    def test_a_source_that_answers_is_stored_with_its_first_run(
        self, stand: Stand, worker: None, source: EndpointConfig
    ) -> None:
        endpoint = endpoints.register(stand.ctx, NewEndpoint("Items", config=source))
        assert endpoint.source_id.startswith("sqlite-")
        assert endpoint.url == f"sqlite://{source.parameters['path']}"
        assert endpoint.capabilities == ["metadata"]
        assert endpoint.last_test is not None
        assert endpoint.last_test.ok
        [run] = stand.runs()
        assert (run.endpoint_id, run.trigger, run.requested_by) == (
            endpoint.id,
            RunTrigger.REGISTRATION,
            "ann",
        )
        assert run.workflow_id == f"collection-run::{run.id}"
        assert stand.count("metadata_collections") == 1
        assert stand.count("metadata_connection_tests") == 0

    def test_without_the_capability_there_is_no_first_run(
        self, stand: Stand, worker: None, source: EndpointConfig
    ) -> None:
        endpoint = endpoints.register(stand.ctx, NewEndpoint("Items", config=source, capabilities=()))
        assert endpoint.capabilities == []
        assert stand.runs() == []

    def test_a_source_that_refuses_is_not_stored(self, stand: Stand, worker: None, tmp_path: Path) -> None:
        missing = EndpointConfig("sqlite", {"path": str(tmp_path / "missing")})
        with pytest.raises(ConnTestFailed) as caught:
            endpoints.register(stand.ctx, NewEndpoint("Items", config=missing))
        assert caught.value.extra["diagnostics"][-1]["level"] == "ERROR"
        assert stand.count("metadata_endpoints") == 0
        assert stand.count("metadata_connection_tests") == 0

    def test_without_a_worker_nothing_is_stored(self, stand: Stand, source: EndpointConfig) -> None:
        for ctx in (stand.ctx, stand.without_temporal()):
            with pytest.raises(TemporalUnavailable):
                endpoints.register(ctx, NewEndpoint("Items", config=source))
        assert stand.count("metadata_endpoints") == 0
        assert stand.count("metadata_connection_tests") == 0

    def test_a_taken_source_id_is_refused_before_any_test(
        self, stand: Stand, untested: Endpoint, source: EndpointConfig
    ) -> None:
        with pytest.raises(DuplicateSourceId):
            endpoints.register(stand.ctx, NewEndpoint("Items", source_id=untested.source_id, config=source))

    def test_without_a_template_it_is_stored_untested(self, stand: Stand) -> None:
        endpoint = endpoints.register(stand.ctx, NewEndpoint("Plain", url="http://ann:pw@x.org?token=t"))
        assert endpoint.url == f"http://{MASK}@x.org?token={MASK}"
        assert (endpoint.capabilities, endpoint.last_test) == ([], None)
        assert stand.runs() == []
        assert stand.count("metadata_collections") == 1

    def test_a_mask_is_no_password(self, stand: Stand) -> None:
        config = EndpointConfig("postgres", {"host": "db"}, {"password": MASK})
        with pytest.raises(BadInput) as caught:
            endpoints.register(stand.ctx, NewEndpoint("Masked", config=config))
        assert list(caught.value.fields) == ["config.parameters.password"]


class TestUpdate:
    def test_only_what_the_patch_has_changes(self, stand: Stand, untested: Endpoint) -> None:
        changes = EndpointChanges(description="Mine", labels=("x",))
        changed = endpoints.update(stand.without_temporal(), untested.id, changes)
        assert (changed.name, changed.description, changed.labels) == ("Plain", "Mine", ["x"])
        cleared = endpoints.update(stand.ctx, untested.id, EndpointChanges(description=None))
        assert (cleared.description, cleared.labels) == (None, ["x"])

    def test_a_new_connection_is_tested_first(
        self, stand: Stand, worker: None, source: EndpointConfig, untested: Endpoint, tmp_path: Path
    ) -> None:
        templated = endpoints.update(stand.ctx, untested.id, EndpointChanges(config=source))
        assert (templated.template_id, templated.url) == ("sqlite", f"sqlite://{source.parameters['path']}")
        assert templated.last_test is not None
        stated = EndpointChanges(url="https://ann:pw@wiki.example/items")
        assert endpoints.update(stand.ctx, untested.id, stated).url == f"https://{MASK}@wiki.example/items"
        missing = EndpointConfig("sqlite", {"path": str(tmp_path / "missing")})
        with pytest.raises(ConnTestFailed):
            endpoints.update(stand.ctx, untested.id, EndpointChanges(name="Renamed", config=missing))
        same = endpoints.update(stand.without_temporal(), untested.id, EndpointChanges(config=source))
        assert (same.name, same.parameters) == ("Plain", source.parameters)
        assert same.url == f"https://{MASK}@wiki.example/items"
        assert stand.runs() == []

    def test_a_masked_secret_is_the_stored_one(
        self, stand: Stand, worker: None, postgres_cluster: EmbeddedPostgres
    ) -> None:
        where = conninfo_to_dict(postgres_cluster.url(SUPERUSER, "postgres"))
        role, password = f"reader_{uuid4().hex}", "s3cret-" + uuid4().hex
        with psycopg.connect(postgres_cluster.url(SUPERUSER, "postgres"), autocommit=True) as admin:
            admin.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(role), password))
        parameters: dict[str, Any] = {
            "host": where["host"],
            "port": int(str(where["port"])),
            "database": "postgres",
            "username": role,
        }
        given = EndpointConfig("postgres", parameters, {"password": password})
        endpoint = endpoints.register(stand.ctx, NewEndpoint("Source", config=given))
        assert endpoint.config["parameters"]["password"] == MASK
        assert password not in repr(endpoint)
        narrowed = EndpointConfig("postgres", parameters | {"schemas": ["public"]}, {"password": MASK})
        changed = endpoints.update(stand.ctx, endpoint.id, EndpointChanges(config=narrowed))
        assert changed.parameters["schemas"] == ["public"]
        renamed = endpoints.update(stand.ctx, endpoint.id, EndpointChanges(name="Renamed"))
        assert renamed.url == changed.url == endpoint.url
        assert endpoints.test(stand.ctx, TestRequest(endpoint_id=endpoint.id)).ok
        with stand.ctx.pool.connection() as conn:
            sealed = stored_endpoints.sealed_secrets(conn, endpoint.id)
        assert stand.ctx.secrets.open(sealed) == {"password": password}
        wrong = EndpointConfig("postgres", parameters, {"password": "wrong"})
        refused = endpoints.test(stand.ctx, TestRequest(endpoint_id=endpoint.id, config=wrong))
        assert not refused.ok
        other_technology = EndpointConfig("mysql", parameters, {"password": MASK})
        with pytest.raises(BadInput, match=r"config\.parameters\.password"):
            endpoints.update(stand.ctx, endpoint.id, EndpointChanges(config=other_technology))
        with pytest.raises(BadInput) as refusal:
            endpoints.test(stand.ctx, TestRequest(endpoint_id=endpoint.id, config=other_technology))
        assert set(refusal.value.fields) == {"parameters.password"}

    def test_what_has_no_template_cannot_be_tested(self, stand: Stand, untested: Endpoint) -> None:
        with pytest.raises(BadInput, match="endpointId"):
            endpoints.test(stand.ctx, TestRequest(endpoint_id=untested.id))


class TestDelete:
    def test_it_takes_the_collection_and_the_queued_run_along(self, stand: Stand, untested: Endpoint) -> None:
        queued = runs.trigger_endpoint(stand.without_temporal(), untested.id)
        assert endpoints.delete(stand.ctx, untested.id)
        [run] = stand.runs()
        assert (run.id, run.status) == (queued.id, RunStatus.CANCELED)
        with stand.ctx.pool.connection() as conn:
            assert stored_collections.list_collections(conn, first=10) == []
        for refused in (
            lambda: endpoints.delete(stand.ctx, untested.id),
            lambda: endpoints.update(stand.ctx, untested.id, EndpointChanges(name="Back")),
            lambda: endpoints.test(stand.ctx, TestRequest(endpoint_id=untested.id)),
            lambda: collections.create(stand.ctx, NewCollection(untested.id)),
            lambda: runs.trigger_endpoint(stand.ctx, untested.id),
        ):
            with pytest.raises(EndpointDeleted):
                refused()

    def test_a_running_run_ends_canceled(self, stand: Stand, worker: None, source: EndpointConfig) -> None:
        endpoint = endpoints.register(stand.ctx, NewEndpoint("Items", config=source))
        [run] = stand.runs()
        assert run.workflow_id is not None
        assert run.temporal_run_id is not None
        execution = (stand.temporal_address, run.workflow_id, run.temporal_run_id)
        wait_until(lambda: "ingest" in activity_names(*execution), 30)
        assert endpoints.delete(stand.ctx, endpoint.id)
        wait_until(lambda: stand.runs()[0].status is RunStatus.CANCELED, 30)

    def test_it_succeeds_without_temporal(self, stand: Stand, untested: Endpoint) -> None:
        ctx = stand.without_temporal()
        running = stand.mark_started(runs.trigger_endpoint(ctx, untested.id))
        assert endpoints.delete(ctx, untested.id)
        assert stand.runs() == [running]  # the reconciler's to end
