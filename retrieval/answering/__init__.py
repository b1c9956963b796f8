"""Answering with quotes: ranked passages -> sentences, their wording and citations, and the confidence in them.

    answer_kinds      an inquiry -> an Answer, by the answerer of its kind
    inquiry           what every answerer is given: a question as understood, and a snapshot to search
    listing           a question for several items -> an Answer
    enumerations      sentences -> the enumerations among them
    disagreement      the best sentence -> what other sources say against it
    compared_sides    a question that compares -> an Answer, quotes for each side
    joint_choice      what was ranked for the parts of a question and for it as a whole -> the best of each, and of all
    side_search       one side of a comparison -> the sentences that answer for it
    side_questions    a comparison and one of its sides -> the question that is asked of that side
    several_questions a message that asks several questions -> one Answer
    question_back     a question too vague to be searched for -> a question back
    small_answers     small talk -> an Answer
    extractive        a question for a fact -> an Answer, quotes or a refusal
    candidates        hits -> the sentences that can answer
    window_reading    candidates -> the same as the reader rates them
    extraction        hits -> the sentences that answer
    summary           a question for the gist of an article or a subject -> an Answer
    headlines         a question for what is new, or happened in a period -> an Answer
    timeline          a question for what happened when -> an Answer
    storyline         a subject -> the articles that tell of it
    article_reading   an article's sentences -> how well each answers, as the reader rates them
    named_article     a question that names one article -> that article
    question_reader   a question together with the encoder that reads texts with it
    key_sentences     an article -> the sentences that carry it
    dated_quotes      quotes of several articles -> lines with dates and titles
    rebuttals         which sentences must be quoted together: a claim and its denial, a correction to its end
    recency           the newest sentence that settles a question leads
    retractions       what another article takes back is not quoted
    quote_wording     sentences -> the text of an answer
    citations         `cite`, `check_citations`: quotes -> citations, and their proof
    confidence        `estimate_confidence`: signals -> the probability that the archive answers
    library_threshold the threshold that holds for a library: what is set, its own, or the default

Nothing here asks a chat model.
"""
