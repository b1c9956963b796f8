"""Text to vectors: passages and their sentences in bulk, questions in milliseconds.

The only importer of sentence-transformers, torch and onnxruntime. Splitting texts and storing vectors is others' task.

    protocol            what the other rooms know of an encoder
    sentence_encoder    the encoder: finds, loads and exports when first needed
    weights             a model's name -> its folder, checked; its fingerprint
    bulk                passages -> vectors, with sentence-transformers
    export              the model -> an ONNX graph beside its tokenizer, once, checked against torch
    cross               two texts together -> a score, with a cross-encoder
    exported            a question -> its vector or its tokens', with onnxruntime and no torch
"""

from retrieval.encoder.protocol import EncodedPassage, Encoder, TokenVectors
from retrieval.encoder.sentence_encoder import Precision, SentenceEncoder
from retrieval.encoder.weights import DEFAULT_MODEL

__all__ = ["DEFAULT_MODEL", "EncodedPassage", "Encoder", "Precision", "SentenceEncoder", "TokenVectors"]
