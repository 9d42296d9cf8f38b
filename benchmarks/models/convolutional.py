"""Networks for images, channels × height × width."""

import numpy as np

import graphviz_nn as gnn
from graphviz_nn import nn
from models.model import model, one_hot

lenet_5 = nn.Sequential(
    nn.Convolution2d(1, 6, 5, padding=2),
    nn.Tanh(),
    nn.AveragePooling2d(2),
    nn.Convolution2d(6, 16, 5),
    nn.Tanh(),
    nn.AveragePooling2d(2),
    nn.Flatten(),
    nn.Linear(64, 30),
    nn.Tanh(),
    nn.Linear(30, 20),
    nn.Tanh(),
    nn.Linear(20, 10),
    nn.Softmax(),
)


@model(y=one_hot(7, 10))
def lenet(x=gnn.input((1, 16, 16)), y=gnn.target(10)):
    """LeNet-5 (LeCun et al., 1998), on smaller images."""
    return nn.cross_entropy(lenet_5(x), y)


class Block:
    """Two convolutions and the input added to what they give; where the size changes, it goes through one of 1 × 1.

    Source: K. He et al., Deep residual learning for image recognition, 2016, figure 2.
    """

    def __init__(self, inputs, outputs, stride=1):
        self.first = nn.Convolution2d(inputs, outputs, 3, stride, padding=1, bias=False)
        self.first_norm = nn.BatchNorm(outputs)
        self.second = nn.Convolution2d(outputs, outputs, 3, padding=1, bias=False)
        self.second_norm = nn.BatchNorm(outputs)
        self.shortcut = None
        if stride != 1 or inputs != outputs:
            self.shortcut = nn.Convolution2d(inputs, outputs, 1, stride, bias=False)
            self.shortcut_norm = nn.BatchNorm(outputs)

    def __call__(self, x):
        h = nn.relu(self.first_norm(self.first(x)))
        h = self.second_norm(self.second(h))
        skipped = x if self.shortcut is None else self.shortcut_norm(self.shortcut(x))
        return nn.relu(h + skipped)


block = Block(4, 4)


@model()
def residual_block(x=gnn.input((2, 4, 6, 6)), y=gnn.target((2, 4, 6, 6))):
    """One block of a residual network, for a batch of two images."""
    return nn.mean_squared_error(block(x), y)


class ResNet:
    """A convolution, four stages of blocks, the mean of each channel, a linear layer."""

    def __init__(self, blocks, channels, classes):
        self.stem = nn.Convolution2d(3, channels[0], 3, padding=1, bias=False)
        self.norm = nn.BatchNorm(channels[0])
        self.stages = []
        inputs = channels[0]
        for number, (count, outputs) in enumerate(zip(blocks, channels, strict=True)):
            for i in range(count):
                self.stages.append(Block(inputs, outputs, stride=2 if number and not i else 1))
                inputs = outputs
        self.head = nn.Linear(inputs, classes)

    def __call__(self, x):
        h = nn.relu(self.norm(self.stem(x)))
        for stage in self.stages:
            h = stage(h)
        return self.head(np.mean(h, axis=(2, 3)))


resnet = ResNet(blocks=(2, 2, 2, 2), channels=(2, 4, 6, 8), classes=10)


@model(y=one_hot([3, 5], 10))
def resnet_18(x=gnn.input((2, 3, 16, 16)), y=gnn.target((2, 10))):
    """ResNet-18 as it is trained on small images, with fewer channels."""
    return nn.cross_entropy_with_logits(resnet(x), y)


@gnn.function
def upsampled(x):
    """Every dot twice as high and wide."""
    return np.repeat(np.repeat(x, 2, axis=1), 2, axis=2)


class Twice:
    """Two convolutions, each with a ReLU."""

    def __init__(self, inputs, outputs):
        self.first = nn.Convolution2d(inputs, outputs, 3, padding=1)
        self.second = nn.Convolution2d(outputs, outputs, 3, padding=1)

    def __call__(self, x):
        return nn.relu(self.second(nn.relu(self.first(x))))


class UNet:
    """Down over three sizes, and up again, where what had the same size on the way down is joined.

    Source: O. Ronneberger et al., U-Net: convolutional networks for biomedical image segmentation, 2015, figure 1.
    """

    def __init__(self, channels):
        self.down = [Twice(i, o) for i, o in zip((1, *channels), channels, strict=False)]
        self.bottom = Twice(channels[-1], 2 * channels[-1])
        self.up = [Twice(3 * c, c) for c in reversed(channels)]
        self.out = nn.Convolution2d(channels[0], 1, 1)

    def __call__(self, x):
        skips = []
        for down in self.down:
            x = down(x)
            skips.append(x)
            x = nn.max_pooling_2d(x, 2)
        x = self.bottom(x)
        for up, skip in zip(self.up, reversed(skips), strict=True):
            x = up(np.concatenate([skip, upsampled(x)]))
        return nn.sigmoid(self.out(x))


segmenting = UNet((2, 4))


@model(mask=np.tri(8)[None])
def u_net(image=gnn.input((1, 8, 8)), mask=gnn.target((1, 8, 8))):
    """U-Net with two steps down, for one gray image."""
    return nn.binary_cross_entropy(segmenting(image), mask)


class Inception:
    """Four branches side by side, their channels joined.

    Source: C. Szegedy et al., Going deeper with convolutions, 2015, figure 2 (b).
    """

    def __init__(self, inputs, one, three, five, pooled):
        self.one = nn.Convolution2d(inputs, one, 1)
        self.reduce_three = nn.Convolution2d(inputs, three // 2, 1)
        self.three = nn.Convolution2d(three // 2, three, 3, padding=1)
        self.reduce_five = nn.Convolution2d(inputs, five // 2, 1)
        self.five = nn.Convolution2d(five // 2, five, 5, padding=2)
        self.project = nn.Convolution2d(inputs, pooled, 1)

    def __call__(self, x):
        branch1 = nn.relu(self.one(x))
        branch3 = nn.relu(self.three(nn.relu(self.reduce_three(x))))
        branch5 = nn.relu(self.five(nn.relu(self.reduce_five(x))))
        padded = np.pad(x, ((0, 0), (1, 1), (1, 1)))
        pool = nn.relu(self.project(nn.max_pooling_2d(padded, 3, 1)))
        return np.concatenate([branch1, branch3, branch5, pool])


module = Inception(4, one=2, three=4, five=2, pooled=2)
classifier = nn.Linear(10, 3)


@model(y=one_hot(1, 3))
def inception(x=gnn.input((4, 6, 6)), y=gnn.target(3)):
    """One module of GoogLeNet, and what it ends with: the mean of each channel, a linear layer."""
    pooled = np.mean(module(x), axis=(1, 2))
    return nn.cross_entropy(nn.softmax(classifier(pooled)), y)
