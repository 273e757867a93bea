"""The circuit breaker, with a clock of our own."""

from search.breaker import Breaker


class Clock:
    time = 0.0

    def __call__(self):
        return self.time


def test_it_opens_waits_tries_once_and_closes():
    clock = Clock()
    breaker = Breaker(failures=2, first=5, longest=60, now=clock)
    breaker.failed()
    assert breaker.allows()
    breaker.failed()
    assert not breaker.allows()
    clock.time = 5
    assert breaker.allows()
    assert not breaker.allows()  # one tries, the others wait
    breaker.succeeded()
    assert breaker.allows()


def test_each_failed_try_doubles_the_pause():
    clock = Clock()
    breaker = Breaker(failures=1, first=5, longest=12, now=clock)
    breaker.failed()
    for pause in (10, 12, 12):
        clock.time += 20
        assert breaker.allows()
        breaker.failed()
        clock.time += pause - 0.1
        assert not breaker.allows()
        clock.time -= pause - 0.1
