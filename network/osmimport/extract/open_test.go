package extract

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"
)

func TestWrongFiles(t *testing.T) {
	dir := t.TempDir()
	for name, c := range map[string]struct{ content, want string }{
		"zip":               {"PK\x03\x04rest", "is a ZIP archive, want .osm, .osm.gz"},
		"xz":                {"\xfd7zXZ\x00rest", "is an xz file"},
		"o5m":               {"\xff\xe0\x04o5m2", "is an o5m file"},
		"json":              {"{\"version\": 0.6}", "is JSON"},
		"text":              {"hello\nworld", `begins with "hello\nworld", want`},
		"one byte":          {"\x00", `begins with "\x00"`},
		"gz twice":          {string(gzipBytes(gzipBytes([]byte("<osm/>")))), "compressed twice"},
		"gz of html":        {string(gzipBytes([]byte("<html>"))), "a web page"},
		"gz of empty":       {string(gzipBytes(nil)), "empty, want"},
		"gz cut":            {string(gzipBytes(encodeXML(randomExtract(1, 100)))[:500]), "gzip data ends too early: truncated"},
		"gz magic":          {"\x1f\x8b", "gzip data ends too early"},
		"gz damaged":        {"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x00\xff\xff", "gzip: flate: corrupt input"},
		"bz2 damaged":       {"BZh9rubbish!", "bzip2 data invalid"},
		"bz2 magic":         {"BZh9", "bzip2 data ends too early"},
		"gz of pbf damaged": {string(gzipBytes(cat(osmHeader(), []byte{0}))), "blob 1 at byte 26: file ends within the length of its header"},
	} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(c.content), 0o600); err != nil {
			t.Fatal(err)
		}
		x, err := Open(context.Background(), path, Options{})
		if err == nil {
			t.Errorf("%s: %+v, want an error", name, x)
			continue
		}
		if !strings.HasPrefix(err.Error(), path+": ") || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v\nwant one line with the path and %s", name, err, c.want)
		}
	}
	for source, want := range map[string]string{
		filepath.Join(dir, "none.osm"): filepath.Join(dir, "none.osm") + ": no such file or directory",
		dir:                            dir + ": is a folder, want a file",
		"ftp://example.org/map.osm":    `ftp://example.org/map.osm: scheme "ftp", want http, https or a path`,
		"http://exa mple/":             "http://exa mple/: invalid character",
	} {
		if _, err := Open(context.Background(), source, Options{}); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

func TestCancelledFile(t *testing.T) {
	for name, data := range map[string][]byte{"xml": encodeXML(randomExtract(1, 10)), "pbf": pbfWriter{packZlib, false, 10}.encode(randomExtract(1, 10))} {
		path := filepath.Join(t.TempDir(), "map")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		if _, err := Open(ctx, path, Options{}); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v, want %v", name, err, context.Canceled)
		}
	}
}

func TestProgress(t *testing.T) {
	file := encodeXML(randomExtract(2, 20000))
	if len(file) < 4*progressStep {
		t.Fatalf("file of %d bytes is too small for this test", len(file))
	}
	var calls int
	var last int64
	_, err := openBytes(t, file, Options{Progress: func(done, total int64) {
		if done <= last || total != int64(len(file)) {
			t.Errorf("progress %d of %d bytes after %d, want growing, of %d", done, total, last, len(file))
		}
		calls, last = calls+1, done
	}})
	if err != nil {
		t.Fatal(err)
	}
	if last != int64(len(file)) || calls < 4 || calls > len(file)/progressStep+1 {
		t.Errorf("%d calls, the last with %d of %d bytes", calls, last, len(file))
	}
}

func TestURL(t *testing.T) {
	want := randomExtract(3, 200)
	file := pbfWriter{packZlib, false, 50}.encode(want)
	mux := http.NewServeMux()
	mux.HandleFunc("/map", func(w http.ResponseWriter, r *http.Request) {
		if got := r.Header.Get("Accept-Encoding"); got != "identity" {
			t.Errorf("Accept-Encoding %q, want identity", got)
		}
		w.Write(file)
	})
	mux.HandleFunc("/xml", func(w http.ResponseWriter, _ *http.Request) { w.Write(gzipBytes(encodeXML(want))) })
	mux.Handle("/moved", http.RedirectHandler("/map", http.StatusFound))
	mux.Handle("/loop", http.RedirectHandler("/loop", http.StatusFound))
	mux.HandleFunc("/html", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<!doctype html>\n<p>Sign in</p>") })
	mux.HandleFunc("/busy", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTooManyRequests) })
	mux.HandleFunc("/empty", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("/cut", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", fmt.Sprint(len(file)))
		w.Write(file[:len(file)/2])
	})
	server := httptest.NewServer(mux)
	defer server.Close()
	for path, problem := range map[string]string{
		"/map": "", "/xml": "", "/moved": "",
		"/missing": "the server answers 404 Not Found",
		"/busy":    "the server answers 429 Too Many Requests",
		"/loop":    "stopped after 10 redirects",
		"/html":    "a web page (HTML), not a map",
		"/empty":   "empty, want .osm",
		"/cut":     fmt.Sprintf("the connection broke after %d of %d bytes", len(file)/2, len(file)),
	} {
		got, err := Open(context.Background(), server.URL+path, Options{Client: server.Client()})
		if problem == "" {
			if err != nil {
				t.Errorf("%s: %v", path, err)
			} else {
				sameElements(t, got, want)
			}
			continue
		}
		if err == nil || !strings.HasPrefix(err.Error(), server.URL+path+": ") || !strings.Contains(err.Error(), problem) {
			t.Errorf("%s: %v, want %s", path, err, problem)
		}
	}
}

func TestNoServer(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	url := server.URL
	server.Close()
	secret := strings.Replace(url, "http://", "http://me:secret@", 1)
	_, err := Open(context.Background(), secret, Options{})
	if err == nil || !strings.Contains(err.Error(), "connection refused") || strings.Contains(err.Error(), "secret") {
		t.Errorf("%v, want connection refused and no password", err)
	}
}

// TestCancelledDownload cancels while the server is in the middle of its answer.
func TestCancelledDownload(t *testing.T) {
	file := encodeXML(randomExtract(4, 5000))
	ctx, cancel := context.WithCancel(context.Background())
	gone := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Write(file[:len(file)/2])
		w.(http.Flusher).Flush()
		cancel()
		<-r.Context().Done()
		close(gone)
	}))
	defer server.Close()
	if _, err := Open(ctx, server.URL, Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want %v", err, context.Canceled)
	}
	<-gone
}

// TestStalledDownload: a server that falls silent is given up.
func TestStalledDownload(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancelCause(context.Background())
		defer cancel(nil)
		silent := iotest.ErrReader(io.EOF)
		blocked := readerFunc(func(p []byte) (int, error) {
			<-ctx.Done()
			return 0, ctx.Err()
		})
		r := &patientReader{r: io.MultiReader(strings.NewReader("abc"), silent, blocked), ctx: ctx, cancel: cancel, patience: stallTimeout}
		begin := time.Now()
		got, err := io.ReadAll(r)
		if string(got) != "abc" || err == nil || !strings.Contains(err.Error(), "nothing came for 1m0s") {
			t.Errorf("%q, %v, want abc and an error", got, err)
		}
		if waited := time.Since(begin); waited != stallTimeout {
			t.Errorf("waited %v, want %v", waited, stallTimeout)
		}
	})
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// repeated is a run of n times b.
func repeated(b byte, n int64) io.Reader {
	return io.LimitReader(readerFunc(func(p []byte) (int, error) {
		for i := range p {
			p[i] = b
		}
		return len(p), nil
	}), n)
}

// TestBombs opens small files that unpack to a lot. What they cost is bounded.
func TestBombs(t *testing.T) {
	const maxBytes = 8 << 20
	var spaces bytes.Buffer
	z := gzip.NewWriter(&spaces)
	must(z.Write([]byte("<osm>")))
	for range 64 {
		must(z.Write([]byte("<a/>")))
		if _, err := io.Copy(z, repeated(' ', maxToken/2)); err != nil {
			t.Fatal(err)
		}
	}
	must(0, z.Close())
	nodes := osmData(nil, denseOf(bytes.Repeat([]byte{2}, 1<<20), make([]byte, 1<<20), make([]byte, 1<<20), nil))
	ways := osmData(nil, bytes.Repeat(sub(3, num(1, 1)), 1<<18))
	stringsOnly := frame("OSMData", packZstd(bytes.Repeat([]byte{0}, maxBlob-1000)))
	var many []byte
	for range 40 {
		many = append(many, stringsOnly...)
	}
	for name, file := range map[string][]byte{
		"gzip of spaces":   spaces.Bytes(),
		"a million nodes":  cat(osmHeader(), nodes),
		"ways of nothing":  cat(osmHeader(), ways, ways, ways),
		"blobs of zeros":   cat(osmHeader(), many),
		"gzip in and zlib": gzipBytes(cat(osmHeader(), nodes, nodes, nodes)),
	} {
		t.Run(name, func(t *testing.T) {
			if len(file) > 1<<20 {
				t.Fatalf("bomb of %d bytes: not a bomb", len(file))
			}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := openBytes(t, file, Options{MaxBytes: maxBytes})
			runtime.ReadMemStats(&after)
			if err == nil || !strings.Contains(err.Error(), "unpacks to more than 8 MiB") {
				t.Errorf("%v, want unpacks to more than 8 MiB", err)
			}
			// Each worker has a buffer of a blob.
			most := uint64(8*maxBytes + 3*maxBlob*runtime.GOMAXPROCS(0))
			if got := after.TotalAlloc - before.TotalAlloc; got > most {
				t.Errorf("allocated %d MiB, want at most %d", got>>20, most>>20)
			}
		})
	}
}

func TestBudget(t *testing.T) {
	for _, c := range []struct{ maxBytes, size, want int64 }{
		{0, 0, 4 << 30},
		{0, 1 << 20, 320 << 20},
		{0, 1 << 30, 4 << 30},
		{1 << 20, 100, 1 << 20},
		{1 << 30, 0, 1 << 30},
		{1 << 30, 2 << 20, 384 << 20},
	} {
		if got := newBudget(c.maxBytes, c.size).limit; got != c.want {
			t.Errorf("limit for MaxBytes %d and a file of %d bytes is %d, want %d", c.maxBytes, c.size, got, c.want)
		}
	}
	b := newBudget(10, 0)
	if err := b.charge(10); err != nil {
		t.Errorf("charge of 10 of 10: %v", err)
	}
	if err := b.charge(1); err == nil {
		t.Error("charge of 11 of 10: no error")
	}
}
