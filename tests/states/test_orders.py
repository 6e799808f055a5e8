"""Whatever the order of arrival: one view, one set of effects in force, no key sent twice."""

import random
from collections import Counter
from datetime import timedelta

import pytest

from states.digest import DIGEST
from states.time.london import ONE_DAY
from states.view.sentence import law_view
from tests.states.orders import Stream, arrivals, batches, receipts, stream
from tests.states.stream import law
from tests.states.worlds import QUIET, World, message, plain, uncountered

STREAMS = 100
ORDERS = 5
GROUPS = 10


def _play(told: Stream, number: int) -> tuple[World, str]:
    rnd = random.Random(f"play {told.seed} {number}")  # noqa: S311 - a test repeats itself
    world = World(rnd)
    _, order = arrivals(told, number)
    cut = batches(order, rnd)
    for batch, now in zip(cut, receipts(told, cut, rnd), strict=True):
        world.step([message(act, now) for act in batch], now)
        if rnd.random() < 0.1:
            world.step([], min(told.known_at, now + timedelta(days=rnd.randrange(30))))
        if rnd.random() < 0.1:
            world.continue_as_new()
    end = told.known_at + QUIET
    decided = world.settle(end)
    # What the digest of this day lacks is in that of the next.
    world.settle(end + ONE_DAY)
    return world, plain(law_view(decided, law(), end))


def _check_the_world(world: World, told: Stream) -> None:
    decided = world.case.decide(law(), told.known_at + QUIET + ONE_DAY)
    standing = world.standing()
    single = {key: effect for key, effect in standing.items() if effect.template != DIGEST}
    desired = {**decided.effects, **decided.alerts}
    digested = {key for key in desired if key not in single}
    assert {key: desired[key] for key in desired if key not in digested} == single, told.seed
    assert digested == world.read(), told.seed
    assert frozenset(standing) == world.case.outbox.in_effect(), told.seed
    assert [] == uncountered(world.case.outbox), told.seed
    twice = [key for key, times in Counter(world.acknowledged).items() if times > 1]
    assert [] == twice, told.seed


@pytest.mark.parametrize("group", range(GROUPS))
def test_every_order_of_arrival_gives_one_view_and_one_set_of_standing_effects(group: int) -> None:
    """Batches, repeats, late and early receipt, lost answers and continue-as-new change nothing.

    The world holds in the end exactly what the fold desires, each under one key, acknowledged
    once; whatever was taken back has been compensated.
    """
    for seed in range(group, STREAMS, GROUPS):
        told = stream(seed)
        worlds = [_play(told, number) for number in range(ORDERS)]
        views = {view for _, view in worlds}
        assert 1 == len(views), seed
        for world, _ in worlds:
            _check_the_world(world, told)
