"""From graph to graph: mathematics that changes no value."""
