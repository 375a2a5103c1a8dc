package optimise

import (
	"os"
	"path/filepath"
	"testing"

	"roadtwin/scenarios"
	"roadtwin/signals/arterial"
)

// TestConcordPikeIsARowOfEight: the arterial of the demo is found on the real map, eight signals in both directions, and whatever a
// search comes up with for them are plans that may be shown.
func TestConcordPikeIsARowOfEight(t *testing.T) {
	if testing.Short() {
		t.Skip("imports a real map")
	}
	extract := filepath.Join("..", "..", "..", "shared", "osm", "large", "delaware_us.osm.pbf")
	if _, err := os.Stat(extract); err != nil {
		t.Skipf("%s is not there", extract)
	}
	s, err := scenarios.Load(filepath.Join("..", "demo", "arterial.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if s.Map, err = filepath.Abs(extract); err != nil {
		t.Fatal(err)
	}
	city, err := scenarios.Open(t.Context(), s, nil)
	if err != nil {
		t.Fatal(err)
	}
	ids, err := (&Area{Streets: []string{"Concord Pike"}}).Choose(city.Net)
	if err != nil {
		t.Fatal(err)
	}
	street, err := arterial.Find(city.Net, ids, "")
	if err != nil {
		t.Fatal(err)
	}
	if street.Street != "Concord Pike" || len(street.Out.Lines) != 8 || len(street.In.Lines) != 8 {
		t.Errorf("%q with %d and %d signals, want Concord Pike with 8 each way", street.Street, len(street.Out.Lines), len(street.In.Lines))
	}
	space, err := NewSpace(city.Net, ofControllers(city.Plans, ids), DefaultCycles)
	if err != nil {
		t.Fatal(err)
	}
	for seed := range uint64(50) {
		timing := random(space, seed)
		space.mend(&timing)
		if _, err := space.Plans(&timing); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
	}
}
