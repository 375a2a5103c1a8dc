package drive

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/gorilla/websocket"

	"roadtwin/scenarios/ego"
)

// Client drives in worlds of a server. It is used from one goroutine; several may have a Client each. After an error that is not an *Error the
// connection is lost, and with it the client's worlds.
type Client struct {
	conn    *websocket.Conn
	request uint32
	frame   []byte
	info    Info
}

// mostAnswer is the longest answer, bytes: an observation of each world of the largest layout.
const mostAnswer = maxWorlds*(ego.HeaderSize+ego.MaxNeighbours*ego.NeighbourSize+ego.MaxLanes*ego.LaneSize+ego.MaxSignals*ego.SignalSize) + 1<<16

// Dial connects to a server, such as "ws://localhost:8090/drive", whose observations are to have layout l. token is "" where none is needed.
func Dial(ctx context.Context, address, token string, l ego.Layout) (*Client, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, fmt.Errorf("dialling %q: %w", address, err)
	}
	if token != "" {
		q := u.Query()
		q.Set("token", token)
		u.RawQuery = q.Encode()
	}
	conn, resp, err := websocket.DefaultDialer.DialContext(ctx, u.String(), nil) //nolint:bodyclose // gorilla: the caller need not close it
	switch {
	case err != nil && resp != nil && resp.StatusCode == http.StatusUnauthorized:
		return nil, fmt.Errorf("dialling %s: token missing or wrong", address)
	case err != nil:
		return nil, fmt.Errorf("dialling %s: %w", address, err)
	}
	conn.SetReadLimit(mostAnswer)
	c := &Client{conn: conn}
	text, err := json.Marshal(l)
	if err == nil {
		text, err = c.ask(Hello, text)
	}
	if err == nil {
		err = json.Unmarshal(text, &c.info)
	}
	if err == nil && c.info.Layout.Size() != c.info.ObservationSize {
		err = fmt.Errorf("dialling %s: observations of %d bytes, want %d: a server of another version", address, c.info.ObservationSize, c.info.Layout.Size())
	}
	if err != nil {
		conn.Close()
		return nil, err
	}
	return c, nil
}

// Info returns what the server says of itself.
func (c *Client) Info() Info { return c.info }

// Hangup ends the connection. The server frees all that the client had.
func (c *Client) Hangup() error {
	_ = c.conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(websocket.CloseNormalClosure, ""), time.Now().Add(time.Second))
	return c.conn.Close()
}

// ask sends a request and returns the body of the answer.
func (c *Client) ask(op Op, body []byte) ([]byte, error) {
	c.request++
	c.frame = append(header{op, c.request}.append(c.frame[:0]), body...)
	if err := c.conn.WriteMessage(websocket.BinaryMessage, c.frame); err != nil {
		return nil, fmt.Errorf("%v: %w", op, err)
	}
	_, answer, err := c.conn.ReadMessage()
	if err != nil {
		return nil, fmt.Errorf("%v: %w", op, err)
	}
	return parseAnswer(op, c.request, answer)
}

// parseAnswer returns the body of an answer to a request.
func parseAnswer(op Op, request uint32, answer []byte) ([]byte, error) {
	if len(answer) < headerSize || answer[0] != Protocol {
		return nil, fmt.Errorf("%v: an answer of %d bytes that is none", op, len(answer))
	}
	got, body := Op(answer[1]), answer[headerSize:]
	if n := binary.LittleEndian.Uint32(answer[4:]); n != request {
		return nil, fmt.Errorf("%v: answer to request %d, want %d", op, n, request)
	}
	switch {
	case got == opError && len(body) >= 2:
		return nil, &Error{Code(binary.LittleEndian.Uint16(body)), string(body[2:])}
	case got != op|opReply:
		return nil, fmt.Errorf("%v: answer is %v", op, got)
	}
	return body, nil
}

// Reset sets up a world and returns what its ego sees; its number is in the observation.
func (c *Client) Reset(s Scene) (ego.Observation, error) {
	text, err := json.Marshal(s)
	if err != nil {
		return ego.Observation{}, err
	}
	return c.observe(Reset, text)
}

func (c *Client) observe(op Op, body []byte) (ego.Observation, error) {
	b, err := c.ask(op, body)
	if err != nil {
		return ego.Observation{}, err
	}
	return c.info.Layout.Parse(b)
}

// Drive is what one world is to do in a step.
type Drive struct {
	World  uint32
	Action ego.Action
}

// Step drives for so many ticks and returns what the egos see, in the order of drives.
func (c *Client) Step(drives []Drive, ticks int) ([]ego.Observation, error) {
	body := binary.LittleEndian.AppendUint32(nil, uint32(ticks))
	body = binary.LittleEndian.AppendUint32(body, uint32(len(drives)))
	for i := range drives {
		body = binary.LittleEndian.AppendUint32(body, drives[i].World)
		body = drives[i].Action.Append(body)
	}
	b, err := c.ask(Step, body)
	if err != nil {
		return nil, err
	}
	size := c.info.Layout.Size()
	if len(b) != 4+len(drives)*size {
		return nil, fmt.Errorf("step of %d worlds: %d bytes, want %d", len(drives), len(b), 4+len(drives)*size)
	}
	all := make([]ego.Observation, len(drives))
	for i := range all {
		if all[i], err = c.info.Layout.Parse(b[4+i*size:][:size]); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// Snapshot keeps the state of a world on the server, under the number that it returns.
func (c *Client) Snapshot(world uint32) (uint32, error) {
	b, err := c.ask(Snapshot, binary.LittleEndian.AppendUint32(nil, world))
	if err != nil {
		return 0, err
	}
	if len(b) != 4 {
		return 0, fmt.Errorf("snapshot: %d bytes, want 4", len(b))
	}
	return binary.LittleEndian.Uint32(b), nil
}

// Fork makes another world of a snapshot.
func (c *Client) Fork(snapshot uint32) (ego.Observation, error) {
	return c.observe(Fork, binary.LittleEndian.AppendUint32(nil, snapshot))
}

// Restore sets a world back to a snapshot of it, or of one of the same scenario and seed.
func (c *Client) Restore(world, snapshot uint32) (ego.Observation, error) {
	return c.observe(Restore, binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint32(nil, world), snapshot))
}

// Close frees a world.
func (c *Client) Close(world uint32) error {
	_, err := c.ask(Close, binary.LittleEndian.AppendUint32(nil, world))
	return err
}

// Forget frees a snapshot.
func (c *Client) Forget(snapshot uint32) error {
	_, err := c.ask(Forget, binary.LittleEndian.AppendUint32(nil, snapshot))
	return err
}
