"""Drive vehicles of a Roadtwin simulation from Python.

One file without dependencies: Python 3.9 and its own library. Where gymnasium is installed, Env is a gymnasium.Env; where numpy is,
observations can be had as arrays (Observation.vector, VectorEnv).

    with Client("ws://localhost:8090/drive") as c:
        o = c.reset(warmup_s=300, horizon_s=60)
        while not o.terminated and not o.truncated:
            o, = c.step([(o.world, targets(speed=8.0))], ticks=1)

The frames are described in PROTOCOL.md of Roadtwin's package webui/drive.
"""

import base64
import hashlib
import json
import math
import os
import socket
import struct
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

try:
    import gymnasium
    _Env = gymnasium.Env
except ImportError:
    gymnasium, _Env = None, object
try:
    import numpy
except ImportError:
    numpy = None

PROTOCOL = 1
HELLO, RESET, STEP, SNAPSHOT, FORK, RESTORE, CLOSE, FORGET = range(1, 9)
REPLY, ERROR = 0x80, 0xFF
NOBODY = 0xFFFFFFFF
CODES = {1: "bad frame", 2: "bad value", 3: "not found", 4: "too many", 5: "failed", 6: "cancelled"}
COLLISIONS = ("none", "rear_end", "side_swipe", "crossing", "head_on")

TERMINATED, TRUNCATED, CRASHED, LEFT_ROAD, HIT_PERSON, ARRIVED, RAN_RED, PRESENT = (1 << i for i in range(8))


class DriveError(Exception):
    """The server did not grant a request."""

    def __init__(self, code, text):
        super().__init__(f"{CODES.get(code, code)}: {text}")
        self.code, self.text = code, text


class Disconnected(ConnectionError):
    """The connection is lost, and with it the client's worlds."""


def human():
    """The driver that the simulation has for the vehicle."""
    return struct.pack("<BbH2f", 0, -1, 0, 0.0, 0.0)


def pedals(accel, curvature):
    """Acceleration in m/s2 (negative: brake) and the curvature in 1/m for which the wheels are set (positive: left), through the tyres."""
    return struct.pack("<BbH2f", 1, -1, 0, accel, curvature)


def targets(speed, lane=-1):
    """A speed in m/s and a lane from the kerb (-1: the one it is on)."""
    return struct.pack("<BbH2f", 2, lane, 0, speed, 0.0)


class WebSocket:
    """A client's end of a WebSocket (RFC 6455) for whole binary messages."""

    def __init__(self, url, token=None, timeout=60.0):
        u = urlsplit(url)
        if u.scheme != "ws":
            raise ValueError(f"{url}: want ws://host:port/drive")
        query = dict(parse_qsl(u.query))
        if token:
            query["token"] = token
        path = quote(u.path or "/drive") + ("?" + urlencode(query) if query else "")
        self.sock = socket.create_connection((u.hostname, u.port or 80), timeout)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.rest = b""
        key = base64.b64encode(os.urandom(16)).decode()
        self.sock.sendall((f"GET {path} HTTP/1.1\r\nHost: {u.netloc}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                           f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n").encode())
        head = b""
        while b"\r\n\r\n" not in head:
            if len(head) > 65536:
                raise Disconnected("no answer to the handshake")
            head += self._some()
        head, self.rest = head.split(b"\r\n\r\n", 1)
        lines = head.decode("latin-1").split("\r\n")
        status = lines[0].split(" ", 2)
        if len(status) < 2 or status[1] != "101":
            raise Disconnected(f"{url}: {lines[0]}" + (": token missing or wrong" if "401" in lines[0] else ""))
        want = base64.b64encode(hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()).decode()
        headers = {k.strip().lower(): v.strip() for k, _, v in (line.partition(":") for line in lines[1:])}
        if headers.get("sec-websocket-accept") != want:
            raise Disconnected(f"{url}: not a WebSocket")

    def _some(self):
        try:
            b = self.sock.recv(1 << 16)
        except OSError as e:
            raise Disconnected(str(e)) from e
        if not b:
            raise Disconnected("the server has closed the connection")
        return b

    def _take(self, n):
        parts, have = [self.rest], len(self.rest)
        while have < n:
            parts.append(self._some())
            have += len(parts[-1])
        b = b"".join(parts)
        self.rest = b[n:]
        return b[:n]

    def _frame(self, op, payload):
        n = len(payload)
        head = bytes([0x80 | op])
        if n < 126:
            head += bytes([0x80 | n])
        elif n < 65536:
            head += bytes([0x80 | 126]) + n.to_bytes(2, "big")
        else:
            head += bytes([0x80 | 127]) + n.to_bytes(8, "big")
        mask = os.urandom(4)
        pad = (mask * (n // 4 + 1))[:n]
        masked = (int.from_bytes(payload, "little") ^ int.from_bytes(pad, "little")).to_bytes(n, "little")
        try:
            self.sock.sendall(head + mask + masked)
        except OSError as e:
            raise Disconnected(str(e)) from e

    def send(self, payload):
        """Sends a binary message."""
        self._frame(2, payload)

    def receive(self):
        """Returns the next message, and answers pings meanwhile."""
        parts = []
        while True:
            b0, b1 = self._take(2)
            n = b1 & 127
            if n == 126:
                n = int.from_bytes(self._take(2), "big")
            elif n == 127:
                n = int.from_bytes(self._take(8), "big")
            if n > 1 << 28:
                raise Disconnected(f"a message of {n} bytes")
            payload, op = self._take(n), b0 & 15
            if op == 8:
                raise Disconnected("the server has closed the connection")
            if op == 9:
                self._frame(10, payload)
            elif op in (0, 1, 2):
                parts.append(payload)
                if b0 & 128:
                    return b"".join(parts)

    def close(self):
        try:
            self._frame(8, (1000).to_bytes(2, "big"))
        except ConnectionError:
            pass
        self.sock.close()


_HEADER = struct.Struct("<IIQ4dfIff" "8fIfi4B4f" "I6fBBHIff20x")
_NEIGHBOUR = struct.Struct("<I4B9fI")
_POINT = struct.Struct("<6fIf")
_SIGNAL = struct.Struct("<if4BI")
assert (_HEADER.size, _NEIGHBOUR.size, _POINT.size, _SIGNAL.size) == (192, 48, 32, 16)

_FIELDS = ("world", "flags", "hash", "time", "log_weight", "x", "y", "heading", "ego", "distance", "step_time",
           "v", "a", "lateral", "turned", "yaw", "sideways", "length", "width", "track", "s", "edge", "lane", "lanes", "class_", "limit",
           "speed_limit", "grip", "most_brake", "most_go",
           "leader", "gap", "leader_speed", "ttc", "drac", "min_ttc", "max_drac", "collision", "striking", "_", "other", "closing_speed", "delta_v")


class Observation:
    """What an ego sees. Fields are those of PROTOCOL.md; units are SI, angles rad, positive to the left."""

    __slots__ = _FIELDS + ("_layout", "_raw")

    def __init__(self, layout, raw):
        for name, value in zip(_FIELDS, _HEADER.unpack_from(raw)):
            setattr(self, name, value)
        self._layout, self._raw = layout, raw

    terminated = property(lambda self: bool(self.flags & TERMINATED))
    truncated = property(lambda self: bool(self.flags & TRUNCATED))

    @property
    def outcome(self):
        """How the drive has ended, or "" while it goes on."""
        if self.flags & CRASHED:
            return COLLISIONS[self.collision] + ("" if self.striking else "_struck")
        for flag, name in ((HIT_PERSON, "hit_person"), (LEFT_ROAD, "left_road"), (ARRIVED, "arrived"), (TERMINATED, "removed"), (TRUNCATED, "time_over")):
            if self.flags & flag:
                return name
        return ""

    @property
    def neighbours(self):
        """(id, class, flags, same_track, _, x, y, turned, v, a, lateral, length, width, ttc, track) of the nearest vehicles."""
        n, at = self._layout["neighbours"], _HEADER.size
        rows = (_NEIGHBOUR.unpack_from(self._raw, at + i * _NEIGHBOUR.size) for i in range(n))
        return [r for r in rows if r[0] != NOBODY]

    @property
    def way(self):
        """(x, y, turned, speed_limit, width, grip, track, distance) of points on the way ahead."""
        at = _HEADER.size + self._layout["neighbours"] * _NEIGHBOUR.size
        rows = (_POINT.unpack_from(self._raw, at + i * _POINT.size) for i in range(self._layout["lane_points"]))
        return [r for r in rows if r[4] > 0]

    @property
    def signals(self):
        """(group, distance, aspect, control, turn, _, track) of the next signals and signs."""
        at = _HEADER.size + self._layout["neighbours"] * _NEIGHBOUR.size + self._layout["lane_points"] * _POINT.size
        rows = (_SIGNAL.unpack_from(self._raw, at + i * _SIGNAL.size) for i in range(self._layout["signals"]))
        return [r for r in rows if r[6] != 0]

    def features(self):
        """A list of numbers of always the same length, for learning: times and gaps are cut at 1,000, what is not there is 0."""
        cut = lambda x: max(-1000.0, min(1000.0, x)) if math.isfinite(x) else 1000.0  # noqa: E731
        f = [self.v, self.a, self.lateral, self.turned, self.yaw, self.sideways, float(self.lane), float(self.lanes), self.speed_limit, self.grip,
             self.most_brake, self.most_go, cut(self.gap), self.leader_speed, cut(self.ttc), cut(self.drac)]
        rows = self.neighbours
        for i in range(self._layout["neighbours"]):
            f += [1.0, *map(cut, rows[i][5:14])] if i < len(rows) else [0.0] * 10
        rows = self.way
        for i in range(self._layout["lane_points"]):
            f += [1.0, *rows[i][:6]] if i < len(rows) else [0.0] * 7
        rows = self.signals
        for i in range(self._layout["signals"]):
            f += [1.0, rows[i][1], *(1.0 if rows[i][2] == k else 0.0 for k in range(6))] if i < len(rows) else [0.0] * 8
        return f

    def vector(self):
        """features() as a float32 array."""
        return numpy.array(self.features(), dtype=numpy.float32)


def features_size(layout):
    """The length of Observation.features."""
    return 16 + 10 * layout["neighbours"] + 7 * layout["lane_points"] + 8 * layout["signals"]


class Client:
    """A connection to "roadtwin drive". Its worlds are its own, and are gone when it is."""

    def __init__(self, url="ws://localhost:8090/drive", token=None, timeout=60.0, **layout):
        self.ws = WebSocket(url, token, timeout)
        self.request = 0
        self.info = json.loads(self._ask(HELLO, json.dumps(layout).encode() if layout else b""))
        self.layout = self.info["layout"]
        self.size = self.info["observation_size"]

    def _ask(self, op, body=b""):
        self.request = self.request % 0xFFFFFFFF + 1
        self.ws.send(struct.pack("<BBHI", PROTOCOL, op, 0, self.request) + body)
        answer = self.ws.receive()
        if len(answer) < 8:
            raise Disconnected(f"an answer of {len(answer)} bytes")
        version, got, _, request = struct.unpack_from("<BBHI", answer)
        if got == ERROR and len(answer) >= 10:
            raise DriveError(struct.unpack_from("<H", answer, 8)[0], answer[10:].decode("utf-8", "replace"))
        if version != PROTOCOL or got != op | REPLY or request != self.request:
            raise Disconnected(f"answer {version}, {got}, {request} to {PROTOCOL}, {op}, {self.request}")
        return answer[8:]

    def _observe(self, op, body):
        return Observation(self.layout, self._ask(op, body))

    def reset(self, **scene):
        """Sets up a world: scenario, seed, warmup_s, vehicle, class, pick, horizon_s, log_weight, no_hash; world: in its place."""
        return self._observe(RESET, json.dumps(scene).encode())

    def step(self, drives, ticks=1):
        """Drives pairs of a world and an action for so many ticks, and returns what they see."""
        body = struct.pack("<II", ticks, len(drives)) + b"".join(struct.pack("<I", w) + a for w, a in drives)
        b = self._ask(STEP, body)
        return [Observation(self.layout, b[4 + i * self.size:4 + (i + 1) * self.size]) for i in range(len(drives))]

    def snapshot(self, world):
        """Keeps the state of a world, and returns the number of the snapshot."""
        return struct.unpack("<I", self._ask(SNAPSHOT, struct.pack("<I", world)))[0]

    def fork(self, snapshot):
        """Makes another world of a snapshot."""
        return self._observe(FORK, struct.pack("<I", snapshot))

    def restore(self, world, snapshot):
        """Sets a world back."""
        return self._observe(RESTORE, struct.pack("<II", world, snapshot))

    def close_world(self, world):
        self._ask(CLOSE, struct.pack("<I", world))

    def forget(self, snapshot):
        self._ask(FORGET, struct.pack("<I", snapshot))

    def close(self):
        self.ws.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def progress(before, now):
    """The reward if no other is given: metres driven, less 100 for a collision, a person hit or the road left, less 10 for a red light."""
    reward = now.distance - before.distance
    if now.flags & (CRASHED | HIT_PERSON | LEFT_ROAD):
        reward -= 100.0
    if now.flags & RAN_RED and not before.flags & RAN_RED:
        reward -= 10.0
    return reward


def _action(mode, a):
    """The action of two numbers: of "pedals" acceleration and curvature, of "targets" speed and lane (rounded)."""
    if mode == "pedals":
        return pedals(float(a[0]), float(a[1]))
    return targets(max(0.0, float(a[0])), int(round(float(a[1]))))


class VectorEnv:
    """n worlds of a server, stepped together. Actions are n pairs of numbers; what ends begins anew at the next step (Gymnasium's "next step"
    autoreset): that step's reward is 0. reset returns (observations, infos), step the five of Gymnasium, as lists or, with numpy, arrays."""

    metadata = {"autoreset_mode": "next_step"}

    def __init__(self, n, url="ws://localhost:8090/drive", token=None, mode="targets", ticks=1, reward=progress, layout=None, **scene):
        if mode not in ("targets", "pedals"):
            raise ValueError(f"mode {mode!r}, want targets or pedals")
        self.client = Client(url, token, **(layout or {}))
        self.num_envs, self.mode, self.ticks, self.reward, self.scene = n, mode, ticks, reward, scene
        self.picks = scene.get("pick", 0)
        self.seen = [None] * n
        self.size = features_size(self.client.layout)

    def _begin(self, i):
        scene = dict(self.scene, pick=self.picks)
        self.picks += 1
        if self.seen[i] is not None:
            scene["world"] = self.seen[i].world
        self.seen[i] = self.client.reset(**scene)

    def _batch(self, rows, kind):
        return rows if numpy is None else numpy.array(rows, dtype=kind)

    def _observations(self):
        return self._batch([o.features() for o in self.seen], "float32")

    def reset(self, *, seed=None, options=None):
        if seed is not None:
            self.scene["seed"] = int(seed)
            self.picks = self.scene.get("pick", 0)
        self.scene.update(options or {})
        for i in range(self.num_envs):
            self._begin(i)
        return self._observations(), [{"observation": o} for o in self.seen]

    def step(self, actions):
        over = [i for i, o in enumerate(self.seen) if o.terminated or o.truncated]
        going = [i for i in range(self.num_envs) if i not in over]
        rewards = [0.0] * self.num_envs
        if going:
            now = self.client.step([(self.seen[i].world, _action(self.mode, actions[i])) for i in going], self.ticks)
            for i, o in zip(going, now):
                rewards[i] = self.reward(self.seen[i], o)
                self.seen[i] = o
        for i in over:
            self._begin(i)
        infos = [{"observation": o, "outcome": o.outcome} for o in self.seen]
        return (self._observations(), self._batch(rewards, "float64"), self._batch([o.terminated for o in self.seen], "bool"),
                self._batch([o.truncated for o in self.seen], "bool"), infos)

    def close(self):
        self.client.close()


class Env(_Env):
    """One world, as a gymnasium.Env where that is installed."""

    metadata = {"render_modes": []}

    def __init__(self, url="ws://localhost:8090/drive", token=None, mode="targets", ticks=1, reward=progress, layout=None, **scene):
        self.many = VectorEnv(1, url, token, mode, ticks, reward, layout, **scene)
        self.render_mode = None
        if gymnasium is not None:
            box = gymnasium.spaces.Box
            self.observation_space = box(-numpy.inf, numpy.inf, (self.many.size,), numpy.float32)
            low, high = ((0.0, -1.0), (40.0, 7.0)) if mode == "targets" else ((-10.0, -0.2), (5.0, 0.2))
            self.action_space = box(numpy.array(low, numpy.float32), numpy.array(high, numpy.float32))

    @property
    def observation(self):
        """The last Observation."""
        return self.many.seen[0]

    def reset(self, *, seed=None, options=None):
        if gymnasium is not None:
            super().reset(seed=seed)
        observations, infos = self.many.reset(seed=seed, options=options)
        return observations[0], infos[0]

    def step(self, action):
        observations, rewards, terminated, truncated, infos = self.many.step([action])
        return observations[0], float(rewards[0]), bool(terminated[0]), bool(truncated[0]), infos[0]

    def close(self):
        self.many.close()
