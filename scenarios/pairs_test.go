package scenarios

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestConfigurationsOfOthersAreScenarios: a .sumocfg and CityFlow's config name map, trips and time.
func TestConfigurationsOfOthersAreScenarios(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for name, c := range map[string]struct {
		text, net  string
		begin, end Clock
	}{
		"a.sumocfg": {`<configuration><input><net-file value="x.net.xml"/><route-files value="x.rou.xml"/></input><time><begin value="25200"/><end value="28800"/></time></configuration>`, "x.net.xml", 25200, 28800},
		"b.sumocfg": {`<sumoConfiguration><net-file value="x.net.xml"/><route-files value="x.rou.xml"/><begin value="07:30:00"/></sumoConfiguration>`, "x.net.xml", 27000, 30600},
		"c.json":    {`{"interval":1,"dir":"nowhere/","roadnetFile":"r.json","flowFile":"f.json"}`, "r.json", 0, 3600},
	} {
		s, ok, err := ForConfiguration(write(name, c.text))
		if err != nil || !ok {
			t.Errorf("%s: %t, %v", name, ok, err)
			continue
		}
		if s.Map != filepath.Join(dir, c.net) || s.Demand.Trips == "" || s.Period.Begin != c.begin || s.Period.End != c.end {
			t.Errorf("%s: map %s, trips %s, %v to %v; want %s, %v to %v", name, s.Map, s.Demand.Trips, s.Period.Begin, s.Period.End, c.net, c.begin, c.end)
		}
	}
	for name, text := range map[string]string{
		"d.sumocfg": `<configuration><input/></configuration>`,
		"e.json":    `{"roadnetFile":"r.json"}`,
		"f.sumocfg": `<configuration><net-file value="x"/><begin value="soon"/></configuration>`,
	} {
		if _, _, err := ForConfiguration(write(name, text)); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v, want an error that names it", name, err)
		}
	}
	if _, ok, err := ForConfiguration(write("roadnet.json", `{"intersections":[],"roads":[]}`)); ok || err != nil {
		t.Errorf("a roadnet is taken for a configuration: %t, %v", ok, err)
	}
}
