package tllogic_test

import (
	"bytes"
	"encoding/xml"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"roadtwin/network"
	"roadtwin/network/sample"
	"roadtwin/network/sumonet"
	"roadtwin/signals"
	"roadtwin/signals/tllogic"
)

// loaded lets SUMO run a network with an additional file until some time, or skips the test where it is absent, and returns what it says.
func loaded(t *testing.T, dir string, net *network.Network, additional string, end int) string {
	t.Helper()
	program, err := exec.LookPath("sumo")
	if err != nil {
		t.Skip("sumo is not installed (apt-get install sumo)")
	}
	var b bytes.Buffer
	if err := sumonet.Write(&b, net, nil); err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"a.net.xml": b.Bytes(), "a.add.xml": []byte(additional)} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.CommandContext(t.Context(), program, "-n", "a.net.xml", "-a", "a.add.xml", "--end", strconv.Itoa(end), "--no-step-log")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "SUMO_HOME=/usr/share/sumo")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("sumo: %v\n%s\n%s", err, out, additional)
	}
	return string(out)
}

// nets are networks with signals of every sort.
func nets(t testing.TB) map[string]*network.Network {
	t.Helper()
	return map[string]*network.Network{
		"grid": grid(t), "town": build(t, sample.Town(network.RightHand)), "left town": build(t, sample.Town(network.LeftHand)),
		"cross": build(t, sample.Cross(sample.CrossSpec{Control: network.Signalised, Lanes: 3})),
	}
}

// TestSUMOLoadsProgramsOfEveryKind without an error or a warning that is about them.
func TestSUMOLoadsProgramsOfEveryKind(t *testing.T) {
	for name, net := range nets(t) {
		for k, o := range map[string]signals.Kind{
			"fixed": signals.FixedTime, "actuated": signals.StageActuated, "nema": signals.RingBarrier, "coordinated": signals.RingBarrier,
			"off": signals.SwitchedOff, "flashing": signals.SwitchedToFlash,
		} {
			t.Run(name+" "+k, func(t *testing.T) {
				controls := kind(t, net, o, signals.ControlOptions{NoWalks: true})
				for i := range controls {
					if k == "coordinated" {
						if err := controls[i].Coordinate(net, 120, 10); err != nil {
							t.Skip(err)
						}
					}
				}
				text, notes := file(t, net, controls)
				out := loaded(t, t.TempDir(), net, text, 240)
				for line := range strings.Lines(out) {
					// Of detectors further from the line than the minimum green clears SUMO warns as an engineer would; they are where they were.
					// The maxima of phases that are not coordinated need not add up.
					meant := strings.Contains(line, "is too short for a detector gap") || k == "nema" && strings.Contains(line, "do not add up")
					if strings.Contains(line, "Error") || strings.Contains(line, "Warning") && !meant {
						t.Errorf("SUMO complains: %s (notes of ours: %q)\n%s", line, notes, text)
					}
				}
			})
		}
	}
}

// TestSUMOShowsWhatThePlansShow compares the lights of every link, second by second, over a change from one plan to another.
func TestSUMOShowsWhatThePlansShow(t *testing.T) {
	net := build(t, sample.Town(network.RightHand))
	links := sumonet.WrittenLinks(net)
	controls := kind(t, net, signals.FixedTime, signals.ControlOptions{})
	for i := range controls {
		controls[i].Fixed.Plans[0].Offset = float64(5 * i)
	}
	programs, _ := tllogic.Export(net, links, controls)
	var b bytes.Buffer
	if err := programs.Write(&b); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	text := b.String()
	for id := range links.Signals {
		text = strings.Replace(text, "</additional>", `<timedEvent type="SaveTLSStates" source="`+id+`" dest="states_`+id+`.xml"/></additional>`, 1)
	}
	loaded(t, dir, net, text, 300)
	for i := range controls {
		id, _ := links.Of(controls[i].Controller)
		data, err := os.ReadFile(filepath.Join(dir, "states_"+id+".xml"))
		if err != nil {
			t.Fatal(err)
		}
		var states struct {
			States []struct {
				Time  float64 `xml:"time,attr"`
				State string  `xml:"state,attr"`
			} `xml:"tlsState"`
		}
		if err := xml.Unmarshal(data, &states); err != nil {
			t.Fatal(err)
		}
		seen := 0
		for _, s := range states.States {
			// SUMO changes a program at whole steps of a second: times near a change of ours say nothing.
			before, after := shown(net, &controls[i].Fixed.Plans[0], s.Time-1.01), shown(net, &controls[i].Fixed.Plans[0], s.Time+1.01)
			now := shown(net, &controls[i].Fixed.Plans[0], s.Time)
			if !sameAspects(before, now) || !sameAspects(now, after) {
				continue
			}
			seen++
			groups := net.Controllers[controls[i].Controller].Groups
			want, _ := links.State(id, func(g network.SignalGroupID) network.Light {
				for k := range groups {
					if groups[k] == g && now[k] == signals.Green {
						return network.LightGreen
					} else if groups[k] == g && now[k] == signals.Amber {
						return network.LightAmber
					}
				}
				return network.LightRed
			})
			if s.State != want {
				t.Fatalf("%s at %g s: SUMO shows %s, want %s", id, s.Time, s.State, want)
			}
		}
		if seen < 100 {
			t.Errorf("%s: %d states compared, want most of 300", id, seen)
		}
	}
}

func sameAspects(a, b []signals.Aspect) bool {
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}
