package stream

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"roadtwin/vehicles/traffic"
)

// The codes of errors sent to a client.
const (
	BadMessage = "bad_message" // not JSON, no known type, or a field is wrong
	BadToken   = "bad_token"   // control without the right token
	BadAction  = "bad_action"  // control asks for an action that does not exist
	BadValue   = "bad_value"   // control with a value that makes no sense
	Ended      = "ended"       // play after the end of the period
	Rejected   = "rejected"    // the simulation refused
	// NotRecorded is the answer to a look back when there is nothing to look at.
	NotRecorded = "not_recorded"
)

// Error is an answer to a client's message that could not be done.
type Error struct {
	Code    string // one of the codes above
	Message string
}

// Error returns the message.
func (e *Error) Error() string { return e.Message }

// Errorf returns an Error of that code.
func Errorf(code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// request is any message of a client; which fields count depends on Type.
type request struct {
	Type     string          `json:"type"`
	ID       *float64        `json:"id"`
	Zoom     *float64        `json:"zoom"`
	BBox     []float64       `json:"bbox"`
	Tiles    [][]float64     `json:"tiles"`
	Seq      *uint32         `json:"seq"`
	Vehicle  *uint32         `json:"vehicle"`
	Time     *float64        `json:"time"`
	Edge     *int32          `json:"edge"`
	Junction *int32          `json:"junction"`
	Token    string          `json:"token"`
	Action   string          `json:"action"`
	Value    json.RawMessage `json:"value"`
}

func parseRequest(msg []byte) (r request, err error) {
	if err := json.Unmarshal(msg, &r); err != nil {
		return r, Errorf(BadMessage, "message is not as expected: %v", err)
	}
	return r, nil
}

// view returns the view that r, of type "view", asks for.
func (r *request) view() (View, error) {
	if r.Zoom == nil {
		return View{}, Errorf(BadMessage, "view: zoom is missing")
	}
	var v View
	var err error
	switch {
	case r.Tiles != nil:
		list := make([][2]float64, len(r.Tiles))
		for i, xy := range r.Tiles {
			if len(xy) != 2 {
				return View{}, Errorf(BadMessage, "view: tile %d has %d numbers, want [x, y]", i, len(xy))
			}
			list[i] = [2]float64(xy)
		}
		v, err = viewOfTiles(*r.Zoom, list)
	case r.BBox != nil:
		v, err = viewOfBox(*r.Zoom, r.BBox)
	default:
		return View{}, Errorf(BadMessage, "view: bbox or tiles is missing")
	}
	if err != nil {
		return View{}, Errorf(BadMessage, "view: %v", err)
	}
	return v, nil
}

// selection is the vehicle whose details a client wants.
type selection struct {
	vehicle traffic.VehicleID
	ok      bool
}

func (r *request) selection() selection {
	if r.Vehicle == nil {
		return selection{}
	}
	return selection{traffic.VehicleID(*r.Vehicle), true}
}

// place returns the place that r, of type "inspect", asks about; NoPlace if about none.
func (r *request) place() (Place, error) {
	switch {
	case r.Edge != nil && r.Junction != nil:
		return NoPlace, Errorf(BadMessage, "inspect: want an edge or a junction, not both")
	case r.Edge != nil:
		return Place{EdgePlace, *r.Edge}, nil
	case r.Junction != nil:
		return Place{JunctionPlace, *r.Junction}, nil
	}
	return NoPlace, nil
}

// answer is the reply to one request.
type answer struct {
	Type    string   `json:"type"` // done or error
	ID      *float64 `json:"id,omitempty"`
	Re      string   `json:"re,omitempty"`
	Action  string   `json:"action,omitempty"`
	Code    string   `json:"code,omitempty"`
	Message string   `json:"message,omitempty"`
}

func (r *request) done() []byte {
	return mustJSON(answer{Type: "done", ID: r.ID, Action: r.Action})
}

// maxEcho bounds what an answer repeats of a client's own words.
const maxEcho = 40

func (r *request) failed(err error) []byte {
	a := answer{Type: "error", ID: r.ID, Re: r.Type[:min(len(r.Type), maxEcho)], Code: Rejected, Message: err.Error()}
	var known *Error
	if errors.As(err, &known) {
		a.Code = known.Code
	}
	return mustJSON(a)
}

// mustJSON encodes a value of this package's own types, which cannot fail.
func mustJSON(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic(fmt.Sprintf("stream: encode %T: %v", v, err))
	}
	return bytes.TrimRight(b.Bytes(), "\n")
}
