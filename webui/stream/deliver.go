package stream

import (
	"errors"
	"net"
	"time"

	"github.com/gorilla/websocket"
)

// parcel is what the writer has taken out of the slots to write.
type parcel struct {
	texts     [numTexts][]byte
	replies   [][]byte
	signals   []byte
	frame     []byte
	closeCode int // 0 unless it is time to go
	closeText string
}

// take empties the slots into a parcel; the frame is built in buf.
func (c *client) take(buf []byte) (p parcel) {
	c.mu.Lock()
	defer c.mu.Unlock()
	p.texts, c.texts = c.texts, [numTexts][]byte{}
	if p.texts[detailText] != nil {
		c.detail = c.waiting
	}
	p.replies, c.replies = c.replies, nil
	if c.closing {
		p.closeCode, p.closeText = c.closeCode, c.closeText
	}
	if c.slot == nil || len(c.unacked) >= maxUnacknowledged {
		return p
	}
	pic := c.slot
	c.slot = nil
	switch c.signals {
	case pic.signals:
	case pic.signals - 1:
		p.signals = pic.changes
	default:
		p.signals = pic.snapshot
	}
	if c.signals == 0 {
		p.signals = pic.snapshot
	}
	c.signals = pic.signals
	if c.view.Edges {
		p.frame = append(buf, pic.edges...)
		c.edgesSeq = pic.edgesSeq
		c.unacked = append(c.unacked, pic.edgesSeq)
	} else {
		p.frame = pic.AppendVehicles(buf, c.view.Tiles)
		c.unacked = append(c.unacked, pic.Seq)
	}
	c.fresh = false
	return p
}

// write sends what waits in the slots until the connection ends.
func (c *client) write() {
	ping := time.NewTicker(c.hub.cfg.PingEvery)
	defer ping.Stop()
	var buf []byte
	for {
		var err error
		select {
		case <-c.done:
			return
		case <-ping.C:
			err = c.conn.WriteControl(websocket.PingMessage, nil, time.Now().Add(c.hub.cfg.WriteTimeout))
		case <-c.wake:
			p := c.take(buf[:0])
			if p.frame != nil {
				buf = p.frame
			}
			err = c.deliver(&p)
		}
		if err != nil {
			c.failedWrite(err)
			return
		}
	}
}

// failedWrite counts the end of a connection on which writing took too long.
func (c *client) failedWrite(err error) {
	if timedOut(err) {
		c.hub.dropSlow.Add(1)
		c.hub.cfg.Logger.Warn("viewer dropped: it does not read", "remote", c.conn.RemoteAddr().String(), "error", err)
	}
}

func timedOut(err error) bool {
	var timeout net.Error
	return errors.As(err, &timeout) && timeout.Timeout()
}

// errGoodbye ends the writer after the closing message.
var errGoodbye = errors.New("connection closed by the server")

// deliver writes p in the order that PROTOCOL.md promises.
func (c *client) deliver(p *parcel) error {
	for _, msg := range p.texts {
		if err := c.send(websocket.TextMessage, msg); err != nil {
			return err
		}
	}
	for _, msg := range p.replies {
		if err := c.send(websocket.TextMessage, msg); err != nil {
			return err
		}
	}
	if err := c.send(websocket.BinaryMessage, p.signals); err != nil {
		return err
	}
	if p.frame != nil {
		if err := c.send(websocket.BinaryMessage, p.frame); err != nil {
			return err
		}
		c.hub.sent.Add(1)
	}
	if p.closeCode != 0 {
		msg := websocket.FormatCloseMessage(p.closeCode, p.closeText)
		if err := c.conn.WriteControl(websocket.CloseMessage, msg, time.Now().Add(c.hub.cfg.WriteTimeout)); err != nil {
			return err
		}
		return errGoodbye
	}
	return nil
}

// send writes one message, nothing if msg is nil.
func (c *client) send(kind int, msg []byte) error {
	if msg == nil {
		return nil
	}
	if err := c.conn.SetWriteDeadline(time.Now().Add(c.hub.cfg.WriteTimeout)); err != nil {
		return err
	}
	c.hub.bytes.Add(int64(len(msg)))
	return c.conn.WriteMessage(kind, msg)
}
