"""Drives a rule-based ego through many scenes and tells how they end: how often, and by weight.

    roadtwin drive scenario.yaml &
    roadtwin drive --client python > roadtwin_drive.py
    python3 thousand.py --scenes 1000 --worlds 32 --warmup 300

The ego follows the vehicle ahead by the Intelligent Driver Model, stops at red, and gives way to nobody: what that costs is what the table
shows. Replace drive() by the driver under test.
"""

import argparse
import collections
import json
import math
import sys
import time

from roadtwin_drive import Client, RAN_RED, targets

GREEN, OFF, FLASHING = 3, 0, 5  # aspects


def drive(o, headway=1.2, accel=1.5, brake=2.5):
    """The speed to drive at, by the Intelligent Driver Model (Treiber, Hennecke, Helbing, Physical Review E 62, 2000)."""
    wish = max(1.0, o.speed_limit)
    for x, y, turned, limit, width, grip, track, distance in o.way:  # bends: no more than 2.5 m/s2 to the side
        if distance > 5 and abs(turned) > 0.2:
            wish = min(wish, math.sqrt(2.5 * distance / abs(turned)) + 0.2 * distance)
    gap, speed = o.gap, o.leader_speed
    for group, distance, aspect, control, turn, _, track in o.signals:
        stop = group >= 0 and aspect not in (GREEN, OFF, FLASHING)
        if stop and distance - 1.0 < gap and o.v * o.v / (2 * 4.0) < distance:
            gap, speed = distance - 1.0, 0.0
    a = accel * (1 - (o.v / wish) ** 4)
    if math.isfinite(gap):
        want = 2.0 + max(0.0, o.v * headway + o.v * (o.v - speed) / (2 * math.sqrt(accel * brake)))
        a -= accel * (want / max(gap, 0.1)) ** 2
    return targets(max(0.0, o.v + max(-9.0, min(accel, a))))  # the server's cruise control gets there within a second


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("--url", default="ws://localhost:8090/drive")
    p.add_argument("--token")
    p.add_argument("--scenes", type=int, default=1000)
    p.add_argument("--worlds", type=int, default=32, help="at a time")
    p.add_argument("--seeds", type=int, default=4, help="of the traffic; scenes of a seed differ in who the ego is")
    p.add_argument("--warmup", type=float, default=300.0, help="s")
    p.add_argument("--horizon", type=float, default=30.0, help="s")
    p.add_argument("--ticks", type=int, default=2, help="from one look to the next")
    p.add_argument("--json", action="store_true")
    args = p.parse_args()
    done, weights, red, steps, started = collections.Counter(), collections.Counter(), 0, 0, time.monotonic()
    with Client(args.url, args.token) as c:
        def begin(n, **more):
            return c.reset(warmup_s=args.warmup, horizon_s=args.horizon, seed=1 + n * args.seeds // args.scenes, pick=n, **more)
        going = [begin(n) for n in range(min(args.worlds, args.scenes))]
        next_scene = len(going)
        while going:
            seen, going = c.step([(o.world, drive(o)) for o in going], args.ticks), []
            steps += len(seen)
            for o in seen:
                if not o.outcome:
                    going.append(o)
                    continue
                done[o.outcome] += 1
                weights[o.outcome] += math.exp(o.log_weight)
                red += bool(o.flags & RAN_RED)
                if next_scene < args.scenes:
                    going.append(begin(next_scene, world=o.world))
                    next_scene += 1
                else:
                    c.close_world(o.world)
    seconds = time.monotonic() - started
    if args.json:
        json.dump({"scenes": sum(done.values()), "outcomes": done, "weights": weights, "ran_red": red, "steps": steps, "seconds": seconds}, sys.stdout)
        print()
        return
    total, weight = sum(done.values()), sum(weights.values())
    print(f"{total} scenes, {steps} steps in {seconds:.1f} s; {red} with a red light passed")
    print(f"{'outcome':24}{'scenes':>8}{'share':>9}{'by weight':>11}")
    for name, n in done.most_common():
        print(f"{name:24}{n:8}{n / total:9.1%}{weights[name] / weight:11.1%}")


if __name__ == "__main__":
    main()
