"""Records what chat models write to questions about articles: prints each prompt, takes each reply, and goes on.

    python -m tests.benchmarks.record_conversations questions.jsonl --articles seeds --to recorded
    python -m tests.benchmarks.record_conversations questions.jsonl --articles seeds --to recorded --model openai:gpt-5

Questions are lines or a YAML list of {id, question, and if need be history, since, until, author, as_of}. Each run
takes every conversation as far as it goes and writes to the folder:

    todo.jsonl            the prompts that wait for a reply: {id, step, question, fingerprint, claims, messages}
    conversations.jsonl   what was said so far
    answers.jsonl         the answers that came of it

Whoever plays the model reads the messages of a line of todo.jsonl and nothing else, and appends to replies.jsonl a line
{"id": ..., "step": ..., "reply": ...}; the next run takes the replies in, and asks for the next step: the draft, then
the verdicts on its claims, then second wordings of those that fell. With --model a provider's model replies at once.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from bot.render.json_output import dump_json
from retrieval.encoder import SentenceEncoder
from retrieval.generation.chat_models import build_chat_model
from retrieval.generation.prompt_templates import ANSWER_PROMPTS, hash_prompts
from retrieval.index import Library
from retrieval.reading import read_articles
from tests.benchmarks.conversations import Conversation, Prompt, read_conversations, replay, write_conversations

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ASKED = ("question", "history", "since", "until", "author", "as_of")
TODO, REPLIES, DONE, ANSWERS = "todo.jsonl", "replies.jsonl", "conversations.jsonl", "answers.jsonl"


def main() -> None:
    """Take all conversations one step further."""
    parser = argparse.ArgumentParser(
        description=(__doc__ or "").partition("\n")[0], formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("questions", type=Path, help="a .jsonl or .yaml file")
    parser.add_argument("--articles", type=Path, nargs="+", required=True, help="what is read into the library")
    parser.add_argument("--to", type=Path, required=True, help="folder of the recording")
    parser.add_argument("--home", type=Path, help="keep the library here, or use the one that is here")
    parser.add_argument("--model", default="", help="a provider's chat model that replies, such as openai:gpt-5-mini")
    parser.add_argument("--by", default="", help="who replies; by default the model's name")
    given = parser.parse_args()
    given.to.mkdir(parents=True, exist_ok=True)
    speaker = build_chat_model(given.model, timeout=120, context_tokens=3000) if given.model else None
    with tempfile.TemporaryDirectory(prefix="clippings-") as temporary:
        home = given.home or Path(temporary)
        with Library.open(home / "library", encoder=SentenceEncoder(cache=home / "models"), create=True) as library:
            library.ingest(read_articles([str(path) for path in given.articles], limit_bytes=50_000_000))
            record(given.questions, library, given.to, speaker=speaker, by=given.by or given.model)


def record(questions: Path, library: Library, folder: Path, *, speaker: Any = None, by: str = "") -> None:
    """Take in the replies that are there, go through every conversation, and write down how far they come."""
    known = {each.id: each for each in read_conversations(folder / DONE)}
    prompts = {(line["id"], line["step"]): _load_prompt(line) for line in _read_lines(folder / TODO)}
    for line in _read_lines(folder / REPLIES):
        prompt = prompts.get((line["id"], line["step"]))
        if prompt and line["id"] in known:
            known[line["id"]] = known[line["id"]].with_reply(prompt, line["reply"])
    wording = hash_prompts(*ANSWER_PROMPTS)
    todo, done, answers, stale = list[dict[str, Any]](), list[Conversation](), list[str](), 0
    for question in read_questions(questions):
        asked = {name: question[name] for name in ASKED if question.get(name)}
        before = known.get(question["id"], Conversation(question["id"], asked))
        taken = replay(replace(before, asked=asked, by=by or before.by, prompts=wording), library, speaker=speaker)
        stale += taken.stale
        done.append(taken.conversation)
        todo += [_dump_prompt(before.id, asked["question"], prompt) for prompt in taken.missing[:1]]
        if not taken.missing:
            answers.append(dump_json({"id": before.id, "answer": taken.answer}))
    write_conversations(folder / DONE, done)
    _write(folder / TODO, [json.dumps(line, ensure_ascii=False) for line in todo])
    _write(folder / ANSWERS, answers)
    _write(folder / REPLIES, [])  # they are in the conversations now
    steps = ", ".join(
        f"{sum(line['step'] == step for line in todo)} {step}" for step in ("draft", "verdicts", "repairs")
    )
    print(f"{len(answers)} of {len(done)} conversations are complete, {stale} are stale; waiting: {steps}.")
    if todo:
        print(f"Reply to {folder / TODO} in {folder / REPLIES}, then run this again.")


def read_questions(path: Path) -> list[dict[str, Any]]:
    """Read questions with their ids; one without is called by its number."""
    text = path.read_text(encoding="utf-8")
    lines = [json.loads(line) for line in text.splitlines() if line.strip()] if path.suffix == ".jsonl" else None
    found = lines if lines is not None else yaml.safe_load(text)
    listed = found if isinstance(found, list) else found["questions"]
    return [{"id": str(number), **each} for number, each in enumerate(listed, 1)]


def _dump_prompt(conversation_id: str, question: str, prompt: Prompt) -> dict[str, Any]:
    return {
        "id": conversation_id,
        "step": prompt.step,
        "question": question,
        "fingerprint": prompt.fingerprint,
        "claims": {str(number): text for number, text in prompt.claims.items()},
        "messages": [{"role": role, "text": text} for role, text in prompt.messages],
    }


def _load_prompt(line: Mapping[str, Any]) -> Prompt:
    claims = {int(number): text for number, text in line["claims"].items()}
    return Prompt(line["step"], line["fingerprint"], claims, ())


def _read_lines(path: Path) -> list[dict[str, Any]]:
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return [json.loads(line) for line in lines if line.strip()]


def _write(path: Path, lines: Sequence[str]) -> None:
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


if __name__ == "__main__":
    main()
