"""`python -m worker`."""

import logging
import os
import sys

from worker.main import main

if __name__ == "__main__":
    exit_code = main()
    logging.shutdown()
    sys.stderr.flush()
    # Temporal's threads outlive the event loop and may call into an interpreter that is being taken down:
    # "Fatal Python error: PyGILState_Release", and an exit code that says failure after a clean stop.
    os._exit(exit_code)
