"""What the bot does by itself: it keeps followed feeds in step, and tells servers and people what is new.

feed_records      which feeds a server follows, and what was announced
news_desk         what commands and rounds share
feed_archives     the feeds of a library: found, listed, removed, brought in
fresh_pages       which of a feed's pages are announced, by address, text and words
announcements     articles as messages, each posted once
seen_articles     what the bot has looked at of each library
alert_records     standing questions, and what is to be told of them
standing_questions  what the articles say to an alert
alert_watch       tells it, once
digest_records    when and where digests are due
digests           posts them
correction_records  which quotes of answers were marked
corrections       marks answers whose quotes no longer stand
rounds            the loop that does all of this, one library after the other
"""
