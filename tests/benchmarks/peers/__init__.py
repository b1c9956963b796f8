"""Clippings side by side with others: the same articles and questions, in the same run, each in processes of its own.

Each system is a module with the same two functions: `index(articles, folder)` reads `articles.jsonl` into a folder,
where it stays, and returns the number of passages; `search(folder)` opens that and returns a function of a question and
k to the ranked places `(article id, start, end)`, offsets into the article's text.

    systems -> child (processes) -> measuring -> scoring -> table
"""
