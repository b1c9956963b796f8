"""Builds sentence-transformers models of a few kilobytes, random but whole: tokenizer, layers, pooling, prompts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

TEXT = "where did the ministers meet ? in beijing on sunday . they talked about trade and peace query passage :"
WORDS = TEXT.split()
WIDTH = 16


def tiny_model(
    folder: Path,
    *,
    pooling: str | tuple[str, ...] = "mean",
    include_prompt: bool = True,
    dense: int = 0,
    prompts: dict[str, str] | None = None,
    seed: int = 0,
) -> Path:
    """Save a model of two layers with a window of 32 tokens; `dense` adds a layer of that width after pooling."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.base.modules import Dense, Transformer
    from sentence_transformers.sentence_transformer.modules import Pooling
    from transformers import BertConfig, BertModel

    torch.manual_seed(seed)
    bert = folder.with_name(f"{folder.name}-bert")
    save_tokenizer(bert)
    config = BertConfig(
        vocab_size=len(WORDS) + 4,
        hidden_size=WIDTH,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=32,
        initializer_range=0.5,
    )
    BertModel(config).save_pretrained(bert)
    poolings: Any = pooling
    modules: list[torch.nn.Module] = [Transformer(str(bert)), Pooling(WIDTH, poolings, include_prompt=include_prompt)]
    if dense:
        modules.append(Dense(WIDTH, dense, activation_function=torch.nn.Tanh()))
    SentenceTransformer(modules=modules, prompts=prompts, device="cpu").save(str(folder), create_model_card=False)
    return folder


def static_model(folder: Path) -> Path:
    """Save a model that only looks words up: it has no layers, no token outputs and no window."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding
    from tokenizers import Tokenizer

    torch.manual_seed(0)
    words = folder.with_name(f"{folder.name}-words")
    save_tokenizer(words)
    lookup = StaticEmbedding(Tokenizer.from_file(str(words / "tokenizer.json")), embedding_dim=8)
    SentenceTransformer(modules=[lookup], device="cpu").save(str(folder), create_model_card=False)
    return folder


def save_tokenizer(folder: Path) -> None:
    """Save a tokenizer of whole words that lower-cases and adds [CLS] and [SEP]."""
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.normalizers import Lowercase
    from tokenizers.pre_tokenizers import Whitespace
    from tokenizers.processors import TemplateProcessing
    from transformers import PreTrainedTokenizerFast

    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
    vocabulary = {word: number for number, word in enumerate([*special, *WORDS])}
    tokenizer = Tokenizer(WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = Lowercase()
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.post_processor = TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", vocabulary["[CLS]"]), ("[SEP]", vocabulary["[SEP]"])]
    )
    PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=tokenizer,
        pad_token="[PAD]",
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        model_max_length=32,
    ).save_pretrained(folder)


def tiny_cross_encoder(folder: Path, *, labels: tuple[str, ...], seed: int = 0) -> Path:
    """Save a cross-encoder of one layer with a window of 32 tokens and an output for each label."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification

    torch.manual_seed(seed)
    save_tokenizer(folder)
    config = BertConfig(
        vocab_size=len(WORDS) + 4,
        hidden_size=WIDTH,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=32,
        initializer_range=0.5,
        id2label=dict(enumerate(labels)),
        label2id={label: number for number, label in enumerate(labels)},
    )
    BertForSequenceClassification(config).save_pretrained(folder)
    return folder
