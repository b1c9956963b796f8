"""Conversation: a question and what was said before it -> what is asked, by rules alone.

    request             `parse_ask`, `parse_request`, `parse_history`: what a question may be given as -> an Ask
    context_dependence  `is_context_dependent`: whether a question depends on the conversation
    rewriting           `rewrite_question`: a context-dependent question -> a standalone one
    time_limits         `find_time_limits`: the dates that a question states -> limits of its search
    completion          `complete_question`: a follow-up -> as a person would say it alone
    noun_phrases        `find_noun_phrases`: a question -> the phrases that say what it is about
    small_talk          `choose_reply`: the short reply to what asks nothing of the articles
    question_parts      `split_questions`: a message that asks several -> the single questions
    subject             `find_subject`: a question -> what it is about
    sides               `find_sides`: a comparison -> the sides that it names
    whole_archive       `asks_to_sum_up_all`: an order to sum up all articles

Rewording by a chat model is generation's.
"""
