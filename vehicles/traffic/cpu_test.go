package traffic_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"testing"

	"roadtwin/network"
)

// printHash, in the environment, makes TestHashOfEverything print what it got.
const printHash = "ROADTWIN_PRINT_HASH"

// TestHashOfEverything prints the hash of a quarter of an hour in the town with everything in it, for the test below. By
// itself it checks that a second run gives it again.
func TestHashOfEverything(t *testing.T) {
	hash := func() uint64 {
		s := newScene(t, network.RightHand)
		w := s.world(t, 1)
		for w.Time() < 7*3600+sceneLasts {
			s.step(t, w)
		}
		return w.Hash()
	}
	got := hash()
	if os.Getenv(printHash) != "" {
		fmt.Printf("hash %016x\n", got)
		return
	}
	if again := hash(); got != again {
		t.Errorf("the second run gave %016x, want %016x", again, got)
	}
}

// TestOtherProcessorsGiveTheSameBytes runs TestHashOfEverything with the fused multiply-add switched off, and compiled for
// processors that are assumed to have it.
func TestOtherProcessorsGiveTheSameBytes(t *testing.T) {
	if testing.Short() || runtime.GOARCH != "amd64" {
		t.Skip("for amd64, and not with -short: it compiles the tests again")
	}
	want := hashOf(t, os.Args[0])
	if got := hashOf(t, os.Args[0], "GODEBUG=cpu.fma=off,cpu.avx2=off"); got != want {
		t.Errorf("without fused multiply-add the hash is %s, want %s", got, want)
	}
	level, err := exec.LookPath("go")
	if err != nil {
		t.Skip("no go command to compile for GOAMD64=v3 with")
	}
	v3 := filepath.Join(t.TempDir(), "v3.test")
	build := exec.Command(level, "test", "-c", "-o", v3, ".")
	build.Env = append(os.Environ(), "GOAMD64=v3")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("compiling for GOAMD64=v3: %v\n%s", err, out)
	}
	if err := exec.Command(v3, "-test.run=^$").Run(); err != nil {
		t.Skipf("this processor does not run GOAMD64=v3: %v", err)
	}
	if got := hashOf(t, v3); got != want {
		t.Errorf("compiled with GOAMD64=v3 the hash is %s, want %s", got, want)
	}
}

var hashLine = regexp.MustCompile(`hash ([0-9a-f]{16})`)

// hashOf runs TestHashOfEverything of a test program in a changed environment and returns the hash that it prints.
func hashOf(t *testing.T, program string, env ...string) string {
	t.Helper()
	cmd := exec.Command(program, "-test.run=^TestHashOfEverything$")
	cmd.Env = append(append(os.Environ(), printHash+"=1"), env...)
	out, err := cmd.CombinedOutput()
	m := hashLine.FindSubmatch(out)
	if err != nil || m == nil {
		t.Fatalf("%s %v: %v\n%s", program, env, err, out)
	}
	return string(m[1])
}
