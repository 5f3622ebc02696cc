"""Waiting for what the server does by itself after a save."""

import time


def until(is_so, what, seconds=20):
    """Asks again and again whether it is so."""
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, f"After {seconds} s it is still not so: {what}"
        time.sleep(0.2)
