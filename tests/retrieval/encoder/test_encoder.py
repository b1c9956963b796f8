from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from retrieval.domain import Passage, Sentence, Span
from retrieval.encoder import DEFAULT_MODEL, SentenceEncoder, onnx_encoder, onnx_export, torch_encoder, weights
from retrieval.encoder.bundled_weights import find_bundled_folder
from retrieval.encoder.late_sentences import find_token_ranges
from retrieval.errors import ModelError
from tests.retrieval.encoder.tiny_models import static_model, tiny_model

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from sentence_transformers import SentenceTransformer

    from retrieval.encoder import Precision

ROOT = Path(__file__).parents[3]
QUESTIONS = ("Where?", "Where did the ministers meet on Sunday?", "它在哪里？ 🙂 où ça ?", "peace and trade " * 300)
PROMPTS = {"query": "query : ", "document": "passage : "}


def passage(*sentences: str, start: int = 0) -> Passage:
    """Make a passage of sentences with a space between, somewhere in an article."""
    text, placed = "", []
    for sentence in sentences:
        text += " " if text else ""
        placed.append(Sentence(start + len(text), start + len(text) + len(sentence), sentence))
        text += sentence
    return Passage("id", "article", start, start + len(text), text, tuple(placed))


def reference(folder: Path) -> SentenceTransformer:
    return torch_encoder.load_model(folder)


def unit(vectors: Any) -> NDArray[np.float32]:
    """Return a reference's vector at unit length."""
    vector = np.asarray(vectors, np.float32).reshape(-1)
    scaled: NDArray[np.float32] = vector / np.linalg.norm(vector)
    return scaled


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    return tiny_model(tmp_path / "tiny", pooling="cls", prompts=PROMPTS)


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "models"


# Weights


def test_the_default_model_is_known_by_the_published_hash(encoder: SentenceEncoder) -> None:
    assert encoder.fingerprint == "all-MiniLM-L6-v2@53aa51172d14"
    assert (encoder.dimension, encoder.window) == (384, 256)


@pytest.mark.parametrize("name", ["", "all-MiniLM-L6-v2", "sentence-transformers/all-MiniLM-L6-v2"])
def test_the_default_model_goes_by_each_of_its_names(name: str) -> None:
    assert weights.normalize_name(name) == DEFAULT_MODEL


def test_the_default_model_loads_without_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", False)
    monkeypatch.setattr("socket.getaddrinfo", lambda *address, **options: pytest.fail(f"asked for {address}"))

    assert torch_encoder.load_model(find_bundled_folder()).max_seq_length == 256


@pytest.mark.parametrize("model", ["./no/such/folder", "/no/such/folder", "a/b/c"])
def test_a_missing_folder_is_named(model: str, cache: Path) -> None:
    with pytest.raises(ModelError, match=f"no model folder {model}"):
        _ = SentenceEncoder(model, cache=cache).fingerprint


def test_an_unknown_name_says_what_to_check(cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))

    with pytest.raises(ModelError, match="nobody/nothing is not on this machine") as caught:
        _ = SentenceEncoder("nobody/nothing", cache=cache).window
    assert "\n" not in str(caught.value)


def test_a_folder_without_weights_is_named(tmp_path: Path, cache: Path) -> None:
    (tmp_path / "empty").mkdir()

    with pytest.raises(ModelError, match="has no weights"):
        _ = SentenceEncoder(str(tmp_path / "empty"), cache=cache).fingerprint


def test_a_folder_that_is_no_model_is_named(tmp_path: Path, cache: Path) -> None:
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "model.safetensors").write_bytes(b"no tensors")

    with pytest.raises(ModelError, match="can't be loaded as a sentence-transformers model"):
        _ = SentenceEncoder(str(tmp_path / "broken"), cache=cache).window


def test_a_model_folder_is_known_by_its_name_and_content(tiny: Path, tmp_path: Path, cache: Path) -> None:
    same = shutil.copytree(tiny, tmp_path / "elsewhere" / "tiny")
    other = tiny_model(tmp_path / "other" / "tiny", pooling="mean", prompts=PROMPTS)

    first = SentenceEncoder(str(tiny), cache=cache).fingerprint

    assert first.startswith("tiny@")
    assert SentenceEncoder(str(same), cache=cache).fingerprint == first
    assert SentenceEncoder(str(other), cache=cache).fingerprint != first  # pooling alone makes other vectors


# Questions


def test_exported_questions_agree_with_torch(encoder: SentenceEncoder) -> None:
    model = reference(find_bundled_folder())

    for question in QUESTIONS:
        assert encoder.encode_question(question) @ unit(model.encode_query(question)) > 0.9999


def test_a_question_needs_no_torch(encoder: SentenceEncoder) -> None:
    probe = """
import json, os, sys
from pathlib import Path
from retrieval.encoder import SentenceEncoder
encoder = SentenceEncoder(cache=Path(sys.argv[1]))
vector = encoder.encode_question("Where did they meet?")
encoder.measure(["Where did they meet?"])
encoder.encode_tokens(["Where did they meet?", "In Beijing."])
heavy = [name for name in ("torch", "transformers", "sentence_transformers") if name in sys.modules]
print(json.dumps([heavy, encoder.fingerprint, len(vector), os.environ["OMP_WAIT_POLICY"]]))
"""
    environment = {name: value for name, value in os.environ.items() if name != "OMP_WAIT_POLICY"}
    command = [sys.executable, "-W", "error", "-c", probe, str(encoder._cache)]

    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)

    assert json.loads(done.stdout) == [[], "all-MiniLM-L6-v2@53aa51172d14", 384, "PASSIVE"]
    assert done.stderr == ""


def test_a_waiting_policy_that_was_chosen_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_WAIT_POLICY", "ACTIVE")

    onnx_encoder.configure_runtimes()

    assert os.environ["OMP_WAIT_POLICY"] == "ACTIVE"


@pytest.mark.parametrize("text", ["", " ", "half a pair \ud83d", "\x00", "🙂" * 1000])
def test_whatever_is_asked_has_a_unit_vector(encoder: SentenceEncoder, text: str) -> None:
    assert np.linalg.norm(encoder.encode_question(text)) == pytest.approx(1, abs=1e-5)


def test_threads_share_an_encoder(encoder: SentenceEncoder) -> None:
    fresh = SentenceEncoder(cache=encoder._cache)
    found: list[NDArray[np.float32]] = []
    threads = [
        threading.Thread(target=lambda: found.append(fresh.encode_question("Where did they meet?"))) for _ in range(4)
    ]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(found) == 4
    assert all(vector @ found[0] > 0.9999 for vector in found)


def test_threads_that_encode_passages_load_one_model(
    tiny: Path, cache: Path, monkeypatch: pytest.MonkeyPatch, precision: Precision
) -> None:
    loaded = list[Path]()
    load = torch_encoder.load_model

    def load_model(folder: Path) -> SentenceTransformer:
        loaded.append(folder)
        return load(folder)

    monkeypatch.setattr(torch_encoder, "load_model", load_model)
    fresh, there = SentenceEncoder(str(tiny), cache=cache, precision=precision), passage("They talked.")

    with ThreadPoolExecutor(4) as pool:
        encoded = list(pool.map(lambda _: fresh.encode_passages([there] * 20, [""] * 20), range(8)))

    assert len(loaded) == 1
    for each in encoded[1:]:
        np.testing.assert_array_equal(each[-1].vector, encoded[0][-1].vector)


# Tokens


def test_token_spans_are_code_points_of_the_text(encoder: SentenceEncoder) -> None:
    text = "Mr. Qin 🙂 said: «שלום», 你好 naïve"

    (spans,) = encoder.measure([text])

    words = [text[start:end] for start, end in spans]
    assert words == ["Mr", ".", "Qin", "🙂", "said", ":", "«", *"שלום", "»", ",", "你", "好", "naïve"]


def test_token_spans_are_those_the_model_reads(encoder: SentenceEncoder) -> None:
    tokenizer: Any = reference(find_bundled_folder()).tokenizer
    texts = ["Where did the ministers meet?", "", "unbelievable half \ud83d pairs"]

    measured = encoder.measure(texts)

    assert [len(spans) for spans in measured[:2]] == [
        len(tokenizer(text, add_special_tokens=False)["input_ids"]) for text in texts[:2]
    ]
    assert measured[1] == []
    assert measured[0][0] == Span(0, 5)


def test_a_long_text_is_measured_whole(encoder: SentenceEncoder) -> None:
    text = "peace, not 战争 " * 2_000

    (spans,) = encoder.measure([text])

    assert [text[start:end] for start, end in spans] == ["peace", ",", "not", "战", "争"] * 2_000


def test_a_long_text_without_spaces_is_covered(encoder: SentenceEncoder) -> None:
    text = "战争" * 5_000 + "a" * 10_000

    (spans,) = encoder.measure([text])

    assert (spans[0][0], spans[-1][1]) == (0, len(text))
    assert all(before[1] == after[0] for before, after in pairwise(spans))


TEXTS = (
    "Where did the ministers meet?",
    "",
    "In Beijing. 🙂 «шалом», 你好 naïve",
    "peace and trade " * 300,
    "half \ud83d",
)


def test_tokens_of_several_texts_agree_with_torch(encoder: SentenceEncoder) -> None:
    model = reference(find_bundled_folder())

    encoded = encoder.encode_tokens(TEXTS)

    for text, found in zip(TEXTS, encoded, strict=True):
        output: Any = model.encode(text.replace("\ud83d", "\ufffd"), output_value="token_embeddings")
        expected = output[1:-1].numpy()  # without [CLS] and [SEP]
        expected /= np.linalg.norm(expected, axis=1, keepdims=True)
        assert found.vectors.shape == expected.shape
        assert (found.vectors * expected).sum(axis=1).min(initial=1) > 0.999


def test_encoded_tokens_are_in_their_text_in_order(encoder: SentenceEncoder) -> None:
    for text, found in zip(TEXTS, encoder.encode_tokens(TEXTS), strict=True):
        assert found.vectors.shape == (len(found.spans), 384)
        assert found.vectors.dtype == np.float32
        np.testing.assert_allclose(np.linalg.norm(found.vectors, axis=1), 1, atol=1e-5)
        assert all(text[start:end].strip() for start, end in found.spans)
        assert list(found.spans) == sorted(found.spans)
        assert list(found.spans) == encoder.measure([text])[0][:254]


def test_letters_that_people_type_plainly_are_read_as_plain_ones(encoder: SentenceEncoder) -> None:
    written = "Łukasz Đurić drove from Ærø to Iğdır in a ﬂash."
    asked = "Lukasz Duric drove from Aero to Igdir in a flash."
    plain, tokens = encoder.encode_tokens([asked, written])

    assert encoder.encode_question(written) == pytest.approx(encoder.encode_question(asked))
    assert tokens.vectors == pytest.approx(plain.vectors)
    assert [written[span.start : span.end] for span in tokens.spans][-1] == "."
    (encoded,) = encoder.encode_passages([passage(written)], [""])
    assert float(encoded.vector @ encoder.encode_question(written)) > 0.99


def test_a_tokenizer_that_keeps_accents_keeps_other_letters() -> None:
    from tokenizers import Tokenizer, models, normalizers

    tokenizer = Tokenizer(models.WordLevel({"ł": 0, "l": 1}, unk_token="l"))
    tokenizer.normalizer = normalizers.NFC()
    onnx_encoder.fold_more_letters(tokenizer)

    assert tokenizer.encode("ł").tokens == ["ł"]


def test_no_texts_have_no_tokens(encoder: SentenceEncoder) -> None:
    assert encoder.encode_tokens([]) == []


def test_a_prompt_and_the_space_before_a_word_are_left_out() -> None:
    # [CLS], "query:", " where", " ", " is", "é" as two tokens, [SEP], padding; the prompt is "query:".
    offsets = [(0, 0), (0, 6), (6, 12), (12, 13), (13, 16), (16, 17), (16, 17), (0, 0), (0, 0)]

    standing = onnx_encoder.locate_tokens(offsets, " where  isé", shift=6)

    assert standing == [(2, Span(1, 6)), (4, Span(8, 10)), (5, Span(10, 11)), (6, Span(10, 11))]
    assert onnx_encoder.locate_tokens([(0, 8)], "query", shift=6) == [(0, Span(0, 2))]


# Passages


def test_a_passage_vector_is_the_models_own(encoder: SentenceEncoder, agreement: float) -> None:
    model = reference(find_bundled_folder())
    there = passage("The ministers met in Beijing.", "They talked.", start=700)

    (encoded,) = encoder.encode_passages([there], ["A meeting (27 June 2023)\n"])

    expected = model.encode_document("A meeting (27 June 2023)\nThe ministers met in Beijing. They talked.")
    assert encoded.vector @ unit(expected) > agreement


def test_late_sentence_vectors_are_means_of_the_token_outputs_inside(
    encoder: SentenceEncoder, agreement: float
) -> None:
    model: Any = reference(find_bundled_folder())
    header, there = "A meeting 🙂\n", passage("Mr. Qin met him — in Beijing.", "«Talks», he said.", "Done!", start=90)
    text = header + there.text

    (encoded,) = encoder.encode_passages([there], [header])

    tokens = model.encode(text, output_value="token_embeddings").float().numpy()
    offsets = model.tokenizer(text, return_offsets_mapping=True)["offset_mapping"]
    for sentence, vector in zip(there.sentences, encoded.sentence_vectors, strict=True):
        start = len(header) + sentence.start - there.start
        end = start + len(sentence.text)
        inside = [row for row, (a, b) in zip(tokens, offsets, strict=True) if start <= a < b <= end]
        assert vector @ unit(np.mean(inside, axis=0)) > agreement


def test_each_passage_gets_its_own_vectors_whatever_its_length(encoder: SentenceEncoder, agreement: float) -> None:
    passages = [passage(*(f"Sentence {i} of passage {n}." for i in range(n % 7 + 1)), start=n) for n in range(40)]

    together = encoder.encode_passages(passages, [""] * len(passages))

    for there, encoded in list(zip(passages, together, strict=True))[::13]:
        (alone,) = encoder.encode_passages([there], [""])
        assert encoded.vector @ alone.vector > agreement
        assert encoded.sentence_vectors.shape == (len(there.sentences), 384)
        assert encoded.sentence_vectors.dtype == np.float32
        # Not number by number: where a processor has no bfloat16, torch rounds what is padded otherwise.
        assert (encoded.sentence_vectors * alone.sentence_vectors).sum(axis=1).min() > agreement


def test_a_sentence_without_a_token_gets_the_passage_vector(encoder: SentenceEncoder) -> None:
    beyond = passage("The ministers met.", "peace " * 400, "After the window.", "\u200b")

    (encoded,) = encoder.encode_passages([beyond], [""])

    np.testing.assert_array_equal(encoded.sentence_vectors[2], encoded.vector)
    np.testing.assert_array_equal(encoded.sentence_vectors[3], encoded.vector)
    np.testing.assert_allclose(np.linalg.norm(encoded.sentence_vectors, axis=1), 1, atol=1e-5)


def test_nothing_to_encode_is_nothing(encoder: SentenceEncoder) -> None:
    assert encoder.encode_passages([], []) == []
    assert encoder.encode_texts([]).shape == (0, 384)
    assert encoder.encode_passages([passage()], ["Title\n"])[0].sentence_vectors.shape == (0, 384)


def test_the_precision_changes_neither_fingerprint_nor_vectors(encoder: SentenceEncoder, agreement: float) -> None:
    full = SentenceEncoder(cache=encoder._cache, precision="float32")
    there = passage("The ministers met in Beijing.", "They talked about trade.", start=3)

    (one,), (other,) = encoder.encode_passages([there], ["Title\n"]), full.encode_passages([there], ["Title\n"])

    assert encoder.fingerprint == full.fingerprint
    assert one.vector.dtype == one.sentence_vectors.dtype == np.float32
    assert one.vector @ other.vector > agreement
    assert (one.sentence_vectors * other.sentence_vectors).sum(axis=1).min() > agreement


def test_tokens_belong_to_the_sentence_they_end_in() -> None:
    # A tokenizer that counts the space before a word as the word's; special tokens and padding around.
    offsets = [(0, 0), (0, 3), (3, 9), (9, 10), (10, 15), (15, 16), (0, 0), (0, 0)]

    assert find_token_ranges(offsets, [Span(0, 10), Span(11, 16), Span(16, 20)], shift=0) == [
        (1, 4),
        (4, 6),
        (0, 0),
    ]
    assert find_token_ranges([(0, 0), *offsets[:6]], [Span(-3, 7)], shift=3) == [(2, 5)]


# Other models


@pytest.mark.parametrize("pooling", ["cls", "mean", "lasttoken", "max", "weightedmean", ("mean", "max")], ids=str)
@pytest.mark.parametrize("include_prompt", [True, False])
def test_a_model_keeps_its_pooling_and_prompts(
    pooling: str | tuple[str, ...],
    include_prompt: bool,
    *,
    tmp_path: Path,
    cache: Path,
    precision: Precision,
    agreement: float,
) -> None:
    folder = tiny_model(tmp_path / "tiny", pooling=pooling, include_prompt=include_prompt, prompts=PROMPTS)
    encoder, model = SentenceEncoder(str(folder), cache=cache, precision=precision), reference(folder)
    there = passage("The ministers meet in Beijing.", "They talked about peace.", start=5)

    (encoded,) = encoder.encode_passages([there], [""])

    assert encoder.describe()["questions"] == "onnxruntime"
    assert encoder.window == 32 - len(["passage", ":"])
    for question in QUESTIONS:
        assert encoder.encode_question(question) @ unit(model.encode_query(question)) > 0.9999
    assert encoded.vector @ unit(model.encode_document(there.text)) > agreement
    np.testing.assert_allclose(np.linalg.norm(encoded.sentence_vectors, axis=1), [1, 1], atol=1e-5)


def test_sentences_pass_through_what_follows_the_pooling(
    tmp_path: Path, cache: Path, precision: Precision, agreement: float
) -> None:
    folder = tiny_model(tmp_path / "tiny", dense=6, prompts=PROMPTS)
    encoder, model = SentenceEncoder(str(folder), cache=cache, precision=precision), reference(folder)
    there = passage("The ministers meet in Beijing.", "They talked about peace.")

    (encoded,) = encoder.encode_passages([there], ["Trade\n"])

    assert encoder.dimension == 6
    assert encoded.sentence_vectors.shape == (2, 6)
    assert encoder.encode_question("where ?") @ unit(model.encode_query("where ?")) > 0.9999
    output: Any = model.encode("passage : Trade\n" + there.text, output_value="token_embeddings", prompt="")
    dense = model[2]
    first = dense({"sentence_embedding": output[4:10].mean(0)[None]})["sentence_embedding"]  # [CLS] passage : trade
    assert encoded.sentence_vectors[0] @ unit(first.detach().numpy()) > agreement


def test_joined_poolings_encode_each_sentence_by_itself(
    tmp_path: Path, cache: Path, precision: Precision, agreement: float
) -> None:
    folder = tiny_model(tmp_path / "tiny", pooling=("mean", "max"))
    encoder, model = SentenceEncoder(str(folder), cache=cache, precision=precision), reference(folder)
    pair = [passage("They talked."), passage("The ministers meet.", "They talked about peace.", start=9)]

    encoded = encoder.encode_passages(pair, ["Trade\n", ""])

    assert [len(each.sentence_vectors) for each in encoded] == [1, 2]
    assert encoded[1].sentence_vectors[1] @ unit(model.encode_document("They talked about peace.")) > agreement


@pytest.mark.parametrize(
    ("prompts", "expected"),
    [({}, ""), ({"document": "d: ", "passage": "p: "}, "d: "), ({"document": "", "passage": "p: "}, "p: ")],
)
def test_the_prompt_for_documents_goes_by_several_names(prompts: dict[str, str], expected: str, tiny: Path) -> None:
    model = reference(tiny)
    model.prompts = dict(prompts)

    assert torch_encoder.get_document_prompt(model) == expected


@pytest.mark.parametrize("include_prompt", [True, False])
def test_tokens_are_read_behind_the_prompt_for_questions(
    include_prompt: bool, tmp_path: Path, cache: Path, precision: Precision
) -> None:
    folder = tiny_model(tmp_path / "tiny", include_prompt=include_prompt, dense=6, prompts=PROMPTS)
    encoder, model = SentenceEncoder(str(folder), cache=cache, precision=precision), reference(folder)

    short, long = encoder.encode_tokens(["in Beijing", "where ? " * 30])

    output: Any = model.encode("query : in Beijing", output_value="token_embeddings", prompt="")
    assert short.spans == (Span(0, 2), Span(3, 10))
    assert short.vectors.shape == (2, 16)
    for vector, expected in zip(short.vectors, output[3:5], strict=True):  # [CLS] query : in beijing
        assert vector @ unit(expected) > 0.999
    assert len(long.spans) == len(long.vectors) == 32 - len(["[CLS]", "query", ":", "[SEP]"])


# Exports


def test_a_model_that_cannot_be_exported_answers_with_torch(
    tiny: Path,
    cache: Path,
    *,
    precision: Precision,
    agreement: float,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    tries = []

    def fail(*arguments: Any) -> None:
        tries.append(arguments)
        raise RuntimeError("Unsupported: aten::mystery\nwith a long trace")

    monkeypatch.setattr(onnx_export, "save_graph", fail)

    vector = SentenceEncoder(str(tiny), cache=cache, precision=precision).encode_question("where ?")
    again = SentenceEncoder(str(tiny), cache=cache, precision=precision)

    assert again.encode_question("where ?") @ vector > 0.9999
    assert vector @ unit(reference(tiny).encode_query("where ?")) > agreement
    texts = ["where ?", "", "in Beijing on Sunday"]
    encoded = again.encode_tokens(texts)
    assert len(tries) == 1
    assert "sentence-transformers" in str(again.describe()["questions"])
    assert "aten::mystery" in str(again.describe()["questions"])
    assert again.find_problems() == []
    assert "can't be exported" in caplog.text
    monkeypatch.undo()
    fast = SentenceEncoder(str(tiny), cache=cache.with_name("exported")).encode_tokens(texts)
    assert [found.spans for found in encoded] == [found.spans for found in fast]
    for slow, quick in zip(encoded, fast, strict=True):
        atol = 1e-4 if precision == "float32" else 0.045  # what a cosine of .999 allows
        np.testing.assert_allclose(slow.vectors, quick.vectors, atol=atol)


def test_a_model_without_token_outputs_works_slowly(tmp_path: Path, cache: Path, precision: Precision) -> None:
    folder = static_model(tmp_path / "static")
    encoder, model = SentenceEncoder(str(folder), cache=cache, precision=precision), reference(folder)
    pair = passage("The ministers meet.", "They talked about peace.")

    (encoded,) = encoder.encode_passages([pair], ["Trade\n"])

    assert encoder.encode_question("where ?") @ unit(model.encode_query("where ?")) > 0.9999
    assert encoded.vector @ unit(model.encode_document("Trade\n" + pair.text)) > 0.9999
    assert encoded.sentence_vectors[1] @ unit(model.encode_document("They talked about peace.")) > 0.9999
    assert "sentence-transformers" in str(encoder.describe()["questions"])
    words, nothing = encoder.encode_tokens(["They talked.", "?"])
    assert words.spans == (Span(0, 4), Span(5, 11))
    assert words.vectors[1] @ unit(model.encode_query("talked")) > 0.9999
    assert (nothing.vectors.shape, nothing.spans) == ((0, 8), ())


def test_exported_tokens_that_differ_from_torch_are_not_used(
    tiny: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = onnx_encoder.QuestionEncoder.compute_token_outputs

    def leaking(encode: onnx_encoder.QuestionEncoder, text: str) -> Any:
        outputs, encoding = whole(encode, text)
        return np.roll(outputs, 1, axis=0), encoding

    monkeypatch.setattr(onnx_encoder.QuestionEncoder, "compute_token_outputs", leaking)

    encoder = SentenceEncoder(str(tiny), cache=cache)
    encoder.prepare()

    assert "tokens differ from torch" in str(encoder.describe()["questions"])


def test_an_export_that_differs_from_torch_is_not_used(
    tiny: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = onnx_export.save_graph
    monkeypatch.setattr(
        onnx_export, "save_graph", lambda folder, model, prompt: whole(folder, model, "passage : where")
    )
    folder = tiny_model(tiny.with_name("excluding"), include_prompt=False, prompts=PROMPTS)

    encoder = SentenceEncoder(str(folder), cache=cache)
    encoder.prepare()

    assert "differs from torch" in str(encoder.describe()["questions"])


def test_an_interrupted_export_leaves_nothing(tiny: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*arguments: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as during:
        during.setattr(onnx_export, "compare_with_torch", interrupt)
        with pytest.raises(KeyboardInterrupt):
            SentenceEncoder(str(tiny), cache=cache).prepare()

    assert list(cache.iterdir()) == []
    assert SentenceEncoder(str(tiny), cache=cache).encode_question("where ?").shape == (16,)


def test_what_a_killed_export_left_is_swept_by_a_later_unit(tiny: Path, cache: Path) -> None:
    old, young = cache / ".export-old", cache / ".export-young"
    old.mkdir(parents=True)
    young.mkdir()
    yesterday = time.time() - 86_400
    os.utime(old, (yesterday, yesterday))

    SentenceEncoder(str(tiny), cache=cache).prepare()

    assert not old.exists()
    assert young.exists()


def test_an_unwritable_cache_is_named(tiny: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(ModelError, match="can't be exported to"):
        SentenceEncoder(str(tiny), cache=tmp_path / "file" / "models").prepare()


@pytest.mark.parametrize("name", [onnx_encoder.GRAPH, onnx_encoder.TOKENIZER, onnx_encoder.MANIFEST])
def test_a_cut_or_missing_file_is_exported_again(name: str, tiny: Path, cache: Path) -> None:
    before = SentenceEncoder(str(tiny), cache=cache)
    vector = before.encode_question("where ?")
    (folder,) = cache.iterdir()
    (folder / name).write_bytes(b"cut")

    after = SentenceEncoder(str(tiny), cache=cache)

    assert after.encode_question("where ?") @ vector > 0.9999
    assert after.find_problems() == []
    assert list(cache.iterdir()) == [folder]


def test_an_altered_byte_is_a_problem(tiny: Path, cache: Path) -> None:
    encoder = SentenceEncoder(str(tiny), cache=cache)
    encoder.prepare()
    (folder,) = cache.iterdir()
    graph = bytearray((folder / onnx_encoder.GRAPH).read_bytes())
    graph[-1] ^= 1
    (folder / onnx_encoder.GRAPH).write_bytes(graph)

    (problem,) = encoder.find_problems()

    assert f"{folder / onnx_encoder.GRAPH} was altered" in problem
    assert "\n" not in problem


def test_a_graph_that_does_not_load_says_what_to_move_away(tiny: Path, cache: Path) -> None:
    SentenceEncoder(str(tiny), cache=cache).prepare()
    (folder,) = cache.iterdir()
    graph = folder / onnx_encoder.GRAPH
    graph.write_bytes(b"\xff" * graph.stat().st_size)

    with pytest.raises(ModelError, match=f"move {folder} elsewhere"):
        SentenceEncoder(str(tiny), cache=cache).encode_question("where ?")


def test_changed_weights_are_noticed_and_exported_again(tiny: Path, cache: Path) -> None:
    before = SentenceEncoder(str(tiny), cache=cache)
    old = before.encode_question("where ?")
    tiny_model(tiny, pooling="cls", prompts=PROMPTS, seed=1)

    after = SentenceEncoder(str(tiny), cache=cache)

    assert after.fingerprint != before.fingerprint
    assert any("ingest with --rebuild" in problem for problem in after.find_problems())
    assert after.encode_question("where ?") @ old < 0.99
    assert after.find_problems() == []
    assert len(list(cache.iterdir())) == 1


def test_reinstalled_weights_are_known_again(tiny: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = SentenceEncoder(str(tiny), cache=cache)
    before.prepare()
    for path in weights.list_shaping_files(tiny):
        os.utime(path, ns=(1, 1))
    monkeypatch.setattr(torch_encoder, "load_model", lambda folder: pytest.fail("nothing has to be loaded"))

    after = SentenceEncoder(str(tiny), cache=cache)

    assert after.encode_question("where ?").shape == (16,)
    assert after.fingerprint == before.fingerprint
    monkeypatch.setattr(weights, "find_model", lambda model: pytest.fail("nothing has to be hashed"))
    assert SentenceEncoder(str(tiny), cache=cache).fingerprint == before.fingerprint


def test_questions_outlive_the_weights(tiny: Path, cache: Path) -> None:
    model = str(tiny)
    SentenceEncoder(model, cache=cache).prepare()
    shutil.rmtree(tiny)

    encoder = SentenceEncoder(model, cache=cache)

    assert encoder.encode_question("where ?").shape == (16,)
    assert any("no model folder" in problem for problem in encoder.find_problems())


def test_two_processes_may_export_at_once(tiny: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = SentenceEncoder(str(tiny), cache=cache), SentenceEncoder(str(tiny), cache=cache)
    agree = onnx_export.compare_with_torch

    def meanwhile(*arguments: Any) -> None:
        monkeypatch.setattr(onnx_export, "compare_with_torch", agree)
        second.prepare()
        agree(*arguments)

    monkeypatch.setattr(onnx_export, "compare_with_torch", meanwhile)

    first.prepare()

    assert first.encode_question("where ?") @ second.encode_question("where ?") > 0.9999
    assert second.find_problems() == []


def test_before_the_first_ingest_a_model_is_said_to_be_exported_by_it(tiny: Path, cache: Path) -> None:
    encoder = SentenceEncoder(str(tiny), cache=cache)

    assert encoder.describe() == {
        "model": str(tiny),
        "languages": "its model card does not say",
        "questions": "not exported yet: the first ingest does it",
    }
    assert encoder.find_problems() == []
