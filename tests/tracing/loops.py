"""Loops and masks as course code writes them: functions of arrays that run on plain numbers as well."""

import numpy as np

import graphviz_nn as gnn

Y = np.array([0, 2, 1])


def margins(scores):
    n = len(scores)
    found = np.maximum(0, scores - scores[np.arange(n), Y][:, np.newaxis] + 1.0)
    found[range(n), Y] = 0
    return found


def margin_gradient(scores):
    found = margins(scores)
    wrong = np.where(found > 0, 1.0, 0.0) * scores
    wrong[np.arange(3), Y] = -np.sum(wrong, axis=1)
    return wrong


def softmax_gradient(z):
    p = np.exp(z - np.max(z, axis=1, keepdims=True))
    p /= np.sum(p, axis=1, keepdims=True)
    p[np.arange(3), Y] -= 1
    p /= 3
    return p


def relu(z):
    z[z < 0] = 0
    return z


def leaky_relu(z):
    a = z.copy()
    a[z < 0] *= 0.01
    return a + z


def leaky_relu_again(z):
    z[z < 0] = 0.1 * z[z < 0]
    return z


def relu_backward(dout, z):
    dz = np.array(dout, copy=True)
    dz[z <= 0] = 0
    return dz


def elu(z):
    a = z * 1.0
    a[z < 0] = np.exp(z[z < 0]) - 1
    return a


def clipped_gradient(g):
    g[g > 0.5] = 0.5
    g[g < -0.5] = -0.5
    return g


def huber(r):
    loss = 0.5 * r**2
    far = np.abs(r) > 0.7
    loss[far] = 0.7 * (np.abs(r[far]) - 0.35)
    return loss


def log_where_positive(x):
    out = np.zeros_like(x)
    out[x > 0] = np.log(x[x > 0])
    return out


def safe_division(a, b):
    return np.divide(a, b, out=np.zeros_like(a), where=b > 0.2)


def masked_mean(x):
    return x[x > 0].mean() + x[x < 0].sum()


def dropout(x):
    kept = np.array([[True, False, True], [False, True, True]])
    x[~kept] = 0
    x /= 0.6
    return x


def attention_mask(s):
    n = len(s)
    s[np.triu(np.ones((n, n), bool), 1)] = -1e9
    e = np.exp(s - s.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def rnn(x, W, U):
    T, n = x.shape
    h = gnn.zeros((T + 1, n))
    for t in range(T):
        h[t + 1] = np.tanh(W @ h[t] + U @ x[t])
    return h[1:]


def rnn_first_state(x, h0, W):
    h = gnn.zeros((4, 2))
    h[0] = h0
    for t in range(1, 4):
        h[t, :] = np.tanh(h[t - 1].dot(W) + x[t - 1])
    return h


def rnn_in_batch(x, W):
    N, T, D = x.shape
    h = gnn.zeros((N, T, D))
    prev = gnn.zeros((N, D))
    for t in range(T):
        prev = np.tanh(x[:, t, :] @ W + prev)
        h[:, t, :] = prev
    return h


def backward_through_time(x, W):
    T = len(x)
    h = gnn.zeros((T, 2))
    for t in range(T):
        h[t] = np.tanh(x[t] + W @ h[t - 1]) if t else np.tanh(x[t])
    dW, dh = np.zeros_like(W), gnn.zeros(2)
    for t in reversed(range(1, T)):
        da = (h[t] + dh) * (1 - h[t] ** 2)
        dW += np.outer(da, h[t - 1])
        dh = W.T @ da
    return dW


def cumulative_sum(x):
    for i in range(1, len(x)):
        x[i] += x[i - 1]
    return x


def cumulative_product(x):
    out = np.ones_like(x)
    out[0] = x[0]
    for i in range(1, len(x)):
        out[i] = out[i - 1] * x[i]
    return out


def discounted_returns(r):
    G = np.zeros_like(r)
    running = 0.0
    for t in reversed(range(len(r))):
        running = r[t] + 0.9 * running
        G[t] = running
    return G


def exponential_average(x):
    v = gnn.zeros(len(x))
    for t in range(len(x)):
        v[t] = 0.9 * v[t - 1] + 0.1 * x[t] if t else 0.1 * x[t]
    return v


def moving_average(x):
    n = len(x) - 2
    out = gnn.zeros(n)
    for i in range(n):
        out[i] = np.mean(x[i : i + 3])
    return out


def gram_matrix(x):
    n = len(x)
    K = gnn.zeros((n, n))
    for i in range(n):
        for j in range(n):
            K[i, j] = np.exp(-np.sum((x[i] - x[j]) ** 2))
    return K


def distances(x, c):
    d = gnn.zeros((len(x), len(c)))
    for i in range(len(x)):
        d[i, :] = np.sum((c - x[i]) ** 2, axis=1)
    return d


def distances_by_columns(x, c):
    d = gnn.zeros((len(x), len(c)))
    for j in range(len(c)):
        d[:, j] = np.sum((x - c[j]) ** 2, axis=1)
    return d


def symmetric(x):
    n = len(x)
    S = gnn.zeros((n, n))
    for i in range(n):
        for j in range(i, n):
            S[i, j] = x[i] * x[j] + i
            S[j, i] = S[i, j]
    return S


def lower_triangle(x):
    L = gnn.zeros((3, 3))
    L[np.tril_indices(3)] = x
    return L @ L.T


def one_hot(x):
    out = gnn.zeros((3, 3))
    out[np.arange(3), Y] = 1
    return out * x


def one_hot_of_values(x):
    out = gnn.zeros((3, 4))
    out[range(3), Y] = x
    return out


def embedding_gradient(dout):
    dW = gnn.zeros((4, 2))
    np.add.at(dW, np.array([1, 3, 1]), dout)
    return dW


def histogram(x):
    counts = gnn.zeros(3)
    for each, group in zip(x, [0, 2, 2, 1], strict=True):
        counts[group] += each
    return counts


def group_means(x):
    sums, sizes = gnn.zeros((2, 2)), np.zeros(2)
    for row, group in zip(x, [0, 1, 1], strict=True):
        sums[group] += row
        sizes[group] += 1
    return sums / sizes[:, None]


def convolution(x, w):
    n, k = len(x), len(w)
    out = gnn.zeros((n - k + 1, n - k + 1))
    for i in range(n - k + 1):
        for j in range(n - k + 1):
            out[i, j] = np.sum(x[i : i + k, j : j + k] * w)
    return out


def convolution_with_filters(x, w):
    F, size = len(w), len(x) - 1
    out = gnn.zeros((F, size, size))
    for f in range(F):
        for i in range(size):
            for j in range(size):
                out[f, i, j] = np.sum(x[i : i + 2, j : j + 2] * w[f])
    return out


def padded(x):
    out = gnn.zeros((len(x) + 2, len(x) + 2))
    out[1:-1, 1:-1] = x
    return out[:-1, 1:] * out[1:, :-1]


def im2col(x):
    cols = gnn.zeros((4, 4))
    for i in range(2):
        for j in range(2):
            cols[i * 2 + j, :] = x[i : i + 2, j : j + 2].reshape(-1)
    return cols


def im2col_by_strides(x):
    N, C, H, W = x.shape
    col = gnn.zeros((N, C, 2, 2, H - 1, W - 1))
    for i in range(2):
        for j in range(2):
            col[:, :, i, j, :, :] = x[:, :, i : i + H - 1, j : j + W - 1]
    return col.transpose(0, 4, 5, 1, 2, 3).reshape(N * (H - 1) * (W - 1), -1)


def col2im(col):
    img = gnn.zeros((3, 3))
    for i in range(2):
        for j in range(2):
            img[i : i + 2, j : j + 2] += col[i, j]
    return img


def max_pooling(x):
    out = gnn.zeros((2, 2))
    for i in range(2):
        for j in range(2):
            out[i, j] = np.max(x[2 * i : 2 * i + 2, 2 * j : 2 * j + 2])
    return out


def max_pooling_backward(x, dout):
    dx = np.zeros_like(x)
    for i in range(2):
        for j in range(2):
            part = x[2 * i : 2 * i + 2, 2 * j : 2 * j + 2]
            dx[2 * i : 2 * i + 2, 2 * j : 2 * j + 2] += (part == np.max(part)) * dout[i, j]
    return dx


def upsampled(x):
    out = gnn.zeros((4, 4))
    out[::2, ::2] = x
    out[1::2, ::2] = x * 2
    out[:, 1::2] = out[:, ::2]
    return out


def batch_norm_running(x, running):
    for row in x:
        running *= 0.9
        running += 0.1 * row
    x -= running
    x /= np.std(x, axis=0) + 1.0
    return x


def momentum(w, g):
    v = np.zeros_like(w)
    for _ in range(3):
        v *= 0.9
        v -= 0.1 * g * w
        w += v
    return w


def adam(w):
    m, s = np.zeros_like(w), np.zeros_like(w)
    for t in range(1, 3):
        g = 2 * w
        m[:] = 0.9 * m + 0.1 * g
        s[:] = 0.99 * s + 0.01 * g * g
        w -= 0.1 * (m / (1 - 0.9**t)) / (np.sqrt(s / (1 - 0.99**t)) + 0.1)
    return w


def edit_distance(cost):
    n, m = cost.shape
    D = gnn.zeros((n + 1, m + 1))
    D[:, 0] = np.arange(n + 1)
    D[0, :] = np.arange(m + 1)
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            D[i, j] = np.minimum(np.minimum(D[i - 1, j], D[i, j - 1]) + 1, D[i - 1, j - 1] + cost[i - 1, j - 1] ** 2)
    return D


def viterbi(emission, transition):
    T, n = emission.shape
    score = gnn.zeros((T, n))
    score[0] = emission[0]
    for t in range(1, T):
        for j in range(n):
            score[t, j] = np.max(score[t - 1] + transition[:, j]) + emission[t, j]
    return score


def forward_algorithm(emission, transition):
    alpha = np.empty_like(emission)
    alpha[0] = emission[0]
    for t in range(1, len(emission)):
        alpha[t] = np.log(np.sum(np.exp(alpha[t - 1][:, None] + transition), axis=0)) + emission[t]
    return alpha


def fibonacci(x):
    f = gnn.zeros(6)
    f[0], f[1] = x[0], x[1]
    for i in range(2, 6):
        f[i] = f[i - 1] + f[i - 2]
    return f


def euler(y0, k):
    y = gnn.zeros(5)
    y[0] = y0
    for i in range(4):
        y[i + 1] = y[i] + 0.1 * k * y[i] * (1 - y[i])
    return y


def heat_equation(u):
    for _ in range(2):
        new = u.copy()
        new[1:-1] += 0.2 * (u[2:] - 2 * u[1:-1] + u[:-2])
        u = new
    return u


def heat_equation_in_place(u):
    for _ in range(2):
        u[1:-1] = u[1:-1] + 0.2 * (u[2:] - 2 * u[1:-1] + u[:-2])
        u[0] = u[-1] = 0
    return u


def game_of_neighbours(x):
    out = np.zeros_like(x)
    out[1:, :] += x[:-1, :]
    out[:-1, :] += x[1:, :]
    out[:, 1:] += x[:, :-1]
    return out


def forward_substitution(L, b):
    x = np.zeros_like(b)
    for i in range(len(b)):
        x[i] = (b[i] - L[i, :i] @ x[:i]) / (L[i, i] ** 2 + 1)
    return x


def gaussian_elimination(A, b):
    A += 3 * np.eye(3)
    for i in range(3):
        for j in range(i + 1, 3):
            factor = A[j, i] / A[i, i]
            A[j] -= factor * A[i]
            b[j] -= factor * b[i]
    return A, b


def gram_schmidt(A):
    Q = gnn.zeros((3, 3))
    for j in range(3):
        v = A[:, j] + np.eye(3)[j]
        for i in range(j):
            v = v - (Q[:, i] @ A[:, j]) * Q[:, i]
        Q[:, j] = v / np.sqrt(np.sum(v**2))
    return Q


def cholesky(x):
    A = x @ x.T + np.eye(3)
    L = gnn.zeros((3, 3))
    for i in range(3):
        for j in range(i + 1):
            rest = A[i, j] - np.sum(L[i, :j] * L[j, :j])
            L[i, j] = np.sqrt(rest) if i == j else rest / L[j, j]
    return L


def polynomial_features(x):
    X = gnn.zeros((len(x), 4))
    for d in range(4):
        X[:, d] = x**d
    return X


def positional_encoding(x):
    p = gnn.zeros((3, 4))
    angle = np.arange(3)[:, None] * x
    p[:, 0::2] = np.sin(angle)
    p[:, 1::2] = np.cos(angle)
    return p


def heads(x, W):
    out = gnn.zeros((2, 4))
    for h in range(2):
        out[:, 2 * h : 2 * h + 2] = np.tanh(x @ W[h])
    return out


def gates(z):
    z[:, :2] = 1 / (1 + np.exp(-z[:, :2]))
    z[:, 2:] = np.tanh(z[:, 2:])
    return z


def rows_normalized(x):
    for row in x:
        row /= np.sqrt(np.sum(row**2))
    return x


def columns_centred(x):
    for column in x.T:
        column -= np.mean(column)
    return x


def swapped(x):
    x[[0, 2]] = x[[2, 0]]
    x[0, 0], x[1, 1] = x[1, 1], x[0, 0]
    return x


def sorted_in_place(x):
    x.sort()
    return x * np.arange(1, 5)


def largest_removed(x):
    for _ in range(2):
        x[np.argmax(x)] = -1
    return x


def diagonal_filled(A, d):
    np.fill_diagonal(A, 0)
    A[np.diag_indices(3)] += d
    return A


def numerical_gradient(x):
    g = np.zeros_like(x)
    for i in range(len(x)):
        kept = x[i]
        x[i] = kept + 0.1
        above = np.sum(x**3)
        x[i] = kept - 0.1
        below = np.sum(x**3)
        x[i] = kept
        g[i] = (above - below) / 0.2
    return g


def flattened_index(x):
    x.reshape(-1)[4] = 7
    x.ravel()[::2] *= 2
    return x


def broadcast_rows(x, b):
    out = gnn.zeros((3, 2))
    out[...] = b
    out[1:] += x
    return out


# Names of the arguments, with their shapes.
LOOPS = {
    **{f: {"scores": (3, 3)} for f in (margins, margin_gradient)},
    softmax_gradient: {"z": (3, 3)},
    **{f: {"z": (2, 3)} for f in (relu, leaky_relu, leaky_relu_again, elu)},
    relu_backward: {"dout": (2, 3), "z": (2, 3)},
    clipped_gradient: {"g": (5,)},
    huber: {"r": (5,)},
    log_where_positive: {"x": (5,)},
    safe_division: {"a": (5,), "b": (5,)},
    masked_mean: {"x": (2, 3)},
    dropout: {"x": (2, 3)},
    attention_mask: {"s": (3, 3)},
    rnn: {"x": (3, 2), "W": (2, 2), "U": (2, 2)},
    rnn_first_state: {"x": (3, 2), "h0": (2,), "W": (2, 2)},
    rnn_in_batch: {"x": (2, 3, 2), "W": (2, 2)},
    backward_through_time: {"x": (3, 2), "W": (2, 2)},
    **{f: {"x": (4,)} for f in (cumulative_sum, cumulative_product, exponential_average, histogram, sorted_in_place)},
    discounted_returns: {"r": (4,)},
    moving_average: {"x": (5,)},
    gram_matrix: {"x": (3, 2)},
    **{f: {"x": (3, 2), "c": (2, 2)} for f in (distances, distances_by_columns)},
    symmetric: {"x": (3,)},
    lower_triangle: {"x": (6,)},
    one_hot: {"x": (3, 3)},
    one_hot_of_values: {"x": (3,)},
    embedding_gradient: {"dout": (3, 2)},
    group_means: {"x": (3, 2)},
    convolution: {"x": (3, 3), "w": (2, 2)},
    convolution_with_filters: {"x": (3, 3), "w": (2, 2, 2)},
    **{f: {"x": (3, 3)} for f in (padded, im2col, game_of_neighbours, cholesky, swapped)},
    im2col_by_strides: {"x": (1, 2, 3, 3)},
    col2im: {"col": (2, 2, 2, 2)},
    max_pooling: {"x": (4, 4)},
    max_pooling_backward: {"x": (4, 4), "dout": (2, 2)},
    upsampled: {"x": (2, 2)},
    batch_norm_running: {"x": (3, 2), "running": (2,)},
    momentum: {"w": (3,), "g": (3,)},
    adam: {"w": (3,)},
    edit_distance: {"cost": (2, 3)},
    **{f: {"emission": (3, 2), "transition": (2, 2)} for f in (viterbi, forward_algorithm)},
    fibonacci: {"x": (2,)},
    euler: {"y0": (), "k": ()},
    **{f: {"u": (5,)} for f in (heat_equation, heat_equation_in_place)},
    forward_substitution: {"L": (3, 3), "b": (3,)},
    gaussian_elimination: {"A": (3, 3), "b": (3,)},
    gram_schmidt: {"A": (3, 3)},
    polynomial_features: {"x": (3,)},
    positional_encoding: {"x": (2,)},
    heads: {"x": (2, 2), "W": (2, 2, 2)},
    gates: {"z": (2, 4)},
    **{f: {"x": (3, 2)} for f in (rows_normalized, columns_centred, flattened_index)},
    largest_removed: {"x": (4,)},
    diagonal_filled: {"A": (3, 3), "d": (3,)},
    numerical_gradient: {"x": (3,)},
    broadcast_rows: {"x": (2, 2), "b": (2,)},
}
