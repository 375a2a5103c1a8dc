package scenarios_test

import (
	"strings"
	"testing"

	"roadtwin/scenarios"
)

// TestSharesOfTheRegulationsModels reads shares of the models of UN R157, and refuses those that are more than all vehicles.
func TestSharesOfTheRegulationsModels(t *testing.T) {
	s, err := scenarios.Parse([]byte("map: x.osm\ndrivers: {acc: 0.2, r157: {careful: 0.3, rss: 0.1}}\n"), "x.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if d := s.Drivers; d.R157.Careful != 0.3 || d.R157.RSS != 0.1 || d.R157.FSM != 0 || d.ACC != 0.2 {
		t.Errorf("%+v", d)
	}
	again, err := scenarios.Parse([]byte(s.Text()), "x.yaml")
	if err != nil || again.Drivers != s.Drivers {
		t.Errorf("%v; %+v, want %+v", err, again.Drivers, s.Drivers)
	}
	plain, err := scenarios.Parse([]byte("map: x.osm\n"), "x.yaml")
	if err != nil || strings.Contains(plain.Text(), "r157") {
		t.Errorf("%v; a scenario without them speaks of them:\n%s", err, plain.Text())
	}
	for text, want := range map[string]string{
		"{acc: 0.6, r157: {fsm: 0.5}}": "more than 1 together", "{r157: {fsm: 1.5}}": "drivers.r157.fsm", "{r157: {swift: 0.5}}": "swift",
	} {
		if _, err := scenarios.Parse([]byte("map: x.osm\ndrivers: "+text+"\n"), "x.yaml"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}
