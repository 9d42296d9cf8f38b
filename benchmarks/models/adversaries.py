"""What plays: two networks against each other, and one against the world."""

import numpy as np

import graphviz_nn as gnn
from graphviz_nn import nn
from models.model import model

generator = nn.Sequential(nn.Linear(3, 8), nn.ReLU(), nn.Linear(8, 4), nn.Tanh())
discriminator = nn.Sequential(nn.Linear(4, 8), nn.LeakyReLU(), nn.Linear(8, 1), nn.Sigmoid())


@model()
def gan(x=gnn.input(4)):
    """What the discriminator minimizes: real examples and those of the generator (Goodfellow et al., 2014)."""
    fake = generator(gnn.random(3))
    d_real = discriminator(x)
    d_fake = discriminator(fake)
    return -np.sum(np.log(d_real) + np.log(1 - d_fake))


policy = nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 2), nn.Softmax())


@model(actions=np.array([0, 1, 1, 0, 1]))
def policy_gradient(states=gnn.input((5, 4)), actions=gnn.input(5, dtype="int64"), returns=gnn.input(5)):
    """REINFORCE with the mean return as a baseline, over an episode of five steps (Williams, 1992)."""
    pi = policy(states)
    log_pi = np.log(pi[np.arange(5), actions])
    advantage = returns - np.mean(returns)
    return -np.mean(advantage * log_pi)
