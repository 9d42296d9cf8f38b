"""Small models of the usual kinds, with an example of their arguments."""

import math

import torch
from torch import nn
from torch.nn import functional


class Of(nn.Module):
    """A function as a module."""

    def __init__(self, function, **modules):
        super().__init__()
        self.function = function
        for name, each in modules.items():
            setattr(self, name, each)

    def forward(self, *arguments, **keywords):
        return self.function(*arguments, **keywords)


class LeNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(1, 2, 5, padding=2), nn.Conv2d(2, 3, 3)
        self.fc1, self.fc2 = nn.Linear(12, 5), nn.Linear(5, 4)

    def forward(self, x):
        x = functional.max_pool2d(torch.tanh(self.conv1(x)), 2)
        x = functional.avg_pool2d(functional.relu(self.conv2(x)), 2)
        return self.fc2(torch.sigmoid(self.fc1(x.flatten(1))))


class BasicBlock(nn.Module):
    def __init__(self, inputs, outputs, stride=1):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1, self.bn2 = nn.BatchNorm2d(outputs), nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.relu = nn.ReLU(inplace=True)
        self.downsample = None
        if stride != 1 or inputs != outputs:
            self.downsample = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        identity = x if self.downsample is None else self.downsample(x)
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        out += identity
        return self.relu(out)


class ResNet18(nn.Module):
    def __init__(self, width=4, classes=3):
        super().__init__()
        self.conv1 = nn.Conv2d(3, width, 7, 2, 3, bias=False)
        self.bn1, self.relu = nn.BatchNorm2d(width), nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(3, 2, 1)
        sizes = [width, width, 2 * width, 4 * width, 8 * width]
        for number in range(1, 5):
            first = BasicBlock(sizes[number - 1], sizes[number], 1 if number == 1 else 2)
            setattr(self, f"layer{number}", nn.Sequential(first, BasicBlock(sizes[number], sizes[number])))
        self.avgpool, self.fc = nn.AdaptiveAvgPool2d((1, 1)), nn.Linear(8 * width, classes)

    def forward(self, x):
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.fc(torch.flatten(self.avgpool(x), 1))


class InvertedResidual(nn.Module):
    def __init__(self, width, factor, stride=1):
        super().__init__()
        wide = width * factor
        self.body = nn.Sequential(
            nn.Conv2d(width, wide, 1, bias=False), nn.BatchNorm2d(wide), nn.ReLU6(inplace=True),
            nn.Conv2d(wide, wide, 3, stride, 1, groups=wide, bias=False), nn.BatchNorm2d(wide), nn.Hardswish(),
            nn.Conv2d(wide, width, 1, bias=False), nn.BatchNorm2d(width),
        )  # fmt: skip

    def forward(self, x):
        return x + self.body(x)


class UNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.down1, self.down2 = self.double(1, 2), self.double(2, 4)
        self.up, self.resize = nn.ConvTranspose2d(4, 2, 2, 2), nn.Upsample(scale_factor=2, mode="bilinear")
        self.dec, self.head = self.double(4, 2), nn.Conv2d(2, 1, 1)

    @staticmethod
    def double(inputs, outputs):
        return nn.Sequential(
            nn.Conv2d(inputs, outputs, 3, padding=1), nn.GroupNorm(1, outputs), nn.ReLU(),
            nn.Conv2d(outputs, outputs, 3, padding=1, padding_mode="reflect"), nn.InstanceNorm2d(outputs), nn.SiLU(),
        )  # fmt: skip

    def forward(self, x):
        skip = self.down1(x)
        bottom = self.down2(functional.max_pool2d(skip, 2))
        up = torch.cat([self.up(bottom), skip], dim=1)
        return self.head(self.dec(up)) + self.resize(bottom).mean(1, keepdim=True)


class Recurrent(nn.Module):
    def __init__(self, kind):
        super().__init__()
        self.embed = nn.Embedding(5, 3)
        self.body = getattr(nn, kind)(3, 2, num_layers=2, bidirectional=True, batch_first=True)
        self.head = nn.Linear(4, 2)

    def forward(self, ids):
        found, state = self.body(self.embed(ids))
        return {"scores": self.head(found), "state": state}


class Attention(nn.Module):
    def __init__(self, width, heads, causal=True):
        super().__init__()
        self.heads, self.causal = heads, causal
        self.qkv, self.proj = nn.Linear(width, 3 * width), nn.Linear(width, width)

    def forward(self, x):
        batch, tokens, width = x.size()
        q, k, v = self.qkv(x).split(width, dim=2)
        q, k, v = (each.view(batch, tokens, self.heads, width // self.heads).transpose(1, 2) for each in (q, k, v))
        y = functional.scaled_dot_product_attention(q, k, v, is_causal=self.causal)
        return self.proj(y.transpose(1, 2).contiguous().view(batch, tokens, width))


class Block(nn.Module):
    def __init__(self, width, heads, causal=True):
        super().__init__()
        self.ln_1, self.ln_2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.attn = Attention(width, heads, causal)
        self.mlp = nn.Sequential(
            nn.Linear(width, 4 * width), nn.GELU(approximate="tanh"), nn.Linear(4 * width, width), nn.Dropout(0.1)
        )

    def forward(self, x):
        x = x + self.attn(self.ln_1(x))
        return x + self.mlp(self.ln_2(x))


class GPT(nn.Module):
    def __init__(self, blocks=2, width=4, heads=2, words=7, tokens=5):
        super().__init__()
        self.wte, self.wpe = nn.Embedding(words, width), nn.Embedding(tokens, width)
        self.h = nn.ModuleList([Block(width, heads) for _ in range(blocks)])
        self.ln_f, self.lm_head = nn.LayerNorm(width), nn.Linear(width, words, bias=False)
        self.lm_head.weight = self.wte.weight

    def forward(self, ids):
        places = torch.arange(ids.size(1), device=ids.device)
        x = self.wte(ids) + self.wpe(places)
        for block in self.h:
            x = block(x)
        return self.lm_head(self.ln_f(x))


class ViT(nn.Module):
    def __init__(self, width=4):
        super().__init__()
        self.patch = nn.Conv2d(1, width, 2, 2)
        self.cls, self.pos = nn.Parameter(torch.randn(1, 1, width)), nn.Parameter(torch.randn(1, 5, width))
        self.block, self.head = Block(width, 2, causal=False), nn.Linear(width, 3)

    def forward(self, x):
        x = self.patch(x).flatten(2).transpose(1, 2)
        x = torch.cat([self.cls.expand(x.shape[0], -1, -1), x], dim=1) + self.pos
        return self.head(self.block(x)[:, 0])


class VAE(nn.Module):
    def __init__(self):
        super().__init__()
        self.encode, self.mu, self.log_var = nn.Linear(4, 3), nn.Linear(3, 2), nn.Linear(3, 2)
        self.decode = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 4))

    def forward(self, x, noise):
        h = torch.relu(self.encode(x))
        mu, log_var = self.mu(h), self.log_var(h)
        z = mu + torch.exp(0.5 * log_var) * noise
        logits = self.decode(z)
        reconstruction = functional.binary_cross_entropy_with_logits(logits, torch.sigmoid(x), reduction="sum")
        return reconstruction - 0.5 * torch.sum(1 + log_var - mu**2 - log_var.exp())


class ByHand(nn.Module):
    """Attention with a mask in a buffer, einsum, and writes in place."""

    def __init__(self):
        super().__init__()
        self.q, self.k = nn.Linear(4, 4), nn.Linear(4, 4)
        self.register_buffer("mask", torch.tril(torch.ones(3, 3)))

    def forward(self, x):
        scores = torch.einsum("bid,bjd->bij", self.q(x), self.k(x)) / math.sqrt(4)
        scores = scores.masked_fill(self.mask == 0, float("-inf"))
        y = torch.softmax(scores, dim=-1) @ x
        y = y.clone()
        y[:, 0] = 0.5
        y[..., 1:].mul_(2.0)
        return y.add_(x)


class Classifier(nn.Module):
    """A model with its loss, for labels of which one doesn't count."""

    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.LeakyReLU(0.1), nn.Linear(4, 3))

    def forward(self, x, labels):
        logits = self.body(x)
        return {"loss": functional.cross_entropy(logits, labels, label_smoothing=0.1), "logits": logits}


def models():
    """Every model by name, with an example."""
    torch.manual_seed(0)
    layer = {"d_model": 4, "nhead": 2, "dim_feedforward": 6, "dropout": 0.1, "batch_first": True}
    ids = torch.tensor([[0, 3, 1]])
    found = {
        "MLP": (nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2), nn.Softmax(-1)), (torch.randn(2, 3),)),
        "LeNet": (LeNet(), (torch.randn(2, 1, 12, 12),)),
        "ResNet-18": (ResNet18(), (torch.randn(1, 3, 32, 32),)),
        "MobileNet block": (InvertedResidual(2, 2), (torch.randn(1, 2, 5, 5),)),
        "U-Net": (UNet(), (torch.randn(1, 1, 8, 8),)),
        "LSTM": (Recurrent("LSTM"), (ids,)),
        "GRU": (Recurrent("GRU"), (ids,)),
        "transformer encoder": (nn.TransformerEncoder(nn.TransformerEncoderLayer(**layer), 2), (torch.randn(1, 3, 4),)),
        "transformer decoder": (
            nn.TransformerDecoderLayer(**layer, norm_first=True),
            (torch.randn(1, 3, 4), torch.randn(1, 2, 4)),
        ),
        "GPT": (GPT(), (ids,)),
        "ViT": (ViT(), (torch.randn(1, 1, 4, 4),)),
        "VAE": (VAE(), (torch.randn(2, 4), torch.randn(2, 2))),
        "attention by hand": (ByHand(), (torch.randn(1, 3, 4),)),
    }
    found = {name: (model.eval(), example) for name, (model, example) in found.items()}
    # In training mode, with the statistics of the batch.
    found["classifier in training"] = (Classifier(), (torch.randn(4, 3), torch.tensor([0, 2, -100, 1])))
    return found
