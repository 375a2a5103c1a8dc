package stream

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"roadtwin/vehicles/traffic"
)

const (
	// maxMessage is the longest message a client may send, bytes: a view of maxTiles tiles fits.
	maxMessage = 32 << 10
	// maxUnacknowledged is how many frames may be under way to a client.
	maxUnacknowledged = 2
	// maxReplies is how many answers may wait for a client that asks but does not read.
	maxReplies = 64
	// messageRate and messageBurst bound the messages of a client, per second and at once.
	messageRate, messageBurst = 100, 200
)

// The texts of which only the newest matters, each with a slot in the client.
const (
	helloText = iota
	stateText
	kpiText
	weatherText
	pastText
	detailText
	placeText
	numTexts
)

// client is one connection: a reading goroutine, which acts on the client's messages, and a writing one, which takes
// what waits in the slots. Everyone else only fills slots.
type client struct {
	hub  *Hub
	conn *websocket.Conn
	wake chan struct{} // something waits in a slot
	done chan struct{} // closed when reading has ended

	mu        sync.Mutex // guards what follows; never held while reading or writing the connection
	texts     [numTexts][]byte
	replies   [][]byte
	hasView   bool
	view      View
	fresh     bool // the view has changed since the last frame
	slot      *Picture
	unacked   []uint32
	review    *float64 // looks at this time, s after midnight; nil for the present
	past      *Picture // of that time
	place     Place    // asked about
	selected  selection
	detail    int // version of the detail the client has, 0 for none
	waiting   int // version of the detail in its slot
	signals   uint64
	edgesSeq  uint32
	closing   bool
	closeCode int
	closeText string
}

func newClient(h *Hub, conn *websocket.Conn) *client {
	return &client{hub: h, conn: conn, wake: make(chan struct{}, 1), done: make(chan struct{})}
}

func (c *client) serve(ctx context.Context) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var writer sync.WaitGroup
	writer.Go(func() {
		defer c.conn.Close() // ends the reading too
		c.write()
	})
	c.read(ctx)
	close(c.done)
	writer.Wait()
}

// signal wakes the writer.
func (c *client) signal() {
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// offer puts pic into the slot in place of the one that may still wait there.
func (c *client) offer(pic *Picture) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.hasView || c.review != nil || (c.view.Edges && !c.fresh && c.edgesSeq == pic.edgesSeq) {
		return
	}
	c.put(pic)
}

// put fills the slot; c.mu is held.
func (c *client) put(pic *Picture) {
	if c.slot != nil {
		c.hub.skipped.Add(1)
	}
	c.slot = pic
	c.signal()
}

func (c *client) text(kind int, msg []byte) {
	c.mu.Lock()
	c.texts[kind] = msg
	c.mu.Unlock()
	c.signal()
}

func (c *client) offerDetail(byID map[traffic.VehicleID]*Detail) {
	c.mu.Lock()
	defer c.mu.Unlock()
	d := byID[c.selected.vehicle]
	if !c.selected.ok || d == nil {
		return
	}
	c.texts[detailText], c.waiting = d.Brief, d.Version
	if c.detail != d.Version || d.Gone {
		c.texts[detailText] = d.Full
	}
	if d.Gone {
		c.selected = selection{}
	}
	c.signal()
}

func (c *client) selection() selection {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.selected
}

func (c *client) viewing() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.hasView
}

// reply queues an answer; a client that does not take its answers is dropped.
func (c *client) reply(msg []byte) {
	c.mu.Lock()
	full := len(c.replies) >= maxReplies
	if !full {
		c.replies = append(c.replies, msg)
	}
	c.mu.Unlock()
	if full {
		c.flooded("answers are not read")
		return
	}
	c.signal()
}

func (c *client) flooded(why string) {
	c.mu.Lock()
	first := !c.closing
	c.mu.Unlock()
	if first {
		c.hub.dropFlood.Add(1)
	}
	c.close(websocket.ClosePolicyViolation, why)
}

// close asks the writer to say goodbye and end the connection.
func (c *client) close(code int, text string) {
	c.mu.Lock()
	if !c.closing {
		c.closing, c.closeCode, c.closeText = true, code, text
	}
	c.mu.Unlock()
	c.signal()
}

// read acts on messages until the connection ends.
func (c *client) read(ctx context.Context) {
	c.conn.SetReadLimit(maxMessage)
	alive := func(string) error { return c.conn.SetReadDeadline(time.Now().Add(c.hub.cfg.PongTimeout)) }
	c.conn.SetPongHandler(alive)
	if alive("") != nil {
		return
	}
	budget := newAllowance(time.Now())
	for {
		kind, msg, err := c.conn.ReadMessage()
		if err != nil {
			if timedOut(err) {
				c.hub.dropQuiet.Add(1)
			}
			return
		}
		if !budget.take(time.Now()) {
			c.flooded("too many messages")
			return
		}
		if kind != websocket.TextMessage {
			c.reply((&request{}).failed(Errorf(BadMessage, "binary messages come from the server only")))
			continue
		}
		c.handle(ctx, msg)
	}
}

// allowance is a token bucket of messages.
type allowance struct {
	left float64
	at   time.Time
}

func newAllowance(now time.Time) *allowance { return &allowance{left: messageBurst, at: now} }

func (a *allowance) take(now time.Time) bool {
	a.left = min(a.left+now.Sub(a.at).Seconds()*messageRate, messageBurst)
	a.at = now
	if a.left < 1 {
		return false
	}
	a.left--
	return true
}

// handle acts on one message.
func (c *client) handle(ctx context.Context, msg []byte) {
	r, err := parseRequest(msg)
	if err != nil {
		c.reply((&request{}).failed(err))
		return
	}
	switch r.Type {
	case "view":
		err = c.look(&r)
	case "ack":
		err = c.acknowledge(&r)
	case "select":
		c.choose(r.selection())
	case "inspect":
		err = c.inspect(&r)
	case "review":
		err = c.lookBack(r.Time, false)
	case "control":
		err = c.control(ctx, &r)
	default:
		err = Errorf(BadMessage, "type %.40q is not known: want view, ack, select, inspect, review or control", r.Type)
	}
	switch {
	case err != nil:
		c.reply(r.failed(err))
	case r.Type == "control" || r.ID != nil:
		c.reply(r.done())
	}
}

func (c *client) look(r *request) error {
	view, err := r.view()
	if err != nil {
		return err
	}
	c.mu.Lock()
	c.view, c.hasView, c.fresh = view, true, true
	back := c.review
	c.mu.Unlock()
	if back != nil {
		return c.lookBack(back, true)
	}
	c.hub.want()
	return nil
}

// lookBack shows the picture that was taken of a time, s after midnight, until another is asked for; nil goes back to the present.
// The picture that the client has already is sent again only if it is asked for anew.
func (c *client) lookBack(time *float64, anew bool) error {
	var pic *Picture
	if time != nil {
		if c.hub.cfg.Tape != nil {
			pic = c.hub.cfg.Tape.At(*time)
		}
		if pic == nil {
			return Errorf(NotRecorded, "nothing has been recorded yet that one could look back at")
		}
	}
	c.mu.Lock()
	same := pic != nil && pic == c.past && !anew
	c.review, c.past = time, pic
	switch {
	case same:
	case pic == nil:
		c.slot, c.fresh = nil, true // what waits is of the past
	case c.hasView:
		c.fresh = true
		c.put(pic)
	}
	c.mu.Unlock()
	if pic == nil {
		c.hub.want()
	}
	return nil
}

func (c *client) acknowledge(r *request) error {
	if r.Seq == nil {
		return Errorf(BadMessage, "ack: seq is missing")
	}
	c.mu.Lock()
	// Numbers wrap: those at or before Seq are at a distance of 0 or more as a signed number.
	c.unacked = slices.DeleteFunc(c.unacked, func(seq uint32) bool { return int32(*r.Seq-seq) >= 0 })
	c.mu.Unlock()
	c.signal()
	return nil
}

func (c *client) choose(s selection) {
	c.mu.Lock()
	c.selected, c.detail = s, 0
	c.texts[detailText] = nil
	c.mu.Unlock()
	if s.ok {
		c.hub.want()
	}
}

func (c *client) control(ctx context.Context, r *request) error {
	if !c.hub.tokenRight(r.Token) {
		return Errorf(BadToken, "the control token is wrong: open the address that roadtwin serve printed")
	}
	return c.hub.cfg.Control(ctx, r.Action, r.Value)
}
