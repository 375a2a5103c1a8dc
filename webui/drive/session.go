package drive

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"sync"

	"roadtwin/scenarios/ego"
)

// What a client may have and ask for.
const (
	maxWorlds    = 256
	maxSnapshots = 256
	maxTicks     = 10000 // of a step
	// ticksAtOnce is how many are made before somebody looks whether the client is still there.
	ticksAtOnce = 50
)

// session is one client: its worlds and snapshots. Its requests are done one after the other.
type session struct {
	server    *Server
	layout    ego.Layout
	worlds    map[uint32]*ego.World
	snapshots map[uint32]*ego.Snapshot
	last      uint32 // the last number given to a world or a snapshot
	batch     []drive
}

// drive is a part of a step: what one world is to do.
type drive struct {
	id     uint32
	world  *ego.World
	action ego.Action
	seen   []byte // observation
	err    error
}

func newSession(s *Server) *session {
	return &session{server: s, layout: ego.DefaultLayout(), worlds: map[uint32]*ego.World{}, snapshots: map[uint32]*ego.Snapshot{}}
}

// close frees all that the client had.
func (c *session) close() {
	for id, w := range c.worlds {
		w.Close()
		delete(c.worlds, id)
		c.server.count(-1)
	}
	c.server.count(-len(c.snapshots))
	clear(c.snapshots)
}

// handle appends the answer to a frame to dst.
func (c *session) handle(ctx context.Context, frame, dst []byte) []byte {
	h, body, err := parseHeader(frame)
	start := len(dst)
	if err == nil {
		dst = header{h.op | opReply, h.request}.append(dst)
		dst, err = c.do(ctx, h.op, body, dst)
	}
	if err != nil {
		return appendError(dst[:start], h.request, asError(err, Failed))
	}
	return dst
}

// do appends the body of the answer to dst.
func (c *session) do(ctx context.Context, op Op, body, dst []byte) ([]byte, error) {
	switch op {
	case Hello:
		return c.hello(body, dst)
	case Reset:
		return c.reset(ctx, body, dst)
	case Step:
		return c.step(ctx, body, dst)
	case Snapshot:
		return c.snapshot(body, dst)
	case Fork:
		return c.fork(body, dst)
	case Restore:
		return c.restore(body, dst)
	case Close:
		return dst, c.closeWorld(body)
	case Forget:
		return dst, c.forget(body)
	}
	return dst, errorf(BadFrame, "%v, want 1 to %d", op, Forget)
}

// readJSON reads body, which may be empty, into x.
func readJSON(op Op, body []byte, x any) error {
	if len(body) == 0 {
		return nil
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(x); err != nil {
		return errorf(BadValue, "%v: %v", op, err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errorf(BadValue, "%v: more than one JSON value", op)
	}
	return nil
}

func (c *session) hello(body, dst []byte) ([]byte, error) {
	l := ego.DefaultLayout()
	if err := readJSON(Hello, body, &l); err != nil {
		return dst, err
	}
	if err := l.Check(); err != nil {
		return dst, errorf(BadValue, "hello: %v", err)
	}
	if len(c.worlds)+len(c.snapshots) > 0 && l != c.layout {
		return dst, errorf(BadValue, "hello: another layout while there are %d worlds and %d snapshots of this one", len(c.worlds), len(c.snapshots))
	}
	c.layout = l
	text, err := json.Marshal(c.server.info(l))
	return append(dst, text...), err
}

func (c *session) reset(ctx context.Context, body, dst []byte) ([]byte, error) {
	var s Scene
	if err := readJSON(Reset, body, &s); err != nil {
		return dst, err
	}
	o, err := s.options()
	if err != nil {
		return dst, err
	}
	var old *ego.World
	if s.World != nil {
		if old, err = c.world(*s.World); err != nil {
			return dst, err
		}
	} else if err = c.room(); err != nil {
		return dst, err
	}
	run, err := c.server.scenes.begin(ctx, &s)
	if err != nil {
		return dst, err
	}
	w, err := ego.New(run, c.layout, o)
	if err != nil {
		run.Close()
		if errors.Is(err, ego.ErrNobody) {
			return dst, asError(err, NotFound)
		}
		return dst, asError(err, BadValue)
	}
	if old != nil {
		old.Close()
		c.worlds[*s.World] = w
		return w.Append(dst, *s.World), nil
	}
	return w.Append(dst, c.add(w)), nil
}

// room returns an error if there is none for another world.
func (c *session) room() error {
	if len(c.worlds) >= maxWorlds {
		return errorf(TooMany, "%d worlds, the most that a client may have: close one", maxWorlds)
	}
	return c.server.room()
}

// add numbers a world.
func (c *session) add(w *ego.World) uint32 {
	c.last++
	c.worlds[c.last] = w
	c.server.count(1)
	return c.last
}

func (c *session) world(id uint32) (*ego.World, error) {
	if w := c.worlds[id]; w != nil {
		return w, nil
	}
	return nil, errorf(NotFound, "world %d", id)
}

func (c *session) snapshotOf(id uint32) (*ego.Snapshot, error) {
	if s := c.snapshots[id]; s != nil {
		return s, nil
	}
	return nil, errorf(NotFound, "snapshot %d", id)
}

// parseStep reads a batch. Nothing moves before all of it is known to make sense.
func (c *session) parseStep(body []byte) (ticks int, err error) {
	if len(body) < 8 {
		return 0, errorf(BadFrame, "step with %d bytes, want at least 8", len(body))
	}
	n, count := binary.LittleEndian.Uint32(body), binary.LittleEndian.Uint32(body[4:])
	switch rest := body[8:]; {
	case n > maxTicks:
		return 0, errorf(BadValue, "step of %d ticks, want at most %d", n, maxTicks)
	case count > maxWorlds || len(rest) != int(count)*driveSize:
		return 0, errorf(BadFrame, "step of %d worlds with %d bytes of actions, want %d each", count, len(rest), driveSize)
	}
	c.batch = c.batch[:0]
	seen := make(map[uint32]bool, count)
	for i := range int(count) {
		b := body[8+i*driveSize:]
		id := binary.LittleEndian.Uint32(b)
		w, err := c.world(id)
		if err != nil {
			return 0, err
		}
		if seen[id] {
			return 0, errorf(BadValue, "world %d twice in a step", id)
		}
		seen[id] = true
		a, err := ego.ParseAction(b[4:])
		if err != nil {
			return 0, errorf(BadValue, "world %d: %v", id, err)
		}
		c.batch = append(c.batch, drive{id: id, world: w, action: a})
	}
	return int(n), nil
}

func (c *session) step(ctx context.Context, body, dst []byte) ([]byte, error) {
	ticks, err := c.parseStep(body)
	if err != nil {
		return dst, err
	}
	if len(c.batch) == 1 {
		c.batch[0].run(ctx, ticks)
	} else {
		c.together(ctx, ticks)
	}
	for i := range c.batch {
		if err := c.batch[i].err; err != nil {
			return dst, err
		}
	}
	dst = binary.LittleEndian.AppendUint32(dst, uint32(len(c.batch)))
	for i := range c.batch {
		dst = append(dst, c.batch[i].seen...)
	}
	return dst, nil
}

// together makes the worlds of the batch go, as many at a time as there are processors for all clients.
func (c *session) together(ctx context.Context, ticks int) {
	var all sync.WaitGroup
	for i := range c.batch {
		c.server.turns <- struct{}{}
		all.Go(func() {
			defer func() { <-c.server.turns }()
			c.batch[i].run(ctx, ticks)
		})
	}
	all.Wait()
}

// run makes one world go.
func (d *drive) run(ctx context.Context, ticks int) {
	for ticks > 0 && d.err == nil && !d.world.Over() {
		if err := ctx.Err(); err != nil {
			d.err = errorf(Cancelled, "world %d: %v", d.id, err)
			return
		}
		n := min(ticks, ticksAtOnce)
		ticks -= n
		if err := d.world.Step(d.action, n); err != nil {
			d.err = errorf(Failed, "world %d: %v", d.id, err)
		}
	}
	d.seen = d.world.Append(nil, d.id)
}

func (c *session) snapshot(body, dst []byte) ([]byte, error) {
	id, err := ids(Snapshot, body, 1)
	if err != nil {
		return dst, err
	}
	w, err := c.world(id[0])
	if err != nil {
		return dst, err
	}
	if len(c.snapshots) >= maxSnapshots {
		return dst, errorf(TooMany, "%d snapshots, the most that a client may have: forget one", maxSnapshots)
	}
	if err := c.server.room(); err != nil {
		return dst, err
	}
	c.last++
	c.snapshots[c.last] = w.Snapshot()
	c.server.count(1)
	return binary.LittleEndian.AppendUint32(dst, c.last), nil
}

func (c *session) fork(body, dst []byte) ([]byte, error) {
	id, err := ids(Fork, body, 1)
	if err != nil {
		return dst, err
	}
	s, err := c.snapshotOf(id[0])
	if err != nil {
		return dst, err
	}
	if err := c.room(); err != nil {
		return dst, err
	}
	w, err := s.Fork()
	if err != nil {
		return dst, err
	}
	return w.Append(dst, c.add(w)), nil
}

func (c *session) restore(body, dst []byte) ([]byte, error) {
	id, err := ids(Restore, body, 2)
	if err != nil {
		return dst, err
	}
	w, err := c.world(id[0])
	if err != nil {
		return dst, err
	}
	s, err := c.snapshotOf(id[1])
	if err != nil {
		return dst, err
	}
	if err := w.Restore(s); err != nil {
		return dst, asError(err, BadValue)
	}
	return w.Append(dst, id[0]), nil
}

func (c *session) closeWorld(body []byte) error {
	id, err := ids(Close, body, 1)
	if err != nil {
		return err
	}
	w, err := c.world(id[0])
	if err != nil {
		return err
	}
	w.Close()
	delete(c.worlds, id[0])
	c.server.count(-1)
	return nil
}

func (c *session) forget(body []byte) error {
	id, err := ids(Forget, body, 1)
	if err == nil {
		_, err = c.snapshotOf(id[0])
	}
	if err != nil {
		return err
	}
	delete(c.snapshots, id[0])
	c.server.count(-1)
	return nil
}
