# SPDX-License-Identifier: Apache-2.0
"""The one place where a test waits: it asks again until the answer is there or a deadline has passed."""
import time

DEADLINE_SECONDS = 30
PAUSE_SECONDS = 0.02


def eventually(ask, *, what, deadline=DEADLINE_SECONDS):
    """Calls `ask` until it returns something true, and returns that.

    The deadline only ends a test that has failed already; nothing is right or wrong because of how long it took.
    """
    end = time.monotonic() + deadline
    while True:
        answer = ask()
        if answer:
            return answer
        if time.monotonic() > end:
            raise AssertionError(f"not within {deadline} s: {what}; last answer: {answer!r}")
        time.sleep(PAUSE_SECONDS)
