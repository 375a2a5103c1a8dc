package sumonet_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"roadtwin/network"
	"roadtwin/network/sample"
)

// sumo runs a program of SUMO's in dir, or skips the test where it is absent, and returns what it says.
func sumo(t *testing.T, dir, program string, args ...string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	if err != nil {
		t.Skipf("%s is not installed (apt-get install sumo)", program)
	}
	cmd := exec.CommandContext(t.Context(), path, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "SUMO_HOME=/usr/share/sumo")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", program, strings.Join(args, " "), err, out)
	}
	return string(out)
}

// TestSUMOLoadsWhatIsWritten lets SUMO load networks of every kind and looks for complaints.
func TestSUMOLoadsWhatIsWritten(t *testing.T) {
	cross := func(kind network.JunctionKind, side network.DrivingSide) *network.Spec {
		return sample.Cross(sample.CrossSpec{Control: kind, DrivingSide: side, Lanes: 2})
	}
	for name, spec := range map[string]*network.Spec{
		"town": sample.Town(network.RightHand), "left town": sample.Town(network.LeftHand),
		"ramps": sample.Ramps(3, network.LeftHand), "ring": sample.Ring(400, 2),
		"all-way stop": cross(network.AllWayStop, network.RightHand), "roundabout": cross(network.Roundabout, network.LeftHand),
		"equal roads": cross(network.PrioritySide, network.LeftHand), "signals": sample.Grid(sample.GridSpec{Signals: true}),
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, "a.net.xml"), write(t, build(t, spec)), 0o644); err != nil {
				t.Fatal(err)
			}
			out := sumo(t, dir, "sumo", "-n", "a.net.xml", "--end", "120", "--no-step-log")
			if strings.Contains(out, "Warning") || strings.Contains(out, "Error") {
				t.Errorf("SUMO complains:\n%s", out)
			}
		})
	}
}

// TestWhatSUMOGeneratesIsRead reads what netgenerate makes, and compares with what it was told to make.
func TestWhatSUMOGeneratesIsRead(t *testing.T) {
	for _, c := range []struct {
		name, args string
		check      func(n *network.Network) bool
	}{
		{"grid with signals", "--grid --grid.number 3 --grid.attach-length 100 -j traffic_light", func(n *network.Network) bool {
			return len(n.Controllers) == 9+12 && len(n.Junctions) == 9+12 // the ends at the rim have signals, too
		}},
		{"grid on the left", "--grid --grid.number 3 --lefthand -j right_before_left", func(n *network.Network) bool {
			return n.DrivingSide == network.LeftHand && len(n.Junctions) == 9 && n.Junctions[4].Kind == network.PrioritySide
		}},
		{"all-way stops", "--grid --grid.number 3 -j allway_stop --default.lanenumber 2", func(n *network.Network) bool {
			return n.Junctions[4].Kind == network.AllWayStop && n.Edges[0].NumLanes == 2
		}},
		{"spider", "--spider --spider.arm-number 5 --spider.circle-number 3", func(n *network.Network) bool {
			return len(n.Junctions) == 5*3+1
		}},
		{"without internal lanes", "--grid --grid.number 3 --no-internal-links", func(n *network.Network) bool {
			return len(n.Connectors) > 0 && n.Junctions[4].Kind == network.PriorityRoad
		}},
		{"random", "--rand --rand.iterations 60 --tls.guess -L 3 --seed 3", func(n *network.Network) bool { return len(n.Edges) > 60 }},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			sumo(t, dir, "netgenerate", append(strings.Fields(c.args), "-o", "a.net.xml")...)
			data, err := os.ReadFile(filepath.Join(dir, "a.net.xml"))
			if err != nil {
				t.Fatal(err)
			}
			n, report := read(t, data)
			if !c.check(n) {
				t.Errorf("%d junctions (%v ...), %d edges, %d controllers, driven on the %v: not what was generated (%+v)",
					len(n.Junctions), n.Junctions[min(4, len(n.Junctions)-1)].Kind, len(n.Edges), len(n.Controllers), n.DrivingSide, report)
			}
		})
	}
}
