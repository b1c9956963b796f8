"""Search: a question -> ranked passages, each with its evidence.

    query             `validate_question`; question -> Query: terms, weights, names, expected answer type
    ranking           `search`: dense, lexical and sentence evidence, fused into one score
    retriever         `ArticleRetriever`, the same search for LangChain

Finding the passages is the index's; reading an answer out of them is answering's.
"""
