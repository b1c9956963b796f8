"""The library on disk: catalog, lexical index and vectors, written by one process and read by many."""
