package exchange

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"image/gif"
	"image/png"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"

	"roadtwin/network"
	"roadtwin/network/sample"
	"roadtwin/network/sumonet"
	"roadtwin/scenarios/rare"
	"roadtwin/vehicles/traffic"
)

func TestFloatingCarDataAreReadBack(t *testing.T) {
	all, nets := episodes(t, 4)
	for i, e := range all {
		x := read(t, func(b *bytes.Buffer) error { return WriteFCD(b, e, nets[i]) })
		lanes := sumonet.TrackNames(nets[i])
		var net bytes.Buffer
		if err := sumonet.Write(&net, nets[i], nil); err != nil {
			t.Fatal(err)
		}
		steps := x.all("timestep")
		if len(steps) != e.Samples {
			t.Fatalf("%d steps, want %d", len(steps), e.Samples)
		}
		rows := 0
		for k, step := range steps {
			if at := step.num(t, "time"); math.Abs(at-float64(k)*e.Step) > 1e-9 {
				t.Fatalf("step %d at %g s", k, at)
			}
			for _, c := range step.Children {
				rows++
				v := &e.Vehicles[slices.IndexFunc(e.Vehicles, func(v rare.Vehicle) bool { return name(v.ID) == c.attr("id") })]
				s := stateAt(v, k)
				h := math.Pi/2 - c.num(t, "angle")*math.Pi/180
				if s == nil || math.Hypot(c.num(t, "x")-s.X, c.num(t, "y")-s.Y) > 1e-4 || math.Abs(c.num(t, "speed")-s.V) > 1e-5 ||
					math.Abs(math.Remainder(h-s.Heading, 2*math.Pi)) > 1e-6 || c.attr("lane") != lanes[s.Track] {
					t.Fatalf("step %d: %+v is not %+v", k, c.Attrs, s)
				}
				if !bytes.Contains(net.Bytes(), []byte(`id="`+c.attr("lane")+`"`)) {
					t.Fatalf("lane %s is not in the network's file", c.attr("lane"))
				}
			}
		}
		want := 0
		for k := range e.Vehicles {
			want += len(e.Vehicles[k].Path)
		}
		if rows != want {
			t.Errorf("%d rows, want %d", rows, want)
		}
	}
}

// sumoFollowing is an episode made of what SUMO wrote: one follows another on a straight lane. Both are 5 m long.
func sumoFollowing(t *testing.T) (*rare.Episode, *network.Network) {
	t.Helper()
	text, err := os.ReadFile("../../../shared/ad/sumo_ssm/fcd.xml")
	if err != nil {
		t.Skipf("SUMO's log is not here: %v", err)
	}
	var x element
	if err := xml.Unmarshal(text, &x); err != nil {
		t.Fatal(err)
	}
	net, err := network.Build(sample.Corridor(sample.CorridorSpec{Length: 2000}))
	if err != nil {
		t.Fatal(err)
	}
	e := &rare.Episode{ID: 1, Step: 0.1, Lanes: []rare.LaneRoad{{Track: 0}}, Vehicles: []rare.Vehicle{
		{ID: 1, Class: "car", Length: 5, Width: 1.8, Role: rare.Striker}, {ID: 2, Class: "car", Length: 5, Width: 1.8},
	}}
	for _, step := range x.all("timestep") {
		if len(step.Children) != 2 {
			break
		}
		e.Samples++
		for _, c := range step.Children {
			at := 0
			if c.attr("id") == "lead" {
				at = 1
			}
			e.Vehicles[at].Path = append(e.Vehicles[at].Path, rare.State{
				X: c.num(t, "x"), Y: c.num(t, "y"), V: c.num(t, "speed"), A: c.num(t, "acceleration"),
			})
		}
	}
	return e, net
}

// Of the same two vehicles the log says what SUMO's own says: TTC within a hundredth of a second and DRAC within a hundredth of m/s².
func TestConflictsAreAsSUMOLogsThem(t *testing.T) {
	e, net := sumoFollowing(t)
	text, err := os.ReadFile("../../../shared/ad/sumo_ssm/ssm.xml")
	if err != nil {
		t.Skip(err)
	}
	var theirs element
	if err := xml.Unmarshal(text, &theirs); err != nil {
		t.Fatal(err)
	}
	ours := read(t, func(b *bytes.Buffer) error { return WriteSSM(b, e, net) })
	if n := len(ours.all("conflict")); n > 1 {
		t.Fatalf("%d conflicts of two who follow one another", n)
	}
	want := theirs.Children[slices.IndexFunc(theirs.Children, func(c element) bool { return c.attr("ego") == "follow" })]
	x := following(&e.Vehicles[0], &e.Vehicles[1])
	if x == nil {
		t.Fatal("nobody follows")
	}
	at := map[string]int{}
	for i, s := range strings.Fields(want.all("timeSpan")[0].attr("values")) {
		at[s] = i
	}
	ttc, drac := strings.Fields(want.all("TTCSpan")[0].attr("values")), strings.Fields(want.all("DRACSpan")[0].attr("values"))
	compared := 0
	for _, s := range x.samples {
		i, ok := at[fmt.Sprintf("%.4f", float64(s.at)*e.Step)]
		if !ok || ttc[i] == "NA" {
			continue
		}
		a, _ := strconv.ParseFloat(ttc[i], 64)
		b, _ := strconv.ParseFloat(drac[i], 64)
		if a < 20 && (math.Abs(s.ttc-a) > 0.01 || math.Abs(s.drac-b) > 0.01) {
			t.Fatalf("at %.1f s: TTC %.4f, DRAC %.4f, SUMO says %.4f and %.4f", float64(s.at)*e.Step, s.ttc, s.drac, a, b)
		}
		if a < 20 {
			compared++
		}
	}
	if compared < 50 {
		t.Errorf("%d samples compared", compared)
	}
	t.Logf("%d samples compared", compared)
}

// pairOf is an episode of two, drawn by where they are at a time, s.
func pairOf(one, two func(s float64) rare.State) (*rare.Episode, *network.Network) {
	net, err := network.Build(sample.Corridor(sample.CorridorSpec{Length: 2000}))
	if err != nil {
		panic(err)
	}
	e := &rare.Episode{ID: 1, Step: 0.1, Samples: 101, Lanes: []rare.LaneRoad{{Track: 0}}, Vehicles: []rare.Vehicle{
		{ID: 1, Class: "car", Length: 4, Width: 1.8, Role: rare.Striker}, {ID: 2, Class: "car", Length: 4, Width: 1.8, Role: rare.Other},
	}}
	for k := range e.Samples {
		e.Vehicles[0].Path = append(e.Vehicles[0].Path, one(float64(k)*e.Step))
		e.Vehicles[1].Path = append(e.Vehicles[1].Path, two(float64(k)*e.Step))
	}
	return e, net
}

// Two cross at right angles at 10 m/s: the first is there at 5 s and has left 4 m on, at 5.4 s; the second comes at 6.3 s. The PET is 0.9 s.
func TestPETIsTheTimeBetween(t *testing.T) {
	e, net := pairOf(func(s float64) rare.State { return rare.State{X: 10 * (s - 6.3), V: 10} },
		func(s float64) rare.State { return rare.State{Y: 10 * (s - 5), V: 10, Heading: math.Pi / 2} })
	x := read(t, func(b *bytes.Buffer) error { return WriteSSM(b, e, net) })
	c := x.all("conflict")
	if len(c) != 1 || c[0].attr("ego") != "v1" || c[0].attr("foe") != "v2" {
		t.Fatalf("%d conflicts", len(c))
	}
	if pet := c[0].all("PET")[0]; math.Abs(pet.num(t, "value")-0.9) > 1e-3 || math.Abs(pet.num(t, "time")-6.3) > 1e-3 || pet.attr("position") != "0.0000,0.0000" && pet.attr("position") != "-0.0000,0.0000" {
		t.Errorf("PET %+v, want 0.9 s at 6.3 s", pet.Attrs)
	}
}

func TestCommonRoadIsReadBack(t *testing.T) {
	all, nets := episodes(t, 4)
	for i, e := range all {
		x := read(t, func(b *bytes.Buffer) error { return WriteCommonRoad(b, e, nets[i], header) })
		ids := map[string]bool{}
		for k := range x.Children {
			if id := x.Children[k].attr("id"); id != "" && ids[id] {
				t.Errorf("id %s twice", id)
			} else {
				ids[id] = true
			}
		}
		for _, tag := range []string{"predecessor", "successor", "adjacentLeft", "adjacentRight"} {
			for _, l := range x.all(tag) {
				if !ids[l.attr("ref")] {
					t.Errorf("%s %s is not there", tag, l.attr("ref"))
				}
			}
		}
		value := func(s *element, tag string) float64 {
			f, err := strconv.ParseFloat(s.all(tag)[0].all("exact")[0].Text, 64)
			if err != nil {
				t.Fatal(err)
			}
			return f
		}
		obstacles := x.all("dynamicObstacle")
		if len(obstacles)+len(x.all("planningProblem")) != len(e.Vehicles) {
			t.Errorf("%d obstacles of %d vehicles", len(obstacles), len(e.Vehicles))
		}
		for _, o := range obstacles {
			n, _ := strconv.Atoi(o.attr("id"))
			id := traffic.VehicleID(n - nets[i].NumTracks() - 1)
			v := &e.Vehicles[slices.IndexFunc(e.Vehicles, func(v rare.Vehicle) bool { return v.ID == id })]
			states := append(o.all("initialState"), o.all("state")...)
			if len(states) != len(v.Path) {
				t.Fatalf("vehicle %d: %d states, want %d", id, len(states), len(v.Path))
			}
			for k, s := range states {
				px, _ := strconv.ParseFloat(s.all("x")[0].Text, 64)
				py, _ := strconv.ParseFloat(s.all("y")[0].Text, 64)
				want := back(&v.Path[k], v.Length/2)
				if math.Hypot(px-want.X, py-want.Y) > 1e-5 || value(s, "time") != float64(v.First+k) || math.Abs(value(s, "velocity")-v.Path[k].V) > 1e-5 {
					t.Fatalf("vehicle %d, sample %d: not where it was", id, k)
				}
			}
		}
	}
}

func TestTrajectoriesInParquetAreReadBack(t *testing.T) {
	all, nets := episodes(t, 4)
	var b bytes.Buffer
	w, err := NewTrajectoryWriter(&b)
	if err != nil {
		t.Fatal(err)
	}
	for i, e := range all {
		if err := w.Add(e, nets[i]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.End(); err != nil {
		t.Fatal(err)
	}
	type row struct {
		Episode int64   `parquet:"episode,optional"`
		Vehicle int64   `parquet:"vehicle,optional"`
		Class   string  `parquet:"class,optional"`
		Time    float64 `parquet:"time_s,optional"`
		X       float64 `parquet:"x_m,optional"`
		Y       float64 `parquet:"y_m,optional"`
		V       float64 `parquet:"speed_m_s,optional"`
		Track   int64   `parquet:"track,optional"`
	}
	rows, err := parquet.Read[row](bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil || len(rows) != w.Rows() {
		t.Fatalf("%v: %d rows, want %d", err, len(rows), w.Rows())
	}
	n := 0
	for _, e := range all {
		for i := range e.Vehicles {
			v := &e.Vehicles[i]
			for k := range v.Path {
				s := &v.Path[k]
				want := row{e.ID, int64(v.ID), v.Class, float64(v.First+k) * e.Step, s.X, s.Y, s.V, int64(s.Track)}
				if rows[n] != want {
					t.Fatalf("row %d: %+v, want %+v", n, rows[n], want)
				}
				n++
			}
		}
	}
	t.Logf("%d rows, %.1f bytes each", n, float64(b.Len())/float64(n))
}

// In the picture the vehicle that strikes is red where it is, and the road grey where it is dry and bluish where it is icy.
func TestPicturesShowWhoIsWhere(t *testing.T) {
	all, nets := episodes(t, 2)
	for i, e := range all {
		var b bytes.Buffer
		if err := WritePicture(&b, e, nets[i], PictureOptions{Size: 600, Radius: 60, Sample: 0}); err != nil {
			t.Fatal(err)
		}
		m, err := png.Decode(&b)
		if err != nil || m.Bounds().Dx() != 600 || m.Bounds().Dy() != 600 {
			t.Fatalf("%v, %v", err, m.Bounds())
		}
		v := striker(e)
		s := back(&v.Path[0], v.Length*0.7)
		px, py := int(300+(s.X-e.Event.Position.X)*5), int(300-(s.Y-e.Event.Position.Y)*5)
		r, g, bl, _ := m.At(px, py).RGBA()
		if r>>8 < 150 || g>>8 > 80 || bl>>8 > 90 {
			t.Errorf("at the vehicle that strikes: %d %d %d, want red", r>>8, g>>8, bl>>8)
		}
		seen := map[bool]int{}
		for x := range 600 {
			for y := range 600 {
				r, _, bl, _ := m.At(x, y).RGBA()
				if c := asphalt; uint8(r>>8) == c.R && uint8(bl>>8) == c.B {
					seen[false]++
				} else if c := slippery; uint8(r>>8) == c.R && uint8(bl>>8) == c.B {
					seen[true]++
				}
			}
		}
		if seen[false] < 500 || seen[true] < 500 {
			t.Errorf("%d grey and %d bluish pixels", seen[false], seen[true])
		}
	}
}

// An animation lasts as long as its episode, and the red vehicle is where it was in each picture of it.
func TestAnimationsShowWhoDrivesWhere(t *testing.T) {
	run := town(t, network.RightHand)
	e := watch(t, run, 1)
	var b bytes.Buffer
	if err := WriteAnimation(&b, e, run.Net(), PictureOptions{Size: 300, Radius: 60}); err != nil {
		t.Fatal(err)
	}
	g, err := gif.DecodeAll(&b)
	if err != nil || len(g.Image) != e.Samples {
		t.Fatalf("%v: %d pictures, want %d", err, len(g.Image), e.Samples)
	}
	v := striker(e)
	for k, frame := range g.Image {
		s := stateAt(v, k)
		if g.Delay[k] != 10 || s == nil {
			continue
		}
		p := back(s, v.Length*0.7)
		if x, y := 150+(p.X-e.Event.Position.X)*2.5, 150-(p.Y-e.Event.Position.Y)*2.5; x > 2 && y > 2 && x < 298 && y < 298 {
			if r, g, _, _ := frame.At(int(x), int(y)).RGBA(); r>>8 < 120 || r < 2*g {
				t.Fatalf("picture %d: %d of red and %d of green where the one who strikes is", k, r>>8, g>>8)
			}
		}
	}
}

func TestFormatsRefuseForeignEpisodes(t *testing.T) {
	all, nets := episodes(t, 1)
	e := *all[0]
	e.Lanes = []rare.LaneRoad{{Track: -5}}
	var b bytes.Buffer
	for name, err := range map[string]error{
		"FCD": WriteFCD(&b, &e, nets[0]), "SSM": WriteSSM(&b, &e, nets[0]), "CommonRoad": WriteCommonRoad(&b, &e, nets[0], header),
		"PNG": WritePicture(&b, &e, nets[0], PictureOptions{}), "GIF": WriteAnimation(&b, &e, nets[0], PictureOptions{}),
	} {
		if err == nil {
			t.Errorf("%s: a track that is not there was taken", name)
		}
	}
}
