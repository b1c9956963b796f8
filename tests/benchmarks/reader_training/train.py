"""Examples -> a checkpoint. Resumable: `--resume` goes on from a checkpoint with a schedule of its own."""

from __future__ import annotations

import random
import time
from functools import cache
from typing import TYPE_CHECKING

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits, linear

from retrieval.domain import Span
from retrieval.encoder import Window
from retrieval.encoder.bundled_weights import TOKENIZER, find_bundled_folder
from retrieval.encoder.onnx_encoder import open_tokenizer
from retrieval.encoder.sentence_reader import lay_out_tokens
from tests.benchmarks.reader_training.examples import Example, ExampleMaker
from tests.benchmarks.reader_training.model import Reader
from tests.benchmarks.reader_training.texts import read_texts

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
COMPARED_IN_BATCH = 8
"""Questions by whose number the comparison of windows is divided, about as many as a batch compares."""
CLAIM_WEIGHT = 0.3
"""What the sentences of a claim count for, beside those of a question."""

Encoded = tuple[list[int], list[int], list[tuple[int, int]], Example, int]


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
    for row, (*_, example, _number) in zip(answering, batch, strict=True):
        row[list(example.answers)] = True
    answering &= there
    is_claim = torch.tensor([example.carried is not None for *_, example, _number in batch])
    carried = torch.tensor([float(bool(example.carried)) for *_, example, _number in batch])
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=multiplies_bfloat16_faster()):
        sentences, window, claim = reader(ids, mask, types, pool)
    answered = answering.any(1)
    weights = torch.where(is_claim, CLAIM_WEIGHT, torch.tensor([example.weight for *_, example, _number in batch]))
    odds = torch.cat([torch.zeros(len(batch), 1), sentences.masked_fill(~there, -1e4)], 1)
    right = torch.logsumexp(sentences.masked_fill(~answering, -1e4), 1)
    softmax = torch.logsumexp(odds, 1) - torch.where(answered, right, torch.zeros(len(batch)))
    each = binary_cross_entropy_with_logits(sentences, answering.float(), reduction="none")
    each = (each * there).sum(1) / there.sum(1).clamp(min=1)
    whole = binary_cross_entropy_with_logits(window, answered.float(), reduction="none")
    claims = binary_cross_entropy_with_logits(claim, carried, reduction="none")
    asked = ~is_claim * weights
    loss: Tensor = ((softmax + 0.5 * each) * weights).sum() / weights.sum()
    loss = loss + 0.5 * (whole * asked).sum() / asked.sum().clamp(min=1)
    numbers = torch.tensor([number for *_, number in batch])
    loss = loss + compare_windows(numbers, torch.logsumexp(odds[:, 1:], 1), right, answered)
    return loss + (claims * is_claim).sum() / is_claim.sum().clamp(min=4)


@cache
def multiplies_bfloat16_faster() -> bool:
    """Tell, by measuring, whether this processor multiplies a batch faster in bfloat16 than in float32; not all do."""

    def measure(kind: torch.dtype) -> float:
        values, weights = torch.randn(BATCH_TOKENS, 384, dtype=kind), torch.randn(1536, 384, dtype=kind)
        taken = []
        for _ in range(10):
            started = time.perf_counter()
            linear(values, weights)
            taken.append(time.perf_counter() - started)
        return min(taken)

    return measure(torch.bfloat16) < measure(torch.float32)


def compare_windows(numbers: Tensor, total: Tensor, right: Tensor, answered: Tensor) -> Tensor:
    """Return the softmax loss over the sentences of all windows that one question is put to, where there are several.

    `numbers` (b) says which windows go together; `total` and `right` (b) are the log-sums of the odds of all sentences
    of a window and of those that answer.
    """
    together = numbers[:, None] == numbers[None, :]
    compared = answered & (together.sum(1) > 1)
    if not compared.any():
        return torch.zeros(())
    summed = torch.logsumexp(total[None, :].expand_as(together).masked_fill(~together, -1e4), 1)
    return (summed - right)[compared].sum() / COMPARED_IN_BATCH


def encode(tokenizer: Tokenizer, example: Example, number: int = 0) -> Encoded:
    """Return an example's ids and types, and the tokens of each sentence, an empty range where it is cut off."""
    window = Window(example.title, example.text, tuple(Span(*span) for span in example.spans))
    tokens = lay_out_tokens(tokenizer, example.asked, window)
    ranges = [(int(places[0]), int(places[-1]) + 1) if len(places) else (0, 0) for places in tokens.sentences]
    return tokens.ids, [0] * tokens.first + [1] * (len(tokens.ids) - tokens.first), ranges, example, number


def collate(batch: Sequence[Encoded]) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Return ids, mask and types (b, t), and the means over sentences (b, s, t), padded."""
    length = -(-max(len(ids) for ids, *_ in batch) // STEP) * STEP
    most = -(-max(len(each[2]) for each in batch) // 8) * 8
    ids, mask, types = (torch.zeros(len(batch), length, dtype=torch.long) for _ in range(3))
    pool = torch.zeros(len(batch), most, length)
    for n, (tokens, kinds, ranges, *_) in enumerate(batch):
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
    ahead: list[list[Encoded]] = []
    number = 0
    while True:
        for examples in maker.make_epoch():
            number += 1
            ahead.append([encode(tokenizer, example, number) for example in examples])
            if len(ahead) == AHEAD:
                batches = list(_pack(sorted(ahead, key=_measure)))
                maker.chance.shuffle(batches)
                yield from batches
                ahead = []


def _measure(together: Sequence[Encoded]) -> int:
    return max(len(each[0]) for each in together)


def _pack(encoded: Iterable[list[Encoded]]) -> Iterator[list[Encoded]]:
    batch: list[Encoded] = []
    for together in encoded:
        padded = -(-_measure(together) // STEP) * STEP
        count = len(batch) + len(together)
        if batch and (count > BATCH_EXAMPLES or padded * count > BATCH_TOKENS):
            yield batch
            batch = []
        batch += together
    if batch:
        yield batch
