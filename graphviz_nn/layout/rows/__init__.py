"""Pictures broken into rows."""

from graphviz_nn.layout.rows.broken import in_rows

__all__ = ["in_rows"]
