"""No path leads out of the allowed folders, and no text into a log's next line: on the running server."""

from pathlib import Path

import pytest

from tests.security.hostile_texts import FORGED, HOSTILE, PATHS
from tests.security.recording import RecordingApi
from tests.stack import RunningStack

TEST = 'mutation($p: JSON) { testEndpoint(input: {templateId: "sqlite", parameters: $p}) { ok } }'


@pytest.mark.parametrize("path", PATHS.values(), ids=PATHS.keys())
def test_no_path_leads_out_of_the_allowed_folders(path: str, api: RecordingApi, file_root: Path) -> None:
    answer = api.raw(TEST, {"p": {"path": f"{file_root}/{path}"}})
    if "errors" in answer:
        assert [error["extensions"]["code"] for error in answer["errors"]] == ["E_BAD_INPUT"]
    else:
        assert answer["data"] == {"testEndpoint": {"ok": False}}


def test_nobody_writes_lines_into_the_logs(api: RecordingApi, stack: RunningStack) -> None:
    for text in HOSTILE.values():
        api.raw("query($t: ID!) { endpoint(id: $t) { id } }", {"t": text})
        api.get("/" + text.encode("utf-8", "surrogatepass").hex() + "/%0a" + FORGED)
    lines = [
        line
        for file in (stack.data_dir / "logs").iterdir()
        for line in file.read_text(encoding="utf-8").splitlines()
    ]
    assert lines
    assert [line for line in lines if line.lstrip().startswith(FORGED)] == []
    assert not {"\x1b", "\x9b"} & set("".join(lines))
