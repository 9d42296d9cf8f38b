"""Graph-to-graph mathematics that changes no value."""
