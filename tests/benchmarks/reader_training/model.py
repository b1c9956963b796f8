"""The reader: all-MiniLM-L6-v2's layers on question and window, with a head for sentences, windows and claims."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

if TYPE_CHECKING:
    from pathlib import Path

HEADS = 12
DROPPED = 0.1
"""Share of a layer's outputs that are dropped while training."""


class Dropout(nn.Module):
    """Drops outputs by masks cut from one that is drawn in advance: drawing them took a third of a step."""

    def __init__(self, share: float) -> None:
        super().__init__()
        self._mask = (torch.rand(1 << 22) >= share).to(torch.bfloat16) / (1 - share)

    def forward(self, values: Tensor) -> Tensor:
        """Return the values, of which a share is 0 while training; 4 million values at most."""
        if not self.training:
            return values
        count = values.numel()
        start = int(torch.randint(len(self._mask) - count, ()))
        return values * self._mask[start : start + count].view_as(values)


class Reader(nn.Module):
    """Gives log-odds: that each sentence answers, that the window does, that it carries a claim.

    A sentence is the mean of its tokens' outputs beside that of [CLS]. The embeddings stay as they are: their word
    vectors are shared with the encoder's.
    """

    def __init__(self, folder: Path) -> None:
        from transformers import BertModel

        super().__init__()
        self.bert = BertModel.from_pretrained(
            str(folder),
            attn_implementation="eager",
            add_pooling_layer=False,
            hidden_dropout_prob=0,
            attention_probs_dropout_prob=0,
        )
        self.drop = Dropout(DROPPED)
        layers: Any = self.bert.encoder.layer
        for layer in layers:
            layer.attention.output.dropout = layer.output.dropout = self.drop
        size = self.bert.config.hidden_size
        self.sent, self.passage, self.claim = nn.Linear(2 * size, 1), nn.Linear(size, 1), nn.Linear(size, 1)
        for head in (self.sent, self.passage, self.claim):
            nn.init.normal_(head.weight, std=0.02)
            nn.init.zeros_(head.bias)
        for parameter in self.bert.embeddings.parameters():
            parameter.requires_grad = False

    def forward(self, ids: Tensor, mask: Tensor, types: Tensor, pool: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Read batches: ids, mask and types (b, t); pool (b, s, t), of which each row is a sentence's mean."""
        read = self.bert(input_ids=ids, attention_mask=mask, token_type_ids=types).last_hidden_state.float()
        return self._rate(self.drop(read), pool)

    def _rate(self, read: Tensor, pool: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        whole, sentences = read[:, 0], pool @ read
        both = torch.cat([sentences, whole[:, None, :].expand_as(sentences)], -1)
        return self.sent(both)[..., 0], self.passage(whole)[..., 0], self.claim(whole)[..., 0]


class SingleReader(nn.Module):
    """The same for one window, in plain operations that export well, given the word vectors (1, t, d)."""

    def __init__(self, reader: Reader) -> None:
        super().__init__()
        self.reader = reader

    def forward(self, words: Tensor, types: Tensor, pool: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return log-odds of the sentences (s), of the window (1), of a claim (1)."""
        embeddings = self.reader.bert.embeddings
        positions = embeddings.position_embeddings.weight[: words.shape[1]][None]
        read = embeddings.LayerNorm(words + positions + embeddings.token_type_embeddings(types))
        for layer in self.reader.bert.encoder.layer:
            read = apply_layer(layer, read)
        sentences, passage, claim = self.reader._rate(read, pool[None])
        return sentences[0], passage, claim


def apply_layer(layer: Any, read: Tensor) -> Tensor:
    """Apply one of BERT's layers to the outputs (1, t, d) of the one before it."""
    attention, size = layer.attention.self, read.shape[-1]

    def divide(values: Tensor) -> Tensor:
        return values.view(1, -1, HEADS, size // HEADS).transpose(1, 2)

    queries, keys, values = (divide(part(read)) for part in (attention.query, attention.key, attention.value))
    weights = torch.softmax(queries @ keys.transpose(-1, -2) / math.sqrt(size // HEADS), -1)
    mixed = (weights @ values).transpose(1, 2).reshape(1, -1, size)
    read = layer.attention.output.LayerNorm(layer.attention.output.dense(mixed) + read)
    output: Tensor = layer.output.LayerNorm(
        layer.output.dense(nn.functional.gelu(layer.intermediate.dense(read))) + read
    )
    return output
