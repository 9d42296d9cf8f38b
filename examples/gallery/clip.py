"""CLIP (A. Radford et al., 2021): an image tower and a text tower, compared."""

import torch
from torch import nn

import graphviz_nn as gnn


def tower(width, count):
    layer = nn.TransformerEncoderLayer(width, 8, 4 * width, batch_first=True, norm_first=True)
    return nn.TransformerEncoder(layer, count, enable_nested_tensor=False)


class CLIP(nn.Module):
    def __init__(self, width=512, words=49408):
        super().__init__()
        self.patches, self.image = nn.Conv2d(3, width, 32, 32), tower(width, 12)
        self.words, self.text = nn.Embedding(words, width), tower(width, 12)
        self.of_image, self.of_text = nn.Linear(width, 512), nn.Linear(width, 512)

    def forward(self, images, texts):
        a = self.image(self.patches(images).flatten(2).transpose(1, 2)).mean(1)
        b = self.text(self.words(texts)).mean(1)
        a = nn.functional.normalize(self.of_image(a), dim=-1)
        b = nn.functional.normalize(self.of_text(b), dim=-1)
        return a @ b.T


def picture() -> gnn.Picture:
    with torch.device("meta"):
        model = CLIP()
    return gnn.draw(
        model.eval(), example=(gnn.input((4, 3, 224, 224)), gnn.input((4, 16), dtype="int64")), view="blocks"
    )


if __name__ == "__main__":
    picture().save("clip.svg")
