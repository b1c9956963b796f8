"""Fits the model that tells kinds of questions apart, and prints how it does on questions by another hand.

    python -m tests.benchmarks.fit_question_kinds [--write]

Reads tests/golden/question-kinds, `everyday` to check only, and, where it is there, encyclopedic questions for facts
(../shared/reading/squad.jsonl), which are many and unlike a newspaper's readers'. Those that the model already calls
something else are left out: a few ask for lists. `--write` fits to the checking questions, too, and replaces the model.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse import csr_array, hstack
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from retrieval.conversation import question_kind
from retrieval.conversation.question_kind import VECTOR_SCALE, extract_features
from retrieval.encoder import SentenceEncoder
from tests.benchmarks import report
from tests.benchmarks.processes import ROOT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


FOLDER = ROOT / "tests" / "golden" / "question-kinds"
FACTS = ROOT.parent / "shared" / "reading" / "squad.jsonl"
TRAINING = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven")
EVERYDAY = "everyday"
NAMES = ("words and vector", "words")
MODEL = Path(question_kind.__file__).with_name("question_kinds.npz")
FACTS_USED = 300
"""Of 250 encyclopedic questions of another set, 29 are called something other than facts with none, 20 with 300."""
OTHERWISE = 0.5
"""Probability of another kind from which on such a question is left out."""
FREQUENT_HERE = 4
"""Questions that a word must be in to be a feature by itself."""
SEEN = 2
"""Questions that a feature must be in."""

_VECTORS: dict[str, NDArray[np.float32]] = {}

Question = tuple[str, str]
"""A question and its kind."""


class Fit:
    """Logistic regression over features, and over vectors (n, d) where they are given."""

    def __init__(
        self, questions: Sequence[Question], words: frozenset[str], vectors: NDArray[np.float32] | None
    ) -> None:
        counts = Counter(each for text, _ in questions for each in {*extract_features(text, words)})
        self.words = words
        self.vectorizer = DictVectorizer()
        self.vectorizer.fit([{each: 1.0 for each, count in counts.items() if count >= SEEN}])
        self.model = LogisticRegression(C=1.0, max_iter=500)
        self.model.fit(self._describe([text for text, _ in questions], vectors), [kind for _, kind in questions])

    def estimate(self, texts: Sequence[str], vectors: NDArray[np.float32] | None) -> NDArray[np.float64]:
        """Return the probability of each kind (n, kinds)."""
        found: NDArray[np.float64] = self.model.predict_proba(self._describe(texts, vectors))
        return found

    def predict(self, texts: Sequence[str], vectors: NDArray[np.float32] | None) -> list[str]:
        """Return the likeliest kind of each text."""
        return [self.model.classes_[n] for n in self.estimate(texts, vectors).argmax(axis=1)]

    def _describe(self, texts: Sequence[str], vectors: NDArray[np.float32] | None) -> Any:
        rows = self.vectorizer.transform([dict.fromkeys(extract_features(text, self.words), 1.0) for text in texts])
        return rows if vectors is None else hstack([rows, csr_array(VECTOR_SCALE * vectors)]).tocsr()

    def collect_weights(self) -> NDArray[np.float16]:
        """Return the weights of features and, last, the intercepts (n + 1, kinds), without those of a vector."""
        coefficients = self.model.coef_.T[: len(self.vectorizer.feature_names_)]
        return np.vstack([coefficients, self.model.intercept_]).astype(np.float16)


def main() -> None:
    """Fit, check, and perhaps write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--write", action="store_true", help="replace the model")
    report.add_json(parser)
    given = parser.parse_args()
    check = read_questions("check")
    asked = {normalize(text) for text, _ in check}
    training = [each for name in TRAINING for each in read_questions(name) if normalize(each[0]) not in asked]
    with tempfile.TemporaryDirectory(prefix="clippings-") as home:
        encoder = SentenceEncoder(cache=Path(home))
        facts = choose_facts(training, encoder)
        report.show_progress(f"{len(training)} questions and {len(facts)} encyclopedic facts")
        fitted = [fit([*training, *facts], encoder, use_vectors=each) for each in (True, False)]
        figures = {name: check_model(fitted, read_questions(name), encoder, name) for name in ("check", EVERYDAY)}
        report.write(given.to, figures)
        if given.write:
            write_model(
                [fit([*training, *check, *facts], encoder, use_vectors=each) for each in (True, False)], encoder
            )


def check_model(fitted: Sequence[Fit], asked: Sequence[Question], encoder: SentenceEncoder, name: str) -> float:
    """Print what share of questions is told rightly, in all and by kind; return that of words and vector."""
    texts, kinds = [text for text, _ in asked], [kind for _, kind in asked]
    rows, shares = [[f"right of `{name}`", "all", *sorted(set(kinds))]], list[float]()
    for model, vectors in zip(fitted, (encode(encoder, texts), None), strict=True):
        right = np.array([a == b for a, b in zip(model.predict(texts, vectors), kinds, strict=True)])
        by_kind = [right[[each == kind for each in kinds]].mean() for kind in sorted(set(kinds))]
        shares.append(float(right.mean()))
        rows.append([NAMES[len(shares) - 1], *(f"{share:.3f}" for share in (shares[-1], *by_kind))])
    print(report.render_table(rows))
    return shares[0]


def read_questions(name: str) -> list[Question]:
    """Return the questions of one file."""
    rows = map(json.loads, (FOLDER / f"{name}.jsonl").read_text(encoding="utf-8").splitlines())
    return list({normalize(row["question"]): (row["question"], row["kind"]) for row in rows}.values())


def normalize(text: str) -> str:
    """Return what two questions that are the same have in common."""
    return "".join(filter(str.isalnum, text.lower()))


def choose_facts(training: Sequence[Question], encoder: SentenceEncoder) -> list[Question]:
    """Return encyclopedic questions that the training questions alone would not call something else with confidence."""
    if not FACTS.exists():
        return []
    paragraphs = map(json.loads, FACTS.read_text(encoding="utf-8").splitlines())
    texts = [question["question"] for paragraph in paragraphs for question in paragraph["questions"]]
    texts = random.Random(7).sample(texts, 2 * FACTS_USED)
    model = fit(training, encoder, use_vectors=True)
    estimates = model.estimate(texts, encode(encoder, texts))
    kinds = [model.model.classes_[n] for n in estimates.argmax(axis=1)]
    kept = [
        (text, "fact")
        for text, kind, probability in zip(texts, kinds, estimates.max(axis=1), strict=True)
        if kind == "fact" or probability <= OTHERWISE
    ]
    return kept[:FACTS_USED]


def fit(questions: Sequence[Question], encoder: SentenceEncoder, *, use_vectors: bool) -> Fit:
    """Fit the model to questions."""
    tokens = (match.group().lower() for text, _ in questions for match in question_kind.TOKEN.finditer(text))
    counts = Counter(word.replace("’", "'") for word in tokens)
    words = frozenset(word for word, count in counts.items() if count >= FREQUENT_HERE)
    return Fit(questions, words, encode(encoder, [text for text, _ in questions]) if use_vectors else None)


def encode(encoder: SentenceEncoder, texts: Sequence[str]) -> NDArray[np.float32]:
    """Return the vectors of questions (n, d)."""
    for text in texts:
        if text not in _VECTORS:
            _VECTORS[text] = encoder.encode_question(text)
    return np.stack([_VECTORS[text] for text in texts])


def write_model(fitted: Sequence[Fit], encoder: SentenceEncoder) -> None:
    """Write the model with vectors and the one without, which have the same features."""
    with_vector, alone = fitted
    features = with_vector.vectorizer.feature_names_
    np.savez_compressed(
        MODEL,
        kinds="\n".join(with_vector.model.classes_),
        words="\n".join(sorted(with_vector.words)),
        features="\n".join(features),
        fingerprint=encoder.fingerprint,
        beside_vector=with_vector.collect_weights(),
        of_vector=with_vector.model.coef_.T[len(features) :].astype(np.float16),
        alone=alone.collect_weights(),
    )


if __name__ == "__main__":
    main()
