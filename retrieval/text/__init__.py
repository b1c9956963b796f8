"""Text as such. Knows no models, files or stores; each module is imported by itself, since most callers need one.

english           every list of English words
dates             `format_day`, `parse_date`, `parse_since`, `parse_until`
publication_dates `precedes`, `get_last_day`: days, and months or years of which no day is known
date_phrases      `find_date_phrases`, `find_event_phrases`: the words for times in a question, and what they mean
courtesies        `classify_courtesy`, `is_courtesy`: thanks and greetings, as opposed to questions
politeness        `strip_courtesies`: a question without the politeness around it
question_frames   `strip_frame`: "I was wondering who the chief is" -> "who is the chief?"
late_patterns     `compile_later`: regular expressions that are compiled at their first use
keywords          `find_topic_words`: names and topic words, with their weights
layout            `find_blocks`, `find_tables`, `is_heading`: headings, list items, tables, code
passages          `split_article`, `split_sentences`, `split_prose`, `format_header`
text_versions     `are_versions`, `say_different_things`: copies, as opposed to versions of a text
sanitizing        `sanitize_for_model`, `sanitize_model_output`, `strip_invisible`
prompt_injection  `is_prompt_injection`: sentences that give orders to a model
"""
