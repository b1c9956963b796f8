"""Examples -> a checkpoint. Resumable: `--resume` goes on from a checkpoint with a schedule of its own."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

from retrieval.domain import Span
from retrieval.encoder import Window
from retrieval.encoder.bundled_weights import TOKENIZER, find_bundled_folder
from retrieval.encoder.onnx_encoder import open_tokenizer
from retrieval.encoder.sentence_reader import lay_out_tokens
from tests.benchmarks.reader_training.examples import Example, ExampleMaker, read_texts
from tests.benchmarks.reader_training.model import Reader

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from tokenizers import Tokenizer

    from tests.benchmarks.reader_training.examples import Mix

BATCH_TOKENS, BATCH_EXAMPLES, STEP = 1792, 24, 32
"""Tokens and examples of a batch, at most; lengths are padded to multiples of STEP, of which few make few shapes."""
AHEAD = 512
"""Examples that are sorted by length before they are put into batches."""
WARM_UP = 200
CLAIM_WEIGHT = 0.3
"""What the sentences of a claim count for, beside those of a question."""

Encoded = tuple[list[int], list[int], list[tuple[int, int]], Example]


def train(out: Path, *, mix: Mix, minutes: float, rate: float, resume: Path | None, seed: int) -> None:
    """Train for some minutes, the learning rate falling to zero; save every 500 steps and at the end."""
    torch.manual_seed(seed)
    folder = find_bundled_folder()
    tokenizer, reader = open_tokenizer(folder / TOKENIZER), Reader(folder)
    if resume:
        reader.load_state_dict(torch.load(resume))
    maker = ExampleMaker(read_texts(), random.Random(seed), mix)
    learned = [parameter for parameter in reader.parameters() if parameter.requires_grad]
    groups = [
        {"params": [each for each in learned if each.ndim > 1], "weight_decay": 0.01},
        {"params": [each for each in learned if each.ndim <= 1], "weight_decay": 0.0},
    ]
    optimizer = torch.optim.AdamW(groups, lr=rate, fused=True)
    reader.train()
    started, losses = time.monotonic(), list[float]()
    for step, batch in enumerate(_batch_forever(maker, tokenizer), start=1):
        passed = (time.monotonic() - started) / (60 * minutes)
        if passed >= 1:
            break
        for group in optimizer.param_groups:
            group["lr"] = rate * min(1.0, step / WARM_UP, 1 - passed)
        loss = compute_loss(reader, batch)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(learned, 1.0)
        optimizer.step()
        losses.append(loss.item())
        if step % 100 == 0:
            print(f"step {step}: loss {sum(losses[-100:]) / 100:.3f}, {passed:.0%} of the time", flush=True)
        if step % 500 == 0:
            torch.save(reader.state_dict(), out)
    torch.save(reader.state_dict(), out)


def compute_loss(reader: Reader, batch: Sequence[Encoded]) -> Tensor:
    """Return softmax over sentences and "none", plus binary losses of sentences, window and claim."""
    ids, mask, types, pool = collate(batch)
    there = pool.sum(-1) > 0
    answering = torch.zeros(pool.shape[:2], dtype=torch.bool)
    for row, (*_, example) in zip(answering, batch, strict=True):
        row[list(example.answers)] = True
    answering &= there
    is_claim = torch.tensor([example.carried is not None for *_, example in batch])
    carried = torch.tensor([float(bool(example.carried)) for *_, example in batch])
    with torch.autocast("cpu", dtype=torch.bfloat16):
        sentences, window, claim = reader(ids, mask, types, pool)
    answered = answering.any(1)
    weights = torch.where(is_claim, CLAIM_WEIGHT, 1.0)
    odds = torch.cat([torch.zeros(len(batch), 1), sentences.masked_fill(~there, -1e4)], 1)
    right = torch.logsumexp(sentences.masked_fill(~answering, -1e4), 1)
    softmax = torch.logsumexp(odds, 1) - torch.where(answered, right, torch.zeros(len(batch)))
    each = binary_cross_entropy_with_logits(sentences, answering.float(), reduction="none")
    each = (each * there).sum(1) / there.sum(1).clamp(min=1)
    whole = binary_cross_entropy_with_logits(window, answered.float(), reduction="none")
    claims = binary_cross_entropy_with_logits(claim, carried, reduction="none")
    asked = ~is_claim
    loss: Tensor = ((softmax + 0.5 * each) * weights).sum() / weights.sum()
    loss = loss + 0.5 * (whole * asked).sum() / asked.sum().clamp(min=1)
    return loss + (claims * is_claim).sum() / is_claim.sum().clamp(min=4)


def encode(tokenizer: Tokenizer, example: Example) -> Encoded:
    """Return an example's ids and types, and the tokens of each sentence, an empty range where it is cut off."""
    window = Window(example.title, example.text, tuple(Span(*span) for span in example.spans))
    tokens = lay_out_tokens(tokenizer, example.asked, window)
    ranges = [(int(places[0]), int(places[-1]) + 1) if len(places) else (0, 0) for places in tokens.sentences]
    return tokens.ids, [0] * tokens.first + [1] * (len(tokens.ids) - tokens.first), ranges, example


def collate(batch: Sequence[Encoded]) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Return ids, mask and types (b, t), and the means over sentences (b, s, t), padded."""
    length = -(-max(len(ids) for ids, *_ in batch) // STEP) * STEP
    most = -(-max(len(ranges) for _, _, ranges, _ in batch) // 8) * 8
    ids, mask, types = (torch.zeros(len(batch), length, dtype=torch.long) for _ in range(3))
    pool = torch.zeros(len(batch), most, length)
    for n, (tokens, kinds, ranges, _) in enumerate(batch):
        ids[n, : len(tokens)], types[n, : len(tokens)], mask[n, : len(tokens)] = (
            torch.tensor(tokens),
            torch.tensor(kinds),
            1,
        )
        for m, (start, end) in enumerate(ranges):
            pool[n, m, start:end] = 1 / max(1, end - start)
    return ids, mask, types, pool


def _batch_forever(maker: ExampleMaker, tokenizer: Tokenizer) -> Iterator[list[Encoded]]:
    """Yield batches of examples of like length, epoch after epoch."""
    ahead: list[Encoded] = []
    while True:
        for example in maker.make_epoch():
            ahead.append(encode(tokenizer, example))
            if len(ahead) == AHEAD:
                batches = list(_pack(sorted(ahead, key=lambda each: len(each[0]))))
                maker.chance.shuffle(batches)
                yield from batches
                ahead = []


def _pack(encoded: Iterable[Encoded]) -> Iterator[list[Encoded]]:
    batch: list[Encoded] = []
    for each in encoded:
        padded = -(-len(each[0]) // STEP) * STEP
        if batch and (len(batch) == BATCH_EXAMPLES or padded * (len(batch) + 1) > BATCH_TOKENS):
            yield batch
            batch = []
        batch.append(each)
    if batch:
        yield batch
