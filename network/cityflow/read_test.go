package cityflow

import (
	"os"
	"path/filepath"
	"testing"
)

// shared returns the path of a file beside the repository, or skips the test where it is absent.
func shared(t testing.TB, parts ...string) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		dir = filepath.Dir(dir)
	}
	path := filepath.Join(append([]string{dir, "..", "shared"}, parts...)...)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("%s is not there", path)
	}
	return path
}

func TestJinan(t *testing.T) {
	path := shared(t, "benchmarks", "jinan_3x4", "3_4", "roadnet_3_4.json")
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	net, report, err := Read(f, path)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%+v", report)
	t.Log(len(net.Junctions), len(net.Edges), len(net.Lanes), len(net.Connectors), len(net.Controllers), len(net.SignalGroups), len(net.Conflicts), net.Bounds)
	for _, e := range net.EdgeLanes(0) {
		t.Log(e.Index, e.Shape, e.Length, e.Turns, e.NumOut)
	}
	for _, c := range net.Connectors[:5] {
		t.Logf("%+v", c)
	}
	c := net.Controllers[0]
	t.Log(c.Program)
	for _, g := range c.Groups {
		t.Log(net.SignalGroups[g])
	}
	if err := net.Validate(); err != nil {
		t.Error(err)
	}
}
