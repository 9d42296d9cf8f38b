"""The pictures that result from opening blocks."""

import pytest
from pictures import lecture

import graphviz_nn as gnn
from graphviz_nn import nn
from graphviz_nn.figure import states as module
from graphviz_nn.figure.pipeline import in_one_line
from graphviz_nn.figure.states import reached, states

NETWORK = nn.Sequential(nn.Linear(2, 3), nn.Sigmoid(), nn.Linear(3, 2), nn.Softmax())
GRAPH = gnn.trace(lambda x, y: nn.cross_entropy(NETWORK(x), y), x=gnn.input(2), y=gnn.target(2))


def test_all_combinations_of_a_few():
    graph = gnn.trace(NETWORK, x=gnn.input(2))
    found = states(gnn.draw(graph, view="layers"))
    assert next(iter(found)) == ()
    assert len(found) == 16
    for state, names in ((("linear", "softmax"), ["linear_1", "softmax"]), (("linear", "linear_2"), "linear")):
        with in_one_line():
            assert found[state].svg == gnn.draw(graph, view="layers", expand=names).svg


@pytest.mark.parametrize(
    ("most", "sizes"), [(16, [0, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 4]), (15, [0, 1, 1, 1, 1, 4])]
)
def test_all_combinations_of_as_many_as_there_may_be(monkeypatch, most, sizes):
    monkeypatch.setattr(module, "MOST", most)
    found = states(gnn.draw(gnn.trace(NETWORK, x=gnn.input(2)), view="layers"))
    assert sorted(map(len, found)) == sizes


def test_every_way_leads_to_a_picture_and_back():
    found = states(gnn.draw(GRAPH, view="layers"))
    for state in found:
        for block, other in reached(found, state).items():
            assert other in found
            assert (block in other) != (block in state)
            assert reached(found, other)[block] == tuple(name for name in state) or block in state


def test_blocks_inside_of_blocks():
    picture = gnn.draw(GRAPH, view="compact", detail="merged")
    found = states(picture)
    inner = next(state for state in found if len(state) == 2 and any(name not in drawn(picture) for name in state))
    outer = next(name for name in inner if name in drawn(picture))
    # Closing the outer one closes what is inside of it too.
    assert reached(found, inner)[outer] == ()


def drawn(picture):
    return {group.name for group in picture.scene.groups}


@pytest.mark.parametrize(("most", "blocks"), [(4, 2), (8, 5)])
def test_of_many_each_alone_and_all_of_them(monkeypatch, most, blocks):
    monkeypatch.setattr(module, "MOST", most)
    picture = gnn.draw(GRAPH, view="layers")
    found = states(picture)
    assert [len(state) for state in found] == [0, *[1] * blocks, max(map(len, found))]
    everything = list(found)[-1]
    assert len(everything) >= 5
    assert not reached(found, everything).keys() - set(everything)
    # From one that is open to another: the first is closed again.
    one, other = list(found)[1:3]
    assert reached(found, one)[other[0]] == other


def test_what_takes_too_long_to_lay_out_stays_closed(monkeypatch):
    picture = gnn.draw(GRAPH, view="layers")
    before = states(picture)
    names = {name for state in before for name in state}
    sizes = {name: len(picture.graph.operations[name].body.operations) for name in names & {*picture.graph.operations}}
    assert len(set(sizes.values())) > 1
    monkeypatch.setattr(module, "MOST_WORK", max(sizes.values()) * len(picture.scene.groups) - 1)
    found = {name for state in states(picture) for name in state}
    assert found and not [name for name in found & {*sizes} if sizes[name] == max(sizes.values())]


def test_an_opened_picture_can_be_closed():
    found = states(gnn.draw(GRAPH, view="layers", expand="softmax"))
    assert next(iter(found)) == ("softmax",)
    assert () in found
    assert reached(found, ("softmax",))["softmax"] == ()


def test_what_can_not_be_opened():
    assert len(states(gnn.stacked(gnn.draw(GRAPH, view="layers")))) == 1
    assert len(states(gnn.draw(gnn.trace(NETWORK, x=gnn.input(2)), view="units"))) == 1
    # Only softmax is a block in all of its views.
    assert list(states(lecture()["views_side_by_side"])) == [(), ("softmax",)]
