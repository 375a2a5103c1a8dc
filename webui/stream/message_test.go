package stream

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
)

func TestViewsAreCutIntoTiles(t *testing.T) {
	for _, c := range []struct {
		name, msg string
		want      View
		err       string
	}{
		{"one tile", `{"zoom":14,"bbox":[-75.5466,39.7459,-75.5466,39.7459]}`, View{Tiles: []Tile{{4753, 6217}}}, ""},
		{"tiles sorted and once", `{"zoom":13,"tiles":[[2,1],[1,1],[2,1]]}`, View{Tiles: []Tile{{1, 1}, {2, 1}}}, ""},
		{"far out", `{"zoom":12.9,"bbox":[-75.6,39.7,-75.5,39.8]}`, View{Edges: true}, ""},
		{"too many tiles", `{"zoom":13,"bbox":[-80,30,-70,40]}`, View{Edges: true}, ""},
		{"beyond the poles", `{"zoom":14,"bbox":[-180,89,-180,90]}`, View{Tiles: []Tile{{0, 0}}}, ""},
		{"no zoom", `{"bbox":[0,0,1,1]}`, View{}, "zoom is missing"},
		{"no box", `{"zoom":3}`, View{}, "bbox or tiles is missing"},
		{"inside out", `{"zoom":14,"bbox":[1,0,0,1]}`, View{}, "west <= east"},
		{"three numbers", `{"zoom":14,"bbox":[1,0,0]}`, View{}, "want 4"},
		{"half a tile", `{"zoom":14,"tiles":[[0.5,1]]}`, View{}, "whole numbers"},
		{"tile of another zoom", `{"zoom":14,"tiles":[[16384,1]]}`, View{}, "whole numbers"},
		{"tile without y", `{"zoom":14,"tiles":[[1]]}`, View{}, "want [x, y]"},
	} {
		r, err := parseRequest([]byte(c.msg))
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		got, err := r.view()
		if c.err != "" {
			if err == nil || !strings.Contains(err.Error(), c.err) {
				t.Errorf("%s: error %v, want one with %q", c.name, err, c.err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if got.Edges != c.want.Edges || len(got.Tiles) != len(c.want.Tiles) {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
			continue
		}
		for i := range got.Tiles {
			if got.Tiles[i] != c.want.Tiles[i] {
				t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
			}
		}
	}
}

// FuzzClientMessages feeds bytes to a client: it must answer everything with at most one valid JSON message, and hold
// no view larger than allowed.
func FuzzClientMessages(f *testing.F) {
	for _, s := range []string{
		`{"type":"view","zoom":15.2,"bbox":[-75.6,39.7,-75.5,39.8]}`,
		`{"type":"view","zoom":15.2,"tiles":[[4753,6217],[4754,6217]],"id":3}`,
		`{"type":"ack","seq":12}`, `{"type":"ack","seq":-1}`,
		`{"type":"review","time":25300}`, `{"type":"review","time":-1e308}`, `{"type":"review","time":null}`,
		`{"type":"inspect","edge":3}`, `{"type":"inspect","junction":-2147483649}`, `{"type":"inspect","edge":1,"junction":2}`, `{"type":"inspect"}`,
		`{"type":"select","vehicle":null}`, `{"type":"select","vehicle":7}`,
		`{"type":"control","token":"t","action":"speed","value":1e999}`,
		`{"type":"control","token":"t","action":"pause","id":1}`,
		`[]`, `nul`, `{"type":"view","zoom":1e308,"bbox":[1e308,-1e308,1e308,1e308]}`, `{"type":"\ud800"}`,
	} {
		f.Add([]byte(s))
	}
	tape := NewTape(1 << 20)
	tape.Add(&Picture{Seq: 1, Time: 25200})
	hub := NewHub(Config{Token: "t", Tape: tape, Control: func(context.Context, string, json.RawMessage) error { return nil }})
	f.Fuzz(func(t *testing.T, msg []byte) {
		if len(msg) > maxMessage {
			return // the read limit has ended the connection
		}
		c := newClient(hub, nil)
		c.unacked = []uint32{4, 5}
		c.handle(t.Context(), msg)
		if len(c.replies) > 1 || len(c.view.Tiles) > maxTiles {
			t.Errorf("%q: %d answers, %d tiles", msg, len(c.replies), len(c.view.Tiles))
		}
		for _, r := range c.replies {
			if !json.Valid(r) || len(r) > 8*maxMessage {
				t.Errorf("%q: answer %q", msg, r)
			}
		}
	})
}

func TestControlNeedsTheToken(t *testing.T) {
	var asked []string
	hub := NewHub(Config{Token: "secret", Control: func(_ context.Context, action string, _ json.RawMessage) error {
		asked = append(asked, action)
		return nil
	}})
	for _, c := range []struct{ msg, want string }{
		{`{"type":"control","action":"pause","id":1}`, `{"type":"error","id":1,"re":"control","code":"bad_token",`},
		{`{"type":"control","action":"pause","id":2,"token":"secre"}`, `{"type":"error","id":2,"re":"control","code":"bad_token",`},
		{`{"type":"control","action":"play","id":3,"token":"secret"}`, `{"type":"done","id":3,"action":"play"}`},
	} {
		cl := newClient(hub, nil)
		cl.handle(t.Context(), []byte(c.msg))
		if len(cl.replies) != 1 || !strings.HasPrefix(string(cl.replies[0]), c.want) {
			t.Errorf("%s: answers %q, want %s", c.msg, cl.replies, c.want)
		}
	}
	if len(asked) != 1 || asked[0] != "play" {
		t.Errorf("controlled %v, want [play]", asked)
	}
	closed := NewHub(Config{})
	cl := newClient(closed, nil)
	cl.handle(t.Context(), []byte(`{"type":"control","action":"play","token":""}`))
	if len(cl.replies) != 1 || !strings.Contains(string(cl.replies[0]), BadToken) {
		t.Errorf("a hub without a token answers %q", cl.replies)
	}
}
