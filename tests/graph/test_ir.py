"""What a graph keeps beside its nodes."""

import graphviz_nn as gnn


def test_a_remark_is_kept_once_in_the_order_in_which_it_came():
    graph = gnn.trace(lambda x: x * 2, x=gnn.input(2))
    for sentence in ("first", "second", "first", "third", "second"):
        graph.remark(sentence)
    assert graph.remarks == ("first", "second", "third")
