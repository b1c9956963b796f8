"""The front ends of Clippings. Answers come from `retrieval`.

`cli` is the command line, `discord` the Discord bot, `evaluation` measures answers, `testing` asserts them in tests.
`settings` is the only reader of the environment, `wiring` builds all objects, `render` lays out what people see.
"""
