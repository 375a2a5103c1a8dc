package scenarios

import (
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"roadtwin/network"
	"roadtwin/network/sample"
)

func TestMapsAreToldByTheirContent(t *testing.T) {
	net, err := network.Build(sample.Grid(sample.GridSpec{Columns: 1, Rows: 1}))
	if err != nil {
		t.Fatal(err)
	}
	var compiled bytes.Buffer
	if _, err := net.WriteTo(&compiled); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		data string
		want MapFormat
	}{
		"compiled":    {compiled.String(), Compiled},
		"sumo":        {"<?xml version=\"1.0\" encoding=\"iso-8859-1\"?>\n<!-- " + strings.Repeat("netconvert's options ", 200) + "-->\n\n<net version=\"1.9\"></net>", SUMO},
		"cityflow":    {"\xef\xbb\xbf {\n\"intersections\": []}", CityFlow},
		"osm":         {"<?xml version='1.0'?><osm version='0.6'><net/></osm>", OpenStreetMap},
		"routes":      {"<routes/>", OpenStreetMap},
		"not XML":     {"<" + strings.Repeat("<", 1000), OpenStreetMap},
		"PBF":         {"\x00\x00\x00\x0d\x0a\x09OSMHeader", OpenStreetMap},
		"nothing":     {"", OpenStreetMap},
		"half a gzip": {"\x1f\x8b\x08", OpenStreetMap},
	} {
		var packed bytes.Buffer
		z := gzip.NewWriter(&packed)
		if _, err := z.Write([]byte(c.data)); err != nil || z.Close() != nil {
			t.Fatal(err)
		}
		for form, data := range map[string]string{"plain": c.data, "gzip": packed.String()} {
			path := filepath.Join(t.TempDir(), "map.bin")
			if err := os.WriteFile(path, []byte(data), 0o600); err != nil {
				t.Fatal(err)
			}
			if got := FormatOf(path); got != c.want {
				t.Errorf("%s, %s: %v, want %v", name, form, got, c.want)
			}
		}
	}
	for _, source := range []string{"https://example.org/x.net.xml", filepath.Join(t.TempDir(), "none.json"), t.TempDir()} {
		if got := FormatOf(source); got != OpenStreetMap {
			t.Errorf("%s: %v, want that its reader tells what is wrong", source, got)
		}
	}
}

func TestForeignMapsCannotBeCut(t *testing.T) {
	path := filepath.Join(t.TempDir(), "roadnet.json")
	if err := os.WriteFile(path, []byte(`{"intersections":[],"roads":[]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	for want, change := range map[string]func(*Scenario){
		"only OpenStreetMap data":        func(s *Scenario) { s.BBox = []float64{1, 2, 3, 4} },
		"0 intersections and 0 roads":    func(*Scenario) {},
		"the map is CityFlow (roadnet.j": func(s *Scenario) { s.Overlay = "fixes.yaml" },
	} {
		s := ForMap(path)
		change(s)
		if _, err := Open(t.Context(), s, nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one with %q", err, want)
		}
	}
}

func TestSignalsAreRetimedByName(t *testing.T) {
	spec := sample.Grid(sample.GridSpec{Columns: 1, Rows: 1, Signals: true})
	net, err := network.Build(spec)
	if err != nil {
		t.Fatal(err)
	}
	net.Controllers[0].Name = "GS_1"
	city, err := CityOf(net)
	if err != nil {
		t.Fatal(err)
	}
	s, err := Parse([]byte("map: x\nsignals: {plans: [{name: GS_1, offset: 7}]}\n"), "x.yaml")
	if err != nil {
		t.Fatal(err)
	}
	r, err := NewRun(city, s, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if got := r.Plans()[0].Offset; got != 7 {
		t.Errorf("offset %v s, want 7", got)
	}
	s.Signals.Plans[0].Name = "GS_2"
	if _, err := NewRun(city, s, Options{}); err == nil || !strings.Contains(err.Error(), `no signal controller of the map is called "GS_2"`) {
		t.Errorf("error %v, want one that names GS_2", err)
	}
	for _, text := range []string{"{offset: 7}", "{node: 1, name: GS_1}"} {
		if _, err := Parse([]byte("map: x\nsignals: {plans: ["+text+"]}\n"), "x.yaml"); err == nil || !strings.Contains(err.Error(), "either node or name") {
			t.Errorf("%s: error %v, want one that asks for either node or name", text, err)
		}
	}
}

// TestMapsAreKnownByWhatTheyAreNotByTheirPath: a run of a scenario that was named by a relative path is found from everywhere.
func TestMapsAreKnownByWhatTheyAreNotByTheirPath(t *testing.T) {
	dir := t.TempDir()
	const text = `<?xml version='1.0'?><osm version='0.6'>
<node id='1' lat='39.75' lon='-75.55'/><node id='2' lat='39.752' lon='-75.55'/><node id='3' lat='39.754' lon='-75.55'/><node id='4' lat='39.752' lon='-75.548'/>
<way id='1'><nd ref='1'/><nd ref='2'/><nd ref='3'/><tag k='highway' v='secondary'/></way>
<way id='2'><nd ref='2'/><nd ref='4'/><tag k='highway' v='residential'/></way></osm>`
	path := filepath.Join(dir, "a.osm")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
	var hashes []string
	for _, source := range []string{"a.osm", path, filepath.Join("..", filepath.Base(dir), "a.osm")} {
		city, err := Open(t.Context(), ForMap(source), nil)
		if err != nil {
			t.Fatal(err)
		}
		hashes = append(hashes, city.Hash())
	}
	if hashes[0] != hashes[1] || hashes[0] != hashes[2] {
		t.Errorf("hashes %v by three paths, want one", hashes)
	}
}
