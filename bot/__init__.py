"""The front ends of Clippings: the command line, its settings and what it prints. Answers come from `retrieval`."""
