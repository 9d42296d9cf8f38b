"""The author's requests by name: callouts, braces, emphasis, symbols, order; never coordinates."""

from graphviz_nn.figure.wishes.apply import Subject, composed
from graphviz_nn.figure.wishes.given import Wishes, wishes
from graphviz_nn.figure.wishes.rename import renamed
from graphviz_nn.figure.wishes.said import Said, said

__all__ = ["Said", "Subject", "Wishes", "composed", "renamed", "said", "wishes"]
