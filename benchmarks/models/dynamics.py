"""What moves by laws: fields and states."""

import numpy as np

import graphviz_nn as gnn
from models.model import model


@model(x=np.array([0.1, 0.4, 0.7]), t=np.array([0.0, 0.5, 1.0]))
def physics_informed(
    x=gnn.input(3),
    t=gnn.input(3),
    u0=gnn.target(3),
    a=gnn.parameter(4),
    c=gnn.parameter(4),
    b=gnn.parameter(4),
    w=gnn.parameter(4),
):
    """The heat equation u_t = u_xx, met by a network of one hidden layer at three points (Raissi et al., 2019).

    The derivatives of the network by place and time are written out.
    """
    h = np.tanh(np.outer(x, a) + np.outer(t, c) + b)
    u = h @ w
    slope = 1 - h**2
    u_t = (slope * c) @ w
    u_xx = (-2 * h * slope * a**2) @ w
    return np.mean((u_t - u_xx) ** 2) + np.mean((u - u0) ** 2)


@model(P=np.array([[1.0, 0.2], [0.2, 0.5]]), Q=0.1 * np.eye(2), R=np.array([[0.4]]))
def kalman(
    m=gnn.input(2),
    P=gnn.input((2, 2)),
    y=gnn.input(1),
    A=gnn.parameter((2, 2)),
    H=gnn.parameter((1, 2)),
    Q=gnn.parameter((2, 2)),
    R=gnn.parameter((1, 1)),
):
    """One step of a Kalman filter: prediction, gain, correction, and how unlikely the measurement was; by hand."""
    m_bar = A @ m
    P_bar = A @ P @ A.T + Q
    v = y - H @ m_bar
    S = H @ P_bar @ H.T + R
    K = P_bar @ H.T @ np.linalg.inv(S)
    m_new = m_bar + K @ v
    P_new = P_bar - K @ S @ K.T
    loss = 0.5 * (v @ np.linalg.solve(S, v) + np.log(np.linalg.det(S)))
    return loss, m_new, P_new
