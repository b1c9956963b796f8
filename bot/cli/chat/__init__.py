"""Conversations: `session` is the loop, `dialogue` replies, `keyboard` reads lines, `transcript` saves them."""
