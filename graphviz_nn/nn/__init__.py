"""Layers, as plain functions of arrays, and as objects that own their parameters.

Every function works on arrays and on traced values. In a trace, each call is one operation in the view "operations".
"""

from graphviz_nn.nn.activation_modules import (
    ELU,
    GELU,
    SELU,
    LeakyReLU,
    LogSoftmax,
    ReLU,
    ReLU6,
    Sigmoid,
    SiLU,
    Softmax,
    Softplus,
    Tanh,
)
from graphviz_nn.nn.activations import (
    elu,
    erf,
    gelu,
    leaky_relu,
    log_softmax,
    relu,
    relu6,
    selu,
    sigmoid,
    silu,
    softmax,
    softplus,
    tanh,
)
from graphviz_nn.nn.attention import attention, multi_head_attention
from graphviz_nn.nn.cell_modules import GRUCell, LSTMCell, RNNCell
from graphviz_nn.nn.convolution import (
    convolution_1d,
    convolution_2d,
    convolution_3d,
    transposed_convolution_1d,
    transposed_convolution_2d,
    transposed_convolution_3d,
)
from graphviz_nn.nn.elsewhere import missing
from graphviz_nn.nn.features import features
from graphviz_nn.nn.formulas import formula
from graphviz_nn.nn.label_losses import cross_entropy_with_labels, negative_log_likelihood
from graphviz_nn.nn.layers import dropout, embedding, flatten, linear
from graphviz_nn.nn.losses import (
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    cross_entropy,
    cross_entropy_with_logits,
    hinge,
    huber,
    kl_divergence,
    mean_squared_error,
    squared_error,
)
from graphviz_nn.nn.module import Module
from graphviz_nn.nn.modules import (
    AveragePooling2d,
    BatchNorm,
    Convolution1d,
    Convolution2d,
    Dropout,
    Embedding,
    Flatten,
    GroupNorm,
    LayerNorm,
    Linear,
    MaxPooling2d,
    MultiHeadAttention,
    RMSNorm,
)
from graphviz_nn.nn.normalization import batch_norm, group_norm, layer_norm, rms_norm
from graphviz_nn.nn.pooling import (
    adaptive_average_pooling,
    adaptive_max_pooling,
    average_pooling_1d,
    average_pooling_2d,
    average_pooling_3d,
    max_pooling_1d,
    max_pooling_2d,
    max_pooling_3d,
)
from graphviz_nn.nn.recurrent import gru_cell, lstm_cell, rnn_cell
from graphviz_nn.nn.sequences import gru, lstm, rnn
from graphviz_nn.nn.sequential import Sequential

__all__ = [
    "ELU",
    "GELU",
    "SELU",
    "AveragePooling2d",
    "BatchNorm",
    "Convolution1d",
    "Convolution2d",
    "Dropout",
    "Embedding",
    "Flatten",
    "GRUCell",
    "GroupNorm",
    "LSTMCell",
    "LayerNorm",
    "LeakyReLU",
    "Linear",
    "LogSoftmax",
    "MaxPooling2d",
    "Module",
    "MultiHeadAttention",
    "RMSNorm",
    "RNNCell",
    "ReLU",
    "ReLU6",
    "Sequential",
    "SiLU",
    "Sigmoid",
    "Softmax",
    "Softplus",
    "Tanh",
    "adaptive_average_pooling",
    "adaptive_max_pooling",
    "attention",
    "average_pooling_1d",
    "average_pooling_2d",
    "average_pooling_3d",
    "batch_norm",
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "convolution_1d",
    "convolution_2d",
    "convolution_3d",
    "cross_entropy",
    "cross_entropy_with_labels",
    "cross_entropy_with_logits",
    "dropout",
    "elu",
    "embedding",
    "erf",
    "features",
    "flatten",
    "formula",
    "gelu",
    "group_norm",
    "gru",
    "gru_cell",
    "hinge",
    "huber",
    "kl_divergence",
    "layer_norm",
    "leaky_relu",
    "linear",
    "log_softmax",
    "lstm",
    "lstm_cell",
    "max_pooling_1d",
    "max_pooling_2d",
    "max_pooling_3d",
    "mean_squared_error",
    "multi_head_attention",
    "negative_log_likelihood",
    "relu",
    "relu6",
    "rms_norm",
    "rnn",
    "rnn_cell",
    "selu",
    "sigmoid",
    "silu",
    "softmax",
    "softplus",
    "squared_error",
    "tanh",
    "transposed_convolution_1d",
    "transposed_convolution_2d",
    "transposed_convolution_3d",
]


def __getattr__(name: str) -> object:
    raise AttributeError(missing(name, __all__))
