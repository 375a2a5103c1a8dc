"""Drives against a server whose address is given. Prints "all is well" if it is."""

import math
import random
import struct
import sys

import roadtwin_drive as rt

address = sys.argv[1]


def wild(rng):
    if rng.random() < 0.5:
        return rt.pedals(rng.uniform(-4, 3), rng.uniform(-0.01, 0.01))
    return rt.targets(rng.uniform(0, 12))


with rt.Client(address) as c:
    assert c.info["protocol"] == 1 and c.info["action_size"] == len(rt.human())
    o = c.reset(warmup_s=60, pick=3, log_weight=-2.5)
    assert o.log_weight == -2.5 and o.flags & rt.PRESENT and o.width > 1 and len(o.way) > 2, o.flags
    assert math.hypot(o.way[0][0], o.way[0][1]) <= abs(o.lateral) + 0.01
    assert len(o.features()) == rt.features_size(c.layout)
    actions = [wild(random.Random(i)) for i in range(200)]
    for a in actions[:50]:
        o, = c.step([(o.world, a)], ticks=2)
    snapshot = c.snapshot(o.world)

    def drive(world):
        return [c.step([(world, a)], ticks=2)[0].hash for a in actions[50:]]

    want = drive(o.world)
    fork = c.fork(snapshot)
    assert drive(fork.world) == want, "a fork goes another way"
    c.restore(o.world, snapshot)
    assert drive(o.world) == want, "a world set back goes another way"
    for op, body, code in ((rt.STEP, struct.pack("<II", 1, 9), 1), (rt.SNAPSHOT, struct.pack("<I", 4711), 3), (rt.RESET, b'{"warmup_s": -1}', 2)):
        try:
            c._ask(op, body)
        except rt.DriveError as e:
            assert e.code == code, e
        else:
            raise AssertionError("nonsense was taken")
    c.forget(snapshot)
    c.close_world(fork.world)

with rt.Client(address, neighbours=2, lane_points=0, lane_spacing=1, signals=0, sight=50) as c:
    assert c.size == 192 + 2 * 48
    assert c.reset(warmup_s=60).way == []

many = rt.VectorEnv(5, address, mode="targets", ticks=5, warmup_s=60, horizon_s=6)
observations, infos = many.reset(seed=2)
assert len(observations) == 5 and len(observations[0]) == many.size and len(infos) == 5
over = began = 0
for _ in range(40):
    ended = [o.terminated or o.truncated for o in many.seen]
    observations, rewards, terminated, truncated, infos = many.step([(8.0, -1)] * 5)
    over += sum(bool(x) for x in truncated) + sum(bool(x) for x in terminated)
    for i, was in enumerate(ended):
        if was:
            assert rewards[i] == 0 and infos[i]["observation"].distance == 0
            began += 1
assert over >= 5 and began >= 5, (over, began)
many.close()

one = rt.Env(address, ticks=2, warmup_s=60, horizon_s=5)
if rt.gymnasium is not None:
    assert isinstance(one, rt.gymnasium.Env)
    observation, info = one.reset(seed=1)
    assert one.observation_space.contains(observation)
observation, info = one.reset(seed=1)
assert len(observation) == one.many.size and isinstance(info, dict)
terminated = truncated = False
total = 0.0
while not (terminated or truncated):
    observation, reward, terminated, truncated, info = one.step((6.0, -1))
    assert isinstance(reward, float) and isinstance(terminated, bool) and isinstance(truncated, bool)
    total += reward
again, _ = one.reset(seed=1)
one.close()
print("gymnasium" if rt.gymnasium else "no gymnasium", "numpy" if rt.numpy else "no numpy", f"return {total:.1f}", info["outcome"])
print("all is well")
