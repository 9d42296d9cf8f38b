"""PyTorch's operators by family: each is a function of a few tensors that returns results by name."""

import torch
from torch import nn
from torch.nn import functional as f

RNG = torch.Generator().manual_seed(0)


def some(*shape):
    return torch.rand(shape, generator=RNG, dtype=torch.float64) * 2 - 1


def positive(*shape):
    return torch.rand(shape, generator=RNG, dtype=torch.float64) * 0.8 + 0.1


def whole(high, *shape):
    return torch.randint(high, shape, generator=RNG)


def named(*functions):
    return {each.__name__: each for each in functions}


def elementwise(x, p):
    """x is any, p between 0 and 1."""
    plain = ["abs", "neg", "sign", "sgn", "exp", "exp2", "expm1", "sin", "cos", "tan", "sinh", "cosh", "tanh", "atan"]
    plain += [
        "asinh",
        "square",
        "sigmoid",
        "erf",
        "erfc",
        "floor",
        "ceil",
        "round",
        "trunc",
        "isnan",
        "isinf",
        "isfinite",
    ]
    plain += ["rad2deg", "deg2rad", "nan_to_num"]
    inside = ["sqrt", "rsqrt", "log", "log2", "log10", "log1p", "reciprocal", "asin", "acos", "atanh", "logit"]
    found = {name: getattr(torch, name)(x) for name in plain} | {name: getattr(torch, name)(p) for name in inside}
    return found | {"acosh": torch.acosh(1 + p), "pow": p**1.7, "square by pow": x**2, "cube": x.pow(3), "2**": 2**x}


def binary(x, y, p):
    names = ["add", "sub", "mul", "maximum", "minimum", "fmax", "fmin", "atan2", "hypot", "logaddexp"]
    names += ["eq", "ne", "lt", "le", "gt", "ge"]
    found = {name: getattr(torch, name)(x, y) for name in names}
    return found | {
        "div": x / p,
        "floor": torch.div(x, p, rounding_mode="floor"),
        "trunc": torch.div(x, p, rounding_mode="trunc"),
        "rsub": 1 - x,
        "alpha": torch.add(x, y, alpha=3),
        "sub alpha": torch.sub(x, y, alpha=2),
        "//": x.detach() // p.detach(),
        "remainder": x % p,
        "fmod": torch.fmod(x, p),
        "pow": p**y,
        "lerp": torch.lerp(x, y, 0.3),
        "addcmul": torch.addcmul(x, y, p, value=2),
        "addcdiv": torch.addcdiv(x, y, p),
        "clamp": x.clamp(-0.5, 0.5),
        "min": x.clamp(min=0.1),
        "max": x.clamp(max=0.1),
        "by arrays": torch.clamp(x, p - 1, p),
        "where": torch.where(x > y, x, y),
        "both": (x > 0) & (y > 0),
        "either": (x > 0) | (y > 0),
        "one": (x > 0) ^ (y > 0),
        "not": ~(x > 0),
        "logical": torch.logical_xor(x > 0, y > 0),
        "filled": x.masked_fill(y > 0, -2.0),
        "scalar": 2 - 3 * x / 4,
        "whole": (x > 0).sum() / 3,
        "cast": x.to(torch.int64),
        "half": x.float() > 0,
        "as": x.float().type_as(y),
    }


def activations(x, w):
    names = ["relu", "relu6", "elu", "selu", "celu", "gelu", "silu", "mish", "softplus", "softsign", "logsigmoid"]
    names += ["hardtanh", "hardswish", "hardshrink", "softshrink", "tanhshrink", "leaky_relu", "glu"]
    return {name: getattr(f, name)(3 * x) for name in names} | {
        "tanh gelu": f.gelu(x, approximate="tanh"),
        "softmax": f.softmax(x, 0),
        "log_softmax": f.log_softmax(x, -1),
        "softmin": f.softmin(x, -1),
        "prelu": f.prelu(x, w),
        "threshold": f.threshold(x, 0.1, 5.0),
        "beta": f.softplus(x, 2),
        "slope": f.leaky_relu(x, 0.3),
        "rrelu": f.rrelu(x),
        # PyTorch's own slope has the precision of float32.
        "hardsigmoid": f.hardsigmoid(3 * x) > 0.4,
        "alpha": f.elu(x, 0.5),
        "wide": f.softmax(x, 1, torch.float64),
    }


def reductions(x):
    found = {}
    for name in ("sum", "mean", "var", "std", "amax", "amin", "logsumexp"):
        found[name] = getattr(torch, name)(x, dim=1)
        found[f"{name} of two"] = getattr(torch, name)(x, dim=(0, -1), keepdim=True)
    found |= {
        "whole sum": x.sum(),
        "whole mean": x.mean(),
        "prod": x.prod(),
        "prod dim": x.prod(1),
        "max": x.max(),
        "min": x.min(),
    }
    found |= dict(zip(["max of", "argmax of"], x.max(1), strict=True)) | dict(
        zip(["min of", "argmin of"], x.min(-1), strict=True)
    )
    found |= dict(zip(["var_mean 1", "var_mean 2"], torch.var_mean(x, 1, correction=0), strict=True))
    found |= dict(zip(["top", "top at"], x.topk(2, dim=1), strict=True)) | dict(
        zip(["sorted", "order"], x.sort(1, True), strict=True)
    )
    found |= dict(zip(["median of", "median at"], x.median(1), strict=True))
    return found | {
        "unbiased": x.var(unbiased=False),
        "argmax": x.argmax(),
        "argmin": x.argmin(0),
        "any": (x > 0.9).any(),
        "all": (x > -2).all(1),
        "norm": x.norm(),
        "norm 1": x.norm(1, dim=1),
        "norm inf": torch.linalg.vector_norm(x, float("inf")),
        "norm 3": x.norm(3),
        "cumsum": x.cumsum(1),
        "cumprod": x.cumprod(0),
        "argsort": x.argsort(),
        "median": x.median(),
        "count": x.count_nonzero(),
        "int": (x > 0).sum(1),
        "cumulative": (x > 0).cumsum(0),
    }


def shapes(x):
    """x is 2 × 3 × 4."""
    first, second, third = x.split((1, 1, 2), dim=-1)
    a, b = x.chunk(2, 2)
    u, v = x.unbind(0)
    grid = torch.meshgrid(x[0, 0], x[0, :, 0], indexing="ij")
    return {
        "view": x.view(6, 4),
        "reshape": x.reshape(-1),
        "flatten": x.flatten(1),
        "unflatten": x.unflatten(2, (2, 2)),
        "squeeze": x[:, :1].squeeze(1),
        "squeeze all": x[:1, :1].squeeze(),
        "unsqueeze": x.unsqueeze(-1),
        "permute": x.permute(2, 0, 1),
        "transpose": x.transpose(0, -1),
        "T": x[0].t(),
        "mT": x.mT,
        "expand": x[:, :1].expand(-1, 5, -1),
        "movedim": x.movedim(0, 2),
        "cat": torch.cat([x, x[:, :1]], 1),
        "stack": torch.stack([u, v], 1),
        "hstack": torch.hstack([u, v]),
        "vstack": torch.vstack([u, v]),
        "split": second + first * third.sum(-1, keepdim=True),
        "parts": a - b,
        "select": x[1],
        "last": x[..., -1],
        "slice": x[:, 1:],
        "steps": x[..., ::2],
        "narrow": x.narrow(2, 1, 2),
        "flip": x.flip(0, 2),
        "roll": x.roll(1, 1),
        "roll all": x.roll(2),
        "tile": x.repeat(1, 2, 1),
        "longer": u.repeat(2, 1, 1),
        "interleave": x.repeat_interleave(2, dim=1),
        "diagonal": u.diagonal(),
        "diag": torch.diag(u[0]),
        "tril": x.tril(),
        "triu": x.triu(1),
        "pad": f.pad(x, (1, 2)),
        "value": f.pad(x, (1, 0, 0, 1), value=3.0),
        "reflect": f.pad(x, (1, 2), "reflect"),
        "replicate": f.pad(x, (2, 1), "replicate"),
        "circular": f.pad(x, (1, 1), "circular"),
        "cut": f.pad(x, (-1, 1)),
        "shuffle": f.pixel_shuffle(x.reshape(1, 4, 2, 3), 2),
        "back": f.pixel_unshuffle(x.reshape(1, 1, 6, 4), 2),
        "contiguous": x.transpose(1, 2).contiguous(),
        "like": x.view_as(x),
        "grid": grid[0] * grid[1],
        "tensor split": x.tensor_split(3, dim=2)[0],
        "broadcast": torch.broadcast_to(x[:, :, :1], (2, 3, 2)),
    }


def indices(x, at, mask):
    """x is 3 × 4, at 2 × 4 below 3, mask as x."""
    y = torch.zeros(3, 4, dtype=x.dtype)
    return {
        "gather": x.gather(0, at),
        "shorter": x.gather(1, at[:, :2]),
        "index": x[at[0]],
        "both": x[at[0], at[1]],
        "column": x[:, at[:, 0]],
        "select": x.index_select(1, at[0]),
        "take": torch.take_along_dim(x, at, 0),
        "where": torch.where(mask, x, -x),
        "fill": x.masked_fill(mask, 0.5),
        "hot": f.one_hot(at, 3),
        "embedding": f.embedding(at, x),
        "bag": x[at].mean(1),
        "scatter": y.scatter(0, at[:1], x[:1]),
        "number": x.scatter(0, at[:1], 2.0),
        "scatter_add": x.scatter_add(0, at, x[:2]),
        "index_add": y.index_add(0, at[0, :2], x[:2]),
        "put": x.index_put((at[0, :1],), x[:1]),
        "bucket": torch.bucketize(x, x[0].sort()[0]),
    }


def created(x):
    count = torch.arange(4, dtype=x.dtype)
    return {
        "arange": x * count,
        "from": x + torch.arange(1, 9, 2),
        "full": x + torch.full((4,), 2.0, dtype=x.dtype),
        "eye": x @ torch.eye(4, dtype=x.dtype),
        "zeros": x + torch.zeros_like(x),
        "ones": x * torch.ones(3, 1, dtype=x.dtype),
        "linspace": x * torch.linspace(0, 1, 4, dtype=x.dtype),
        "new": x + x.new_ones(4),
        "mask": x.masked_fill(torch.ones(3, 4).triu(1).bool(), 0.0),
        "tensor": x + torch.tensor([1.0, 2.0, 3.0, 4.0]),
        "full_like": torch.full_like(x, 3.0) * x,
    }


def products(x, y, v):
    """x and y are 2 × 3 × 3, v a vector of 3."""
    return {
        "matmul": x @ y,
        "bmm": torch.bmm(x, y),
        "mm": x[0] @ y[0],
        "mv": x[0] @ v,
        "dot": v @ v,
        "outer": torch.outer(v, v),
        "addmm": torch.addmm(v, x[0], y[0], beta=2, alpha=3),
        "baddbmm": torch.baddbmm(x, x, y),
        "einsum": torch.einsum("bij,bkj->bik", x, y),
        "trace": torch.einsum("bii->b", x),
        "cosine": f.cosine_similarity(x, y, dim=-1),
        "cdist": torch.cdist(x, y + 3),
        "bilinear": f.bilinear(x, y, x[:1], v[:1]),
    }


def normalized(x, w, b):
    """x is 2 × 4 × 3 × 3, w and b are of 4."""
    mean, variance = torch.full((4,), 0.1, dtype=x.dtype), torch.full((4,), 1.5, dtype=x.dtype)
    rows = x.transpose(1, -1)
    return {
        "layer": f.layer_norm(rows, (4,), w, b),
        "without": f.layer_norm(rows, (4,)),
        "two axes": f.layer_norm(x, (3, 3)),
        "rms": f.rms_norm(rows, (4,), w, 1e-6),
        "group": f.group_norm(x, 2, w, b),
        "instance": f.instance_norm(x, weight=w, bias=b),
        "batch": f.batch_norm(x, None, None, w, b, training=True),
        "given": f.batch_norm(x, mean, variance, w, b),
        "plain": f.batch_norm(x, mean, variance),
        "response": f.local_response_norm(x, 3),
        "unit": f.normalize(x, dim=1),
    }


def convolved(x, w, b):
    """x is 1 × 4 × 5 × 5, w is 4 × 2 × 3 × 3."""
    line, filters = x[:, :, 0], w[:, :, 0]
    return {
        "groups": f.conv2d(x, w, b, groups=2, padding=1),
        "stride": f.conv2d(x[:, :2], w, stride=2, padding=(1, 0)),
        "dilation": f.conv2d(x, w, groups=2, padding=2, dilation=2),
        "same": f.conv2d(x, w, groups=2, padding="same"),
        "valid": f.conv1d(line, filters, b, groups=2, padding="valid"),
        "even": f.conv1d(line, filters[..., :2], groups=2, padding="same"),
        "3d": f.conv3d(x[:, :2, None], w[:, :, None], b),
        "transposed": f.conv_transpose2d(x, w, stride=2, padding=1, output_padding=1),
        "in groups": f.conv_transpose2d(x, w, groups=2),
        "1d": f.conv_transpose1d(line, filters, stride=3, dilation=2),
        "max": f.max_pool2d(x, 3, 2, 1),
        "ceil": f.max_pool2d(x, 2, ceil_mode=True),
        "average": f.avg_pool2d(x, 3, 2, 1),
        "inner": f.avg_pool2d(x, 2, 2, 1, count_include_pad=False, ceil_mode=True),
        "line": f.max_pool1d(line, 2),
        "mean": f.avg_pool1d(line, 3, 1),
        "adaptive": f.adaptive_avg_pool2d(x, (2, 5)),
        "one": f.adaptive_avg_pool2d(x, 1),
        "adaptive 1d": f.adaptive_avg_pool1d(line, 2),
    }


def resized(x):
    """x is 1 × 2 × 3 × 4."""
    return {
        "nearest": f.interpolate(x, scale_factor=2),
        "size": f.interpolate(x, size=(4, 7)),
        "bilinear": f.interpolate(x, scale_factor=2, mode="bilinear"),
        "corners": f.interpolate(x, size=(5, 7), mode="bilinear", align_corners=True),
        "smaller": f.interpolate(x, size=(2, 3), mode="bilinear"),
        "line": f.interpolate(x[:, :, 0], scale_factor=3, mode="linear"),
        "factors": f.interpolate(x, scale_factor=(1.5, 2.5), mode="nearest"),
    }


def attended(q, k, v, mask):
    """q, k and v are 1 × 4 × 3 × 2, the mask 3 × 3."""
    sdpa = f.scaled_dot_product_attention
    return {
        "plain": sdpa(q, k, v),
        "causal": sdpa(q, k, v, is_causal=True),
        "mask": sdpa(q, k, v, mask > -0.9),
        "added": sdpa(q, k, v, mask),
        "scale": sdpa(q, k, v, scale=0.3),
        "shared": sdpa(q, k[:, :2], v[:, :2], enable_gqa=True),
    }


def losses(x, y, p, labels):
    """x and y are 4 × 3, p like them between 0 and 1, labels of 4 below 3."""
    w = torch.tensor([0.5, 1.0, 2.0], dtype=x.dtype)
    found = {}
    for reduction in ("mean", "sum", "none"):
        kind = {"reduction": reduction}
        found |= {
            f"{key} {reduction}": value
            for key, value in {
                "mse": f.mse_loss(x, y, **kind),
                "l1": f.l1_loss(x, y, **kind),
                "smooth": f.smooth_l1_loss(x, y, beta=0.5, **kind),
                "huber": f.huber_loss(x, y, delta=0.3, **kind),
                "bce": f.binary_cross_entropy(p, p.flip(0), **kind),
                "logits": f.binary_cross_entropy_with_logits(x, p, pos_weight=w, **kind),
                "kl": f.kl_div(x, p, reduction=reduction.replace("mean", "batchmean")),
                "nll": f.nll_loss(x, labels, w, ignore_index=1, **kind),
                "ce": f.cross_entropy(x, labels, **kind),
                "weighted": f.cross_entropy(x, labels, w, label_smoothing=0.2, **kind),
                "soft": f.cross_entropy(x, p, **kind),
                "pixels": f.cross_entropy(x.reshape(2, 3, 2), labels.reshape(2, 2), w, **kind),
                "ranking": f.margin_ranking_loss(x, y, torch.ones_like(x), **kind),
                "soft margin": f.soft_margin_loss(x, y.detach().sign(), **kind),
            }.items()
        }
    return found | {"log target": f.kl_div(x, y, reduction="sum", log_target=True)}


def in_place(x, y):
    z = (x * 1).add_(y).mul_(2).relu_()
    a = x.clone()
    a[0] = 0
    a[:, 1:3] += y[:, 1:3]
    a[..., ::2] = 5
    b = x.clone()
    b.view(-1)[:2].fill_(1.0)
    c = torch.zeros_like(x)
    c[:, 1] = x[:, 0]
    d = x.clone()
    d[d > 0] = 0
    e = x.clone().copy_(y).clamp_(min=0).masked_fill_(x > 0, 3)
    return {"z": z, "a": a, "b": b, "c": c, "d": d, "e": e}


class Cells(nn.Module):
    """Recurrent networks and cells of every kind."""

    def __init__(self):
        super().__init__()
        self.lstm, self.gru = nn.LSTM(2, 3, bias=False), nn.GRU(2, 3, num_layers=2)
        self.rnn, self.relu = nn.RNN(2, 3, bidirectional=True), nn.RNN(2, 3, nonlinearity="relu", batch_first=True)
        self.cells = nn.ModuleList(
            [nn.LSTMCell(2, 3), nn.GRUCell(2, 3), nn.RNNCell(2, 3), nn.RNNCell(2, 3, nonlinearity="relu")]
        )

    def forward(self, x):
        h = x.sum() * torch.ones(2, 3, dtype=x.dtype)
        first, *others = self.cells
        return [
            self.lstm(x),
            self.gru(x),
            self.rnn(x[:, 0]),
            self.relu(x),
            first(x[0], (h, h)),
            *(each(x[0], h) for each in others),
        ]


FAMILIES = {
    "elementwise": (elementwise, lambda: (some(2, 3), positive(2, 3))),
    "binary": (binary, lambda: (some(2, 3), some(2, 3), positive(2, 3))),
    "activations": (activations, lambda: (some(3, 4), positive(4))),
    "reductions": (reductions, lambda: (some(2, 3, 4),)),
    "shapes": (shapes, lambda: (some(2, 3, 4),)),
    "indices": (indices, lambda: (some(3, 4), torch.tensor([[0, 2, 1, 0], [1, 0, 2, 2]]), some(3, 4) > 0)),
    "created": (created, lambda: (some(3, 4),)),
    "products": (products, lambda: (some(2, 3, 3), some(2, 3, 3), some(3))),
    "normalized": (normalized, lambda: (some(2, 4, 3, 3), some(4), some(4))),
    "convolved": (convolved, lambda: (some(1, 4, 5, 5), some(4, 2, 3, 3), some(4))),
    "resized": (resized, lambda: (some(1, 2, 3, 4),)),
    "attended": (attended, lambda: (some(1, 4, 3, 2), some(1, 4, 3, 2), some(1, 4, 3, 2), some(3, 3))),
    "losses": (losses, lambda: (some(4, 3), some(4, 3), positive(4, 3), torch.tensor([0, 2, 1, 2]))),
    "in place": (in_place, lambda: (some(2, 4), some(2, 4))),
    "recurrent": (Cells, lambda: (some(2, 2, 2),)),
}


class Family(nn.Module):
    """A function as a module."""

    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, *arguments):
        return self.function(*arguments)


def family(name):
    """The module of a family and its examples."""
    function, examples = FAMILIES[name]
    return (function() if isinstance(function, type) else Family(function)).double(), examples()
