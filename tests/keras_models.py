"""The usual networks in Keras' functional style, small."""

import keras
from keras import layers, ops


def convolved(x, channels, size=3, strides=1, activation="relu", **options):
    x = layers.Conv2D(channels, size, strides=strides, padding="same", use_bias=False, **options)(x)
    x = layers.BatchNormalization()(x)
    return layers.Activation(activation)(x) if activation else x


def lenet():
    return keras.Sequential(
        [
            keras.Input((16, 16, 1)),
            layers.Conv2D(6, 5, activation="tanh", padding="same"),
            layers.AveragePooling2D(2),
            layers.Conv2D(16, 5, activation="tanh"),
            layers.AveragePooling2D(2),
            layers.Flatten(),
            layers.Dense(12, activation="tanh"),
            layers.Dense(10, activation="softmax"),
        ]
    )


def residual(x, channels, strides):
    y = convolved(convolved(x, channels, strides=strides), channels, activation=None)
    if strides > 1:
        x = convolved(x, channels, 1, strides, None)
    return layers.ReLU()(layers.Add()([x, y]))


def resnet():
    image = keras.Input((16, 16, 3))
    x = layers.MaxPooling2D(3, strides=2, padding="same")(convolved(image, 4))
    for stage, channels in enumerate((4, 8, 12, 16)):
        for number in range(2):
            x = residual(x, channels, 2 if stage and not number else 1)
    return keras.Model(image, layers.Dense(5)(layers.GlobalAveragePooling2D()(x)))


def mobilenet():
    image = keras.Input((8, 8, 3))
    x = convolved(image, 4, strides=2, activation="relu6")
    for channels in (4, 8):
        wide = convolved(x, 2 * x.shape[-1], 1, activation="relu6")
        wide = layers.ReLU(6.0)(layers.BatchNormalization()(layers.DepthwiseConv2D(3, padding="same")(wide)))
        narrow = convolved(wide, channels, 1, activation=None)
        x = layers.Add()([x, narrow]) if channels == x.shape[-1] else narrow
    return keras.Model(image, layers.GlobalAveragePooling2D()(x))


def u_net():
    image = keras.Input((8, 8, 1))
    first = convolved(image, 3)
    second = convolved(layers.MaxPooling2D()(first), 6)
    deepest = convolved(layers.MaxPooling2D()(second), 12)
    up = layers.Concatenate()([second, layers.Conv2DTranspose(6, 2, strides=2)(deepest)])
    up = layers.Concatenate()([first, layers.Conv2DTranspose(3, 2, strides=2)(convolved(up, 6))])
    return keras.Model(image, layers.Conv2D(2, 1)(convolved(up, 3)))


def recurrent(layer):
    words = keras.Input((6,), dtype="int32")
    x = layer(5, return_sequences=True)(layers.Embedding(11, 4)(words))
    return keras.Model(words, layers.Dense(11)(layer(5)(x)))


def attended(x, other, *, causal=False):
    attention = layers.MultiHeadAttention(2, 4)
    return layers.LayerNormalization()(x + attention(x, other, use_causal_mask=causal))


def fed_forward(x, activation):
    inner = layers.Dense(16, activation=activation)(x)
    return layers.LayerNormalization()(x + layers.Dense(8)(inner))


def encoder():
    x = keras.Input((5, 8))
    return keras.Model(x, fed_forward(attended(x, x), "relu"))


def decoder():
    x = keras.Input((5, 8))
    memory = layers.Dense(8, name="memory")(x)
    return keras.Model(x, fed_forward(attended(attended(x, x, causal=True), memory), "relu"))


def gpt():
    words = keras.Input((6,), dtype="int32")
    x = layers.Embedding(11, 8)(words) + layers.Embedding(6, 8)(ops.arange(6))
    for _ in range(2):
        y = layers.LayerNormalization()(x)
        x = x + layers.MultiHeadAttention(2, 4)(y, y, use_causal_mask=True)
        y = layers.Dense(16, activation="gelu")(layers.LayerNormalization()(x))
        x = x + layers.Dense(8)(y)
    return keras.Model(words, layers.Dense(11, use_bias=False)(layers.LayerNormalization()(x)))


def vit():
    image = keras.Input((8, 8, 3))
    x = layers.Reshape((4, 8))(layers.Conv2D(8, 4, strides=4)(image))
    y = layers.LayerNormalization()(x)
    x = x + layers.MultiHeadAttention(2, 4)(y, y)
    x = x + layers.Dense(8)(layers.Dense(16, activation="gelu")(layers.LayerNormalization()(x)))
    return keras.Model(image, layers.Dense(5)(layers.GlobalAveragePooling1D()(x)))


def vae():
    """An autoencoder whose noise is a part of its input."""
    x = keras.Input((8,))
    h = layers.Dense(6, activation="relu")(x[:, :6])
    mean, log_variance = layers.Dense(2, name="mean")(h), layers.Dense(2, name="log_variance")(h)
    z = mean + ops.exp(0.5 * log_variance) * x[:, 6:]
    decoded = layers.Dense(6, activation="sigmoid")(layers.Dense(6, activation="relu")(z))
    divergence = -0.5 * ops.sum(1 + log_variance - mean**2 - ops.exp(log_variance), axis=-1)
    return keras.Model(x, [decoded, divergence])


MODELS = {
    "MLP": lambda: keras.Sequential(
        [keras.Input((4,)), layers.Dense(8, "relu"), layers.Dense(6, "tanh"), layers.Dense(3, "softmax")]
    ),
    "LeNet": lenet,
    "ResNet-18": resnet,
    "MobileNet": mobilenet,
    "U-Net": u_net,
    "LSTM": lambda: recurrent(layers.LSTM),
    "GRU": lambda: recurrent(layers.GRU),
    "transformer encoder": encoder,
    "transformer decoder": decoder,
    "GPT": gpt,
    "ViT": vit,
    "VAE": vae,
}
