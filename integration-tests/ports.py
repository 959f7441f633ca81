"""TCP ports for one system under test."""

import random
import socket

SERVICES = ["gateway", "auth", "patient", "billing", "analytics"]


class Ports:
    """A block of free ports, below the range of outgoing connections.

    The object listens on the last port of its block, so that no other test run takes this block.
    """

    SIZE = 12

    def __init__(self):
        blocks = list(range(11_000, 32_000, self.SIZE))
        random.shuffle(blocks)
        for first in blocks:
            self._guard = self._take(first)
            if self._guard:
                break
        else:
            raise RuntimeError("no free block of ports")
        self.http = {service: first + i for i, service in enumerate(SERVICES)}
        self.management = {service: first + 5 + i for i, service in enumerate(SERVICES)}
        self.grpc = first + 10

    def release(self):
        self._guard.close()

    def _take(self, first):
        guard = None
        for port in range(first + self.SIZE - 1, first - 1, -1):
            listener = socket.socket()
            try:
                listener.bind(("127.0.0.1", port))
                listener.listen()
            except OSError:
                listener.close()
                if guard:
                    guard.close()
                return None
            if guard:
                listener.close()
            else:
                guard = listener
        return guard
