package drive

import (
	"os/exec"
	"strings"
	"testing"
)

// The client in Python does what the one in Go does: see python/test_drive.py.
func TestPythonClientDrives(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("no python3 here: the client in Python is not tested")
	}
	_, address := serve(t)
	out, err := exec.CommandContext(t.Context(), python, "python/test_drive.py", address).CombinedOutput()
	if err != nil || !strings.Contains(string(out), "all is well") {
		t.Errorf("%v\n%s", err, out)
	}
	t.Logf("%s", out)
}

// The example drives a few scenes to their ends.
func TestExampleDrivesScenes(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("no python3 here: the example is not tested")
	}
	_, address := serve(t)
	out, err := exec.CommandContext(t.Context(), python, "python/thousand.py", "--url", address, "--scenes", "12", "--worlds", "5",
		"--seeds", "2", "--warmup", "60", "--horizon", "10", "--json").CombinedOutput()
	if err != nil || !strings.Contains(string(out), `"scenes": 12`) {
		t.Errorf("%v\n%s", err, out)
	}
}
