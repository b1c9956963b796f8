"""Text to vectors: passages and their sentences in bulk, questions in milliseconds.

The only importer of sentence-transformers, torch, onnxruntime and OpenVINO. Splitting and storing are left to others.

    protocol            what the rest of the project knows of an encoder
    sentence_encoder    the encoder: chooses between the two kinds of models
    bundled_model       all-MiniLM-L6-v2, without torch
      bundled_weights   its files, found by their hashes, and its weights where they lie
      layers            its graph, run by onnxruntime or OpenVINO
      engine_choice     which of them is the faster here and agrees with torch, measured once
      reference_samples what they are compared on
      batch_encoder     passages -> vectors, in batches of similar length
    exported_model      any other sentence-transformers model
      weights           a model's name -> its folder and its fingerprint
      onnx_export       the model -> an ONNX graph beside its tokenizer, once, compared with torch
      torch_encoder     passages -> vectors, with sentence-transformers
    onnx_encoder        a question -> its vector or its tokens' vectors, with onnxruntime and without torch
    late_sentences      which tokens of a passage are a sentence's
    model_languages     a model -> the languages that it is meant for
    sentence_reader     a question and sentences read together -> how well each answers
    cross_encoder       `Reranker`, `EntailmentScorer`: two texts together -> a score
    embeddings          `ArticleEmbeddings`: the encoder behind LangChain's interface; imports LangChain
"""

from retrieval.encoder.engine_choice import Precision, Runtime
from retrieval.encoder.protocol import EncodedPassage, Encoder, TokenVectors, Window, WindowReading
from retrieval.encoder.sentence_encoder import SentenceEncoder
from retrieval.encoder.weights import DEFAULT_MODEL

__all__ = [
    "DEFAULT_MODEL",
    "EncodedPassage",
    "Encoder",
    "Precision",
    "Runtime",
    "SentenceEncoder",
    "TokenVectors",
    "Window",
    "WindowReading",
]
