"""How the shipped reader of sentences was made: its data, its training, and its export to one file.

    examples    texts with questions and claims -> what the model sees
    model       all-MiniLM-L6-v2's layers with three heads
    train       epochs, in steps that can be resumed
    export      a checkpoint -> an ONNX file in 8 bit

    python -m tests.benchmarks.reader_training train checkpoint.pt --minutes 46
    python -m tests.benchmarks.reader_training export checkpoint.pt

docs/reader.md is the model's card.
"""
