"""`python -m bot`: the same command line as `clippings`."""

import sys
from pathlib import Path

if __name__ == "__main__":
    # A folder of sources that was never installed has these modules here; a wheel has them beside the packages.
    sys.path.append(str(Path(__file__).parent / "toplevel"))
    from clippings_command import main

    main()
