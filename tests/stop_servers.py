"""Stop the embedded test servers, unless another test run uses them: `python -m tests.stop_servers`."""

from deploy.embedded.background import stop
from tests.turns import TEST_HOME, nobody_runs_tests

if __name__ == "__main__" and nobody_runs_tests():
    stop(TEST_HOME)
