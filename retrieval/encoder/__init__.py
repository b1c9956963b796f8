"""Text to vectors: passages and their sentences in bulk, questions in milliseconds.

The only importer of sentence-transformers, torch and onnxruntime. Splitting and storing are left to others.

    protocol            what the rest of the project knows of an encoder
    sentence_encoder    the encoder: finds, loads and exports a model when it is first needed
    weights             a model's name -> its folder, verified, and its fingerprint
    model_languages     a model -> the languages that it is meant for
    torch_encoder       passages -> vectors, with sentence-transformers
    onnx_export         the model -> an ONNX graph beside its tokenizer, once, compared with torch
    onnx_encoder        a question -> its vector or its tokens' vectors, with onnxruntime and without torch
    sentence_reader     a question and sentences read together -> how well each answers
    cross_encoder       `Reranker`, `EntailmentScorer`: two texts together -> a score
    embeddings          `ArticleEmbeddings`: the encoder behind LangChain's interface; imports LangChain
"""

from retrieval.encoder.protocol import EncodedPassage, Encoder, TokenVectors, Window, WindowReading
from retrieval.encoder.sentence_encoder import Precision, SentenceEncoder
from retrieval.encoder.weights import DEFAULT_MODEL

__all__ = [
    "DEFAULT_MODEL",
    "EncodedPassage",
    "Encoder",
    "Precision",
    "SentenceEncoder",
    "TokenVectors",
    "Window",
    "WindowReading",
]
