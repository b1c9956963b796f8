"""`python -m bot`: the same command line as `clippings`."""

from bot.cli.main import main

if __name__ == "__main__":
    main()
