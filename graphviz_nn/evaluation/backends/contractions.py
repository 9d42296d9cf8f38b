"""A pass for frameworks that contract several axes at once: a sum over a stack of products is one product."""

from collections import Counter

from graphviz_nn.ops.rules import axes_numbers
from graphviz_nn.transforms.passes.listing import Line, Listing, Pass

LETTERS = "abcdefgh"


@Pass
def contractions(listing: Listing) -> Listing:
    """Sum a stack of products of matrices while they are multiplied.

    Examples
    --------
    >>> import numpy as np
    >>> from graphviz_nn.tracing import input, trace
    >>> graph = trace(lambda x, g: np.sum(x @ g, axis=0), x=input((4, 3, 8)), g=input((4, 8, 2)))
    >>> [line.op for line in contractions.rewrite(Listing.of(graph)).lines]
    ['einsum']
    """
    uses = Counter(each for line in listing.lines for each in line.given if isinstance(each, str))
    uses.update(listing.outputs)
    products = {line.result: line for line in listing.lines if line.op == "matmul" and uses[line.result] == 1}
    found, joined = list[Line](), set[str]()
    for line in listing.lines:
        product = products.get(str(line.given[0])) if line.op == "sum" else None
        subscripts = None if product is None else _subscripts(listing, line, product)
        if product is not None and subscripts is not None:
            joined.add(product.result)
            line = line._replace(op="einsum", given=product.given, attributes={"subscripts": subscripts})
        found.append(line)
    variables = {name: each for name, each in listing.variables.items() if name not in joined}
    return listing._replace(lines=[line for line in found if line.result not in joined], variables=variables)


def _subscripts(listing: Listing, line: Line, product: Line) -> str | None:
    """The letters of the contraction; None if the sum is over other axes than those of the stack."""
    shapes = [listing.variables[str(each)].shape for each in product.given]
    lead = len(shapes[0]) - 2
    same = len(shapes[0]) == len(shapes[1]) and shapes[0][:lead] == shapes[1][:lead]
    axes = axes_numbers(line.attributes.get("axis"), lead + 2)
    if not same or not 0 < lead <= len(LETTERS) or axes != tuple(range(lead)) or line.attributes.get("keepdims"):
        return None
    stack = LETTERS[:lead]
    return f"{stack}ik,{stack}kj->ij"
