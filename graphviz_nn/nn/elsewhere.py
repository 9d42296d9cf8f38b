"""The names of layers and losses in other libraries, to suggest the name in this one."""

from collections.abc import Collection

from graphviz_nn.errors import suggest

OURS = {
    "AvgPool2d": "AveragePooling2d",
    "BCELoss": "binary_cross_entropy",
    "BCEWithLogitsLoss": "binary_cross_entropy_with_logits",
    "BatchNorm1d": "BatchNorm",
    "BatchNorm2d": "BatchNorm",
    "Conv1d": "Convolution1d",
    "Conv2D": "Convolution2d",
    "Conv2d": "Convolution2d",
    "CrossEntropyLoss": "cross_entropy_with_logits",
    "Dense": "Linear",
    "GRU": "gru",
    "HuberLoss": "huber",
    "KLDivLoss": "kl_divergence",
    "LSTM": "lstm",
    "MSELoss": "mean_squared_error",
    "MaxPool2d": "MaxPooling2d",
    "MultiheadAttention": "MultiHeadAttention",
    "NLLLoss": "negative_log_likelihood",
    "RNN": "rnn",
    "SmoothL1Loss": "huber",
    "Swish": "SiLU",
}


def missing(name: str, known: Collection[str]) -> str:
    """The error message for a name that `graphviz_nn.nn` lacks.

    >>> missing("Conv2d", ["Convolution2d", "Linear"])
    "graphviz_nn.nn has no 'Conv2d': it is called Convolution2d here"
    >>> missing("Sigmoi", ["Sigmoid", "Linear"])
    "graphviz_nn.nn has no 'Sigmoi': did you mean 'Sigmoid'? There are: Sigmoid, Linear"
    """
    said = f"it is called {OURS[name]} here" if OURS.get(name) in known else suggest(name, known)
    return f"graphviz_nn.nn has no {name!r}: {said}"
