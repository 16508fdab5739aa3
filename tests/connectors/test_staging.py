"""The staging area: a whole run is read back as written; anything less is never taken for one."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.core.domain.leaks import LeakGate
from app.core.domain.runs import RunErrorCode
from app.core.domain.staged_document import read_row
from tests.connectors.collecting import dataset_records
from worker.connectors.base import DatasetStats, Scope, make_document
from worker.staging import StagedRun, StagingIncomplete, StagingWriter, delete

KEY = "run-1/2"


class Silence:
    """A reporter for writers whose reports do not matter here."""

    def progress(self, phase: str, done: int, total: int | None, current: str | None = None) -> None: ...

    def log(self, level: str, message: str, **fields: Any) -> None: ...


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"file://{tmp_path}/staging"


def _write(url: str, names: list[str], listed: int | None = None) -> None:
    writer = StagingWriter(Silence(), LeakGate([]), url, KEY)
    writer.listing(None, "s", ok=True, listed=len(names) + 1 if listed is None else listed, complete=True)
    writer.filtered(None, "other", 7)
    for name in names:
        document = make_document(database=None, schema="s", name=name, kind="TABLE", columns=[])
        writer.dataset(None, "s", name, document, DatasetStats(1, 2, 3))
    writer.failure(None, "s", "unreadable", RunErrorCode.SOURCE_ERROR, "why not")
    writer.finish(Scope(None, complete=True))


def test_a_run_comes_back_as_written(url: str) -> None:
    _write(url, ["a", 'b\n"c"', "d"])
    staged = StagedRun(url, KEY)
    assert (staged.end.datasets, staged.end.failed, staged.end.filtered, staged.end.listed) == (3, 1, 7, 11)
    assert staged.end.columns == 9
    assert [r["name"] for r in dataset_records(staged)] == ["a", 'b\n"c"', "d"]
    chosen = [(read_row(row).ordinal, json.loads(text)["name"]) for row, text in staged.documents({0, 2})]
    assert chosen == [(0, "a"), (2, "d")]


def test_a_second_attempt_replaces_the_first(url: str) -> None:
    _write(url, ["a", "b"])
    _write(url, ["c"])
    assert [r["name"] for r in dataset_records(StagedRun(url, KEY))] == ["c"]


def test_unaccounted_objects_leave_the_run_unfinished(url: str) -> None:
    with pytest.raises(StagingIncomplete, match="listed 10 objects, 9"):
        _write(url, ["a"], listed=3)
    with pytest.raises(StagingIncomplete):
        StagedRun(url, KEY)


def _cut_end_marker(folder: Path) -> None:
    lines = (folder / "index.jsonl").read_bytes().splitlines(keepends=True)
    (folder / "index.jsonl").write_bytes(b"".join(lines[:-1]))


def _cut_inside_the_last_line(folder: Path) -> None:
    (folder / "index.jsonl").write_bytes((folder / "index.jsonl").read_bytes()[:-20])


def _drop_a_record(folder: Path) -> None:
    lines = (folder / "index.jsonl").read_bytes().splitlines(keepends=True)
    (folder / "index.jsonl").write_bytes(b"".join([*lines[:2], *lines[3:]]))


def _write_past_the_end(folder: Path) -> None:
    with (folder / "index.jsonl").open("ab") as index:
        index.write(b'{"type":"listing","listed":0}\n')


def _cut_documents(folder: Path) -> None:
    (folder / "documents.jsonl").write_bytes((folder / "documents.jsonl").read_bytes()[:-1])


def _remove_documents(folder: Path) -> None:
    (folder / "documents.jsonl").unlink()


def _remove_rows(folder: Path) -> None:
    (folder / "datasets.copy").unlink()


def _remove_index(folder: Path) -> None:
    (folder / "index.jsonl").unlink()


@pytest.mark.parametrize(
    "damage",
    [
        _cut_end_marker,
        _cut_inside_the_last_line,
        _drop_a_record,
        _write_past_the_end,
        _cut_documents,
        _remove_documents,
        _remove_rows,
        _remove_index,
    ],
)
def test_a_damaged_run_is_refused(damage: Callable[[Path], None], url: str, tmp_path: Path) -> None:
    _write(url, ["a", "b"])
    damage(tmp_path / "staging" / KEY)
    with pytest.raises(StagingIncomplete):
        StagedRun(url, KEY)


@pytest.mark.parametrize("kept", [slice(1, None), slice(None, -1), slice(None, None, -1)])
def test_rows_that_were_not_written_so_are_refused(kept: slice, url: str, tmp_path: Path) -> None:
    _write(url, ["a", "b"])
    rows = tmp_path / "staging" / KEY / "datasets.copy"
    rows.write_bytes(b"".join(rows.read_bytes().splitlines(keepends=True)[kept]))
    staged = StagedRun(url, KEY)
    with pytest.raises(StagingIncomplete):
        list(staged.rows())


def test_deleting_twice_is_harmless(url: str, tmp_path: Path) -> None:
    _write(url, ["a"])
    delete(url, KEY)
    delete(url, KEY)
    assert not (tmp_path / "staging" / KEY).exists()


@pytest.mark.parametrize("key", ["", "..", "a/../b", "/a", "a//b", "a/", ".hidden"])
def test_a_key_never_leaves_the_staging_area(key: str, url: str) -> None:
    with pytest.raises(ValueError, match="not a staging key"):
        delete(url, key)
