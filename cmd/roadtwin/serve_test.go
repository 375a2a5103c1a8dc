package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net/http"
	"path/filepath"
	"regexp"
	"testing"
)

func TestServeEndsCleanlyAndKeepsTheRun(t *testing.T) {
	source := village(t)
	db := filepath.Join(t.TempDir(), "live.db")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	said, errOut := io.Pipe()
	var out bytes.Buffer
	code := make(chan int)
	go func() {
		c := execute(ctx, []string{"serve", source, "--addr", "localhost:0", "--speed", "0", "--db", db}, &out, errOut)
		errOut.Close()
		code <- c
	}()

	address := regexp.MustCompile(`http://\S+/\?token=[0-9a-f]{32}`)
	lines, url := bufio.NewScanner(said), ""
	for url == "" && lines.Scan() {
		url = address.FindString(lines.Text())
	}
	if url == "" {
		t.Fatalf("no address was printed; exit code %d", <-code)
	}
	go func() { _, _ = io.Copy(io.Discard, said) }()
	answer, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		t.Errorf("%s: status %d, want 200", url, answer.StatusCode)
	}

	cancel()
	if c := <-code; c != 0 {
		t.Errorf("exit code %d after an interruption, want 0", c)
	}
	if out.Len() > 0 {
		t.Errorf("standard output has %q, want nothing", out.String())
	}
	if kept := runsIn(t, db); len(kept) != 1 || kept[0].Seed != 1 {
		t.Errorf("results %+v, want one run with seed 1", kept)
	}
}
