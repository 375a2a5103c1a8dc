package rare_test

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"roadtwin/network"
	"roadtwin/network/sample"
	"roadtwin/scenarios/rare"
)

// anEpisode has something in every part.
func anEpisode() *rare.Episode {
	ttc := 0.4
	return &rare.Episode{
		Scene: "curve", Case: 1<<63 + 5, Begin: 100, Step: 0.2, Samples: 3,
		Event: rare.Event{Kind: rare.Crash, Time: 100.4, Striking: 3, Struck: 4, Track: 7, S: 12.5, Position: network.Point{X: 1, Y: 2}, Place: "Bend"},
		Vehicles: []rare.Vehicle{
			{ID: 3, Class: "car", Length: 4.5, Width: 1.8, Height: 1.5, Role: rare.Striker, Route: []network.EdgeID{0, 2}, Path: []rare.State{{X: 1.25, V: 10}, {X: 3.25, V: 10, Braking: true, Minds: "leader"}, {X: 5}}},
			{ID: 4, Class: "bus", Length: 12, Width: 2.5, Height: 3, Role: rare.Other, First: 1, Path: []rare.State{{X: 9}, {X: 9, Crashed: true}}},
		},
		Lanes:    []rare.LaneRoad{{Track: 7, Surface: "asphalt", Friction: []rare.Friction{{From: 0, To: 80, Condition: "ice", Mu: 0.1}}}},
		Signals:  []rare.Signal{{Group: 1, Name: "north", Changes: []rare.Aspect{{Time: 100, Aspect: 2, Name: "green"}}}},
		Weather:  rare.Weather{Condition: "ice", Surface: "asphalt", Temperature: -2, Visibility: 1000, Night: true},
		Measures: rare.Measures{TTC: &ttc, Score: 1.5}, Type: 26, Factors: []rare.Factor{{Name: "no_lapse", Prevented: true}},
		LogRatio: -3.25, Weight: 0.125,
	}
}

func open(t *testing.T, path string) *rare.Store {
	t.Helper()
	s, err := rare.OpenStore(context.Background(), path, true)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func TestWhatIsStoredIsReadBack(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "rare.db")
	s := open(t, path)
	net, err := network.Build(sample.Corridor(sample.CorridorSpec{}))
	if err != nil {
		t.Fatal(err)
	}
	var bytesOf bytes.Buffer
	if _, err := net.WriteTo(&bytesOf); err != nil {
		t.Fatal(err)
	}
	begun := rare.Kept{Key: "k", Name: "curve", Method: rare.Plain, Criterion: "crash", Begun: "2026-01-01T00:00:00Z", State: json.RawMessage(`{}`)}
	k, err := s.Begin(ctx, begun, bytesOf.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	want := anEpisode()
	if err := s.Round(ctx, k.ID, 0, json.RawMessage(`{"n":1}`), rare.Estimate{Rate: 2}, []*rare.Episode{want}, 1); err != nil {
		t.Fatal(err)
	}
	if err := s.Round(ctx, k.ID, 1, json.RawMessage(`{"n":2}`), rare.Estimate{Rate: 1}, nil, 0.5); err != nil {
		t.Fatal(err)
	}
	again, err := open(t, path).Begin(ctx, begun, bytesOf.Bytes())
	if err != nil || string(again.State) != `{"n":2}` || again.Estimate.Rate != 1 || again.ID != k.ID {
		t.Errorf("search %+v, %v: want that of the last round", again, err)
	}
	var got *rare.Episode
	yes := true
	if err := s.Each(ctx, rare.Filter{Search: k.ID, Type: 26, Condition: "ice", Surface: "asphalt", Night: &yes, Limit: 5}, func(e *rare.Episode) error { got = e; return nil }); err != nil || got == nil {
		t.Fatalf("episode %v, %v", got, err)
	}
	want.ID, want.Search, want.Weight = got.ID, k.ID, want.Weight/2
	if !reflect.DeepEqual(got, want) {
		t.Errorf("read back %+v, want %+v", got, want)
	}
	if _, err := s.Episode(ctx, 99); !errors.Is(err, rare.ErrNone) {
		t.Errorf("episode 99: %v, want ErrNone", err)
	}
	same, err := s.Network(ctx, k.ID)
	if err != nil || len(same.Lanes) != len(net.Lanes) {
		t.Errorf("network: %v, want that of the search", err)
	}
}

func TestAForeignFileIsLeftAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "other.db")
	db, err := sql.Open("sqlite3", path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec("CREATE TABLE x (y)"); err != nil {
		t.Fatal(err)
	}
	db.Close()
	before, _ := os.ReadFile(path)
	if _, err := rare.OpenStore(context.Background(), path, true); err == nil {
		t.Error("a foreign file was opened")
	}
	if after, _ := os.ReadFile(path); !bytes.Equal(before, after) {
		t.Error("a foreign file was changed")
	}
	if _, err := rare.OpenStore(context.Background(), filepath.Join(t.TempDir(), "absent"), false); err == nil {
		t.Error("a file that is not there was opened")
	}
}

func FuzzReadEpisode(f *testing.F) {
	data, err := anEpisode().AppendBinary(nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add([]byte("{}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		e, err := rare.ReadEpisode(data)
		if err != nil {
			return
		}
		again, err := e.AppendBinary(nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := rare.ReadEpisode(again); err != nil {
			t.Fatalf("what was read is not read back: %v", err)
		}
	})
}
