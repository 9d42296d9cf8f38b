"""What an author asks of a picture by name: remarks, braces, emphasis, other symbols, an order; never coordinates."""

from graphviz_nn.wishes.apply import Subject, composed
from graphviz_nn.wishes.given import Wishes, wishes
from graphviz_nn.wishes.rename import renamed
from graphviz_nn.wishes.said import Said, said

__all__ = ["Said", "Subject", "Wishes", "composed", "renamed", "said", "wishes"]
