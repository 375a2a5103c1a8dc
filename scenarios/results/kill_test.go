package results

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
)

// victim is the environment variable that makes the test binary write runs until it is killed.
const victim = "ROADTWIN_TEST_VICTIM"

func TestMain(m *testing.M) {
	if path := os.Getenv(victim); path != "" {
		writeUntilKilled(path)
	}
	os.Exit(m.Run())
}

// victimRows is the number of trips of the run that the victim finishes.
const victimRows = 3000

// writeUntilKilled finishes one run, then writes another without end, and says on standard output how far it is.
func writeUntilKilled(path string) {
	db, err := Create(path)
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	w, err := db.Begin(info)
	for i := 0; err == nil && i < victimRows; i++ {
		w.Add(Trip{Trip: int64(i), Class: "car", State: TripArrived})
	}
	if err == nil {
		err = w.Finish(outcome)
	}
	if err == nil {
		w, err = db.Begin(info)
	}
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	for i := 0; ; i++ {
		w.Add(Trip{Trip: int64(i), Class: "car", State: TripArrived})
		if i%10_000 == 0 {
			fmt.Println(i)
		}
	}
}

func TestKilledWhileWriting(t *testing.T) {
	path := filepath.Join(t.TempDir(), "results.db")
	for _, after := range []string{"0", "50000", "400000"} { // rows added when the kill comes
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), victim+"="+path)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		reached := false
		for lines := bufio.NewScanner(out); !reached && lines.Scan(); {
			reached = lines.Text() == after
		}
		if err := cmd.Process.Signal(syscall.SIGKILL); err != nil || !reached {
			t.Fatalf("after %s rows: reached %t, kill: %v", after, reached, err)
		}
		if err := cmd.Wait(); err == nil {
			t.Fatalf("after %s rows: the writer ended by itself", after)
		}
	}

	db, err := Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var verdict string
	if err := db.read.QueryRow(`PRAGMA quick_check`).Scan(&verdict); err != nil || verdict != "ok" {
		t.Errorf("quick_check = %q, %v, want ok", verdict, err)
	}
	ids := runIDs(t, db)
	if len(ids) != 3 {
		t.Errorf("runs = %v, want the three that were finished", ids)
	}
	for _, id := range ids {
		if trips, err := db.Trips(context.Background(), id); err != nil || len(trips) != victimRows {
			t.Errorf("run %d has %d trips, %v, want %d", id, len(trips), err, victimRows)
		}
	}
	w := begin(t, db)
	if err := w.Finish(outcome); err != nil {
		t.Errorf("writing on after the kill: %v", err)
	}
}
