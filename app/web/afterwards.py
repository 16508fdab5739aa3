"""What a request puts off until it has been answered."""

from collections.abc import Callable

from flask import Response, after_this_request

Task = Callable[[], None]


class Afterwards:
    """Tasks of one request, done by its own thread once the answer has been sent. They raise nothing."""

    def __init__(self) -> None:
        self._tasks: list[Task] = []

    def put_off(self, task: Task) -> None:
        """Have `task` done later."""
        if not self._tasks:
            after_this_request(self._attach)
        self._tasks.append(task)

    def catch_up(self) -> None:
        """Do what has been put off so far: the answer is out, or the request reads on, and is to find it."""
        while self._tasks:
            self._tasks.pop(0)()

    def _attach(self, response: Response) -> Response:
        response.call_on_close(self.catch_up)
        return response
