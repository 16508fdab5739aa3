"""Walking from a dataset outwards, and what is said of what is not known."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

import pytest

from app.core.domain.lineage import (
    MAX_NODES,
    MAX_PAIRS,
    ColumnPair,
    Direction,
    Lineage,
    LineageEdge,
    LineageLevel,
    lineages,
    note_of,
    some_of,
)


def name(letter: str) -> UUID:
    return UUID(int=ord(letter))


def edge(text: str, pairs: int = 1) -> LineageEdge:
    """`ab`: b is made from a."""
    columns = tuple(ColumnPair(str(number), str(number)) for number in range(pairs))
    return LineageEdge(name(text[0]), name(text[1]), LineageLevel.COLUMN, columns)


class Graph:
    """Edges to be asked for downstream, and how often they were."""

    def __init__(self, *texts: str) -> None:
        self.edges = [edge(text) for text in texts]
        self.questions: list[set[str]] = []

    def edges_of(self, ids: Collection[UUID]) -> Mapping[UUID, Sequence[LineageEdge]]:
        self.questions.append({chr(each.int) for each in ids})
        return {each: [edge for edge in self.edges if edge.from_id == each] for each in ids}

    def walk(self, depth: int, *roots: str) -> dict[str, Lineage]:
        found = lineages([name(root) for root in roots], Direction.DOWNSTREAM, depth, self.edges_of)
        return {chr(root.int): lineage for root, lineage in found.items()}


def told(lineage: Lineage) -> tuple[dict[str, int], set[str]]:
    nodes = {chr(node.dataset_id.int): node.depth for node in lineage.nodes}
    return nodes, {chr(edge.from_id.int) + chr(edge.to_id.int) for edge in lineage.edges}


@pytest.mark.parametrize(
    ("depth", "nodes", "edges"),
    [
        (1, {"b": 1, "c": 1}, {"ab", "ac"}),
        (2, {"b": 1, "c": 1, "d": 2}, {"ab", "ac", "bd", "cd", "cb"}),
        (3, {"b": 1, "c": 1, "d": 2, "e": 3}, {"ab", "ac", "bd", "cd", "cb", "de"}),
        (9, {"b": 1, "c": 1, "d": 2, "e": 3}, {"ab", "ac", "bd", "cd", "cb", "de"}),
    ],
)
def test_each_dataset_is_met_once_at_its_least_depth(
    depth: int, nodes: dict[str, int], edges: set[str]
) -> None:
    graph = Graph("ab", "ac", "bd", "cd", "cb", "de")
    assert told(graph.walk(depth, "a")["a"]) == (nodes, edges)


def test_circles_end() -> None:
    graph = Graph("ab", "bc", "ca", "bb")
    assert told(graph.walk(10, "a")["a"]) == ({"b": 1, "c": 2}, {"ab", "bc", "ca", "bb"})
    assert len(graph.questions) == 3
    assert told(Graph("aa").walk(10, "a")["a"]) == ({}, {"aa"})


def test_several_are_asked_for_together_and_nothing_twice() -> None:
    graph = Graph("ab", "bc", "xb", "cd")
    walked = graph.walk(2, "a", "x", "b")
    assert graph.questions == [{"a", "x", "b"}, {"c"}]
    assert told(walked["a"]) == ({"b": 1, "c": 2}, {"ab", "bc"})
    assert told(walked["x"]) == ({"b": 1, "c": 2}, {"xb", "bc"})
    assert told(walked["b"]) == ({"c": 1, "d": 2}, {"bc", "cd"})


def test_too_many_datasets_are_cut_and_said_to_be() -> None:
    graph = Graph()
    graph.edges = [
        LineageEdge(name("a"), UUID(int=1000 + number), LineageLevel.TABLE, ()) for number in range(MAX_NODES)
    ]
    assert not graph.walk(1, "a")["a"].is_truncated
    graph.edges.append(edge("ab"))
    whole = graph.walk(1, "a")["a"]
    assert (len(whole.nodes), len(whole.edges), whole.is_truncated) == (MAX_NODES, MAX_NODES, True)


def test_too_many_columns_are_left_out_and_said_to_be() -> None:
    graph = Graph()
    graph.edges = [edge("ab", MAX_PAIRS), edge("ac", 1)]
    whole = graph.walk(1, "a")["a"]
    assert [len(each.columns) for each in whole.edges] == [MAX_PAIRS, 0]
    assert whole.is_truncated


def test_notes() -> None:
    assert note_of(is_traced=True, note=None, missing=[]) is None
    assert note_of(is_traced=True, note="So.", missing=["a.b"]) == (
        "So. It reads what the catalog does not hold: a.b."
    )
    assert "not been read" in str(note_of(is_traced=False, note="So.", missing=[]))
    assert some_of(list("abcdefg")) == "a, b, c, d, e and 2 more"
