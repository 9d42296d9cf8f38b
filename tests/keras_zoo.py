"""Small models of Keras, and how far their values as graphs are from Keras' own."""

import keras
import keras_models
import numpy as np
from keras import layers, ops

import graphviz_nn as gnn


def image(*rows):
    """A model of images."""
    return keras.Sequential([keras.Input((8, 8, 4)), *rows])


def sequence(*rows):
    return keras.Sequential([keras.Input((5, 4)), *rows])


def functional():
    x = keras.Input((4,), name="features")
    shared = layers.Dense(4, activation="tanh", name="shared")
    y = shared(shared(x))
    inner = keras.Sequential([layers.Dense(3, name="first"), layers.ReLU()], name="head")
    y = layers.Concatenate()([inner(y), ops.sin(x) * 2 - ops.mean(x, axis=-1, keepdims=True)])
    return keras.Model(x, {"one": layers.Dense(2, activation="softmax", name="out")(y), "other": y})


class Twice(keras.layers.Layer):
    """A layer without a rule, with a weight of its own."""

    def build(self, shape):
        self.scale = self.add_weight(shape=(shape[-1],), initializer="random_normal", name="scale")

    def call(self, x):
        return ops.relu(x * self.scale) + ops.logsumexp(x, axis=-1, keepdims=True)


class Subclassed(keras.Model):
    def __init__(self):
        super().__init__()
        self.enter, self.twice, self.drop = layers.Dense(6), Twice(), layers.Dropout(0.5)

    def call(self, x, training=False):
        first, second = ops.split(self.enter(x), 2, axis=-1)
        return ops.softmax(self.twice(self.drop(first, training=training))) * ops.reshape(second, (-1, 3))


class Transformer(keras.Model):
    def __init__(self):
        super().__init__()
        self.attention = layers.MultiHeadAttention(2, 3)
        self.norm = layers.LayerNormalization()

    def call(self, x):
        return self.norm(x + self.attention(x, x, use_causal_mask=True))


MODELS = {
    **keras_models.MODELS,
    "dense": lambda: keras.Sequential([keras.Input((4,)), layers.Dense(3, "gelu"), layers.Dense(2, "softmax")]),
    "functional": functional,
    "subclassed": Subclassed,
    "transformer": Transformer,
    "images": lambda: image(
        layers.Conv2D(6, 3, padding="same", activation="relu"),
        layers.BatchNormalization(),
        layers.MaxPooling2D(),
        layers.Conv2D(4, 3, strides=2, padding="same", groups=2, use_bias=False),
        layers.Flatten(),
        layers.Dense(3),
    ),
    "separable": lambda: image(
        layers.DepthwiseConv2D(3, depth_multiplier=2, padding="same"),
        layers.SeparableConv2D(3, 3, activation="silu"),
        layers.AveragePooling2D(3, strides=2, padding="same"),
        layers.GlobalAveragePooling2D(),
    ),
    "up": lambda: image(
        layers.Conv2DTranspose(3, 3, strides=2, padding="same"),
        layers.UpSampling2D(2),
        layers.ZeroPadding2D(((1, 0), (0, 2))),
        layers.Conv2DTranspose(2, 2, strides=3),
        layers.GlobalMaxPooling2D(),
    ),
    "lstm": lambda: sequence(layers.LSTM(3, return_sequences=True), layers.LSTM(2)),
    "gru": lambda: sequence(layers.GRU(3, return_sequences=True, go_backwards=True), layers.GRU(2, reset_after=False)),
    "recurrent": lambda: sequence(layers.SimpleRNN(3), layers.RepeatVector(2), layers.Permute((2, 1))),
    "signals": lambda: sequence(
        layers.Conv1D(3, 2, dilation_rate=2, padding="causal"),
        layers.LeakyReLU(),
        layers.RMSNormalization(),
        layers.Reshape((3, 5)),
    ),
    "words": lambda: keras.Sequential([keras.Input((5,), dtype="int32"), layers.Embedding(7, 3), layers.Flatten()]),
}


SHAPES = {"subclassed": (4,), "transformer": (5, 4)}
"""Those of the inputs of models that don't say so."""


def compared(name):
    """The values of a model with random variables as a graph, those of Keras, and the graph."""
    keras.utils.set_random_seed(0)
    model = MODELS[name]()
    shape = (2, *(SHAPES.get(name) or model.input_shape[1:]))
    rng = np.random.default_rng(0)
    is_text = name not in SHAPES and model.inputs[0].dtype == "int32"
    x = rng.integers(0, 6, shape).astype("int32") if is_text else rng.normal(size=shape).astype("float32")
    model(x)
    for variable in model.variables:
        variable.assign(rng.uniform(0.2, 0.8, variable.shape))
    wanted = [np.asarray(ops.convert_to_numpy(each)) for each in keras.tree.flatten(model(x))]
    graph = gnn.trace(model, x)
    (entry,) = (each for each, variable in graph.leaves.items() if variable.role == "input")
    found = gnn.evaluate(graph, {entry: x})
    return [found[each] for each in graph.outputs], wanted, graph
