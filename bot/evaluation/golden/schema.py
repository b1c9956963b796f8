"""The fields of a golden file, what each may hold, and the JSON Schema by which editors complete it.

Scalars are taken as the text that was written, and one text does for a list of one.
"""

from __future__ import annotations

from typing import Annotated, Any, get_args

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from bot.evaluation.golden.normalization import normalize
from bot.user_input import replace_surrogates
from retrieval.domain import Kind

LONGEST_ID = 200

_SCALAR = {"type": ["string", "number", "boolean"], "pattern": r"\S"}
_OPTIONAL = {"type": ["string", "number", "boolean", "null"], "pattern": r"\S"}
_SEVERAL = {"anyOf": [_OPTIONAL, {"type": "array", "items": _SCALAR}]}
_ID = {
    "type": ["string", "number", "boolean", "null"],
    "maxLength": LONGEST_ID,
    "pattern": r"^(?!.*::)[^\u0000-\u001f\u007f-\u009f]+$",
}
KINDS = get_args(Kind)
_KIND = {"type": "string", "enum": list(KINDS)}
_TYPES = {list: "a list", dict: "a mapping", type(None): "empty"}


def make_error(what: str) -> PydanticCustomError:
    """Return the error that says what is wrong with a value, and what to do."""
    return PydanticCustomError("golden", "{what}", {"what": what})


def _parse_text(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, str):
        hint = ': put a text that contains ": " in quotes' if isinstance(value, dict) else ""
        raise make_error(f"must be text, but is {_TYPES.get(type(value), 'something else')}{hint}")
    # Halves of a character, as JSON writes those beyond the first 65,536, are put together.
    text = replace_surrogates(value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")).strip()
    if not normalize(text):
        raise make_error("is empty: write a text or leave it out")
    return text


def _wrap_in_list(value: object) -> object:
    return value if isinstance(value, list | tuple) else [value]


def _parse_bool(value: object) -> bool:
    if isinstance(value, str):
        value = {"true": True, "false": False}.get(value.lower())
    if not isinstance(value, bool):
        raise make_error("must be true or false")
    return value


def _parse_id(value: object) -> str:
    text = _parse_text(value)
    if "::" in text or not text.isprintable() or len(text) > LONGEST_ID:
        raise make_error(f"must be one line of at most {LONGEST_ID} characters without ::, for it names a test")
    return text


def _require_list(value: object) -> object:
    if not isinstance(value, list):
        raise make_error("must be a list of question and answer, oldest first: put - before each question")
    return value


def _require_mapping(value: object, what: str) -> object:
    """Refuse what is no mapping; a field without a value counts as left out."""
    if not isinstance(value, dict):
        raise make_error(f"must be {what}, but is {_TYPES.get(type(value), 'text')}")
    return {name: each for name, each in value.items() if each is not None}


def _require_kind(value: str) -> str:
    if value not in KINDS:
        raise make_error(f"is not a kind of question: the kinds are {', '.join(KINDS)}")
    return value


Text = Annotated[str, BeforeValidator(_parse_text), WithJsonSchema(_SCALAR)]
Limit = Annotated[str, BeforeValidator(_parse_text), WithJsonSchema(_OPTIONAL)]
Id = Annotated[str, BeforeValidator(_parse_id), WithJsonSchema(_ID)]
Texts = Annotated[tuple[Text, ...], BeforeValidator(_wrap_in_list), WithJsonSchema(_SEVERAL)]
Refuses = Annotated[bool, BeforeValidator(_parse_bool), WithJsonSchema({"type": ["boolean", "null"]})]


Kinds = Annotated[
    tuple[Annotated[Text, AfterValidator(_require_kind)], ...],
    BeforeValidator(_wrap_in_list),
    WithJsonSchema({"anyOf": [_KIND, {"type": "array", "items": _KIND}]}),
]


class ExchangeSchema(BaseModel):
    """One exchange of the conversation before the question."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    question: Text = Field(description="What was asked, as it was asked.")
    answer: Text = Field(description="What was answered.")

    @model_validator(mode="before")
    @classmethod
    def _is_mapping(cls, value: object) -> object:
        return _require_mapping(value, "a mapping with question and answer")


def _forbid_beside_a_refusal(schema: dict[str, Any]) -> None:
    nothing = {"type": ["null", "array"], "maxItems": 0}
    schema["if"] = {"properties": {"refuses": {"const": True}}, "required": ["refuses"]}
    schema["then"] = {"properties": dict.fromkeys(BESIDE_A_REFUSAL, nothing)}


BESIDE_A_REFUSAL = ("answer", "contains", "cites", "quotes", "first", "not_first", "sides", "order")
"""What can't be expected of an answer that is to be a refusal."""


class QuestionSchema(BaseModel):
    """A question, with what a good answer to it must contain or cite."""

    model_config = ConfigDict(extra="forbid", frozen=True, json_schema_extra=_forbid_beside_a_refusal)

    question: Text = Field(description="What is asked, in 2,000 characters or fewer.")
    id: Id = Field("", description="Names the question in tests and reports, once in a file. Default: its words.")
    answer: Texts = Field((), description="Accepted answers: the answer must contain one of them, as whole words.")
    contains: Texts = Field((), description="Texts that the answer must contain, all of them, as whole words.")
    excludes: Texts = Field((), description="Texts that the answer must not contain.")
    cites: Texts = Field((), description="Articles that must all be cited: id, title, source or file name.")
    quotes: Texts = Field((), description="Texts of the articles, each of which must be inside some citation.")
    first: Texts = Field((), description="Texts of the articles, one of which must be inside the first citation.")
    not_first: Texts = Field((), description="Texts that must not be inside the first citation.")
    sides: Texts = Field((), description="Texts of the articles, each of which must be inside a citation of its own.")
    order: Texts = Field((), description="Texts of the articles that must be inside citations in this order.")
    refuses: Refuses | None = Field(None, description="true: the articles do not say, and the answer must say so.")
    asks_back: Refuses | None = Field(None, description="true: it is too vague, and the answer must ask back.")
    kind: Kinds = Field((), description="What the question must be understood as: one of these kinds.")
    since: Limit = Field("", description="Only articles published on or after this day: 2023-06-27, June 2023.")
    until: Limit = Field("", description="Only articles published on or before this day.")
    author: Limit = Field("", description="Only articles whose author's name contains this.")
    as_of: Limit = Field("", description="The archive as it was on this day: nothing published later may be used.")
    today: Limit = Field("", description="The day on which it is asked, from which last week counts. Default: today.")
    history: Annotated[tuple[ExchangeSchema, ...], BeforeValidator(_require_list)] = Field(
        (),
        description="The conversation before the question, oldest exchange first.",
        json_schema_extra={"type": ["array", "null"]},
    )
    tags: Texts = Field((), description="Words by which results are grouped, and questions chosen with --tag.")
    note: Limit = Field("", description="Anything that people should know; it changes nothing.")

    @model_validator(mode="before")
    @classmethod
    def _is_mapping(cls, value: object) -> object:
        return _require_mapping(value, "a mapping such as question: Where did the talks take place?")


class GoldenFileSchema(BaseModel):
    """Golden questions, and the articles that they are about."""

    model_config = ConfigDict(extra="forbid", frozen=True, title="Golden questions")

    articles: Texts = Field((), description="Folders or files of the articles, relative to this file.")
    questions: list[QuestionSchema] = Field(description="The questions, each with what is expected.", min_length=1)


def build_json_schema() -> dict[str, Any]:
    """Return the JSON Schema of a golden file: a mapping with questions, or a list of questions."""
    made = GoldenFileSchema.model_json_schema()
    definitions = made.pop("$defs")
    definitions["GoldenFileSchema"] = {name: each for name, each in made.items() if name != "title"}
    questions = made["properties"]["questions"]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": made["title"],
        "description": made["description"],
        "anyOf": [{"$ref": "#/$defs/GoldenFileSchema"}, questions],
        "$defs": definitions,
    }
