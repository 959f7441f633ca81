"""Waits for a condition, never for a fixed time."""

import time


def wait_until(condition, what, seconds=15):
    """Calls `condition` until it returns a true value, and returns that value."""
    deadline = time.monotonic() + seconds
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise AssertionError(f"timed out after {seconds} s: {what}")
        time.sleep(0.02)
