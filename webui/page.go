package webui

import (
	"bytes"
	"compress/gzip"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"

	"roadtwin/webui/tiles"
)

// dist is the page as `make build` leaves it; in a tree where it was not built there is only a placeholder.
//
//go:embed all:dist
var dist embed.FS

const notBuilt = `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Roadtwin</title>
<body style="font: 16px/1.5 system-ui, sans-serif; margin: 3em auto; max-width: 40em">
<h1>The simulation runs, its page was not built</h1>
<p>This program was built without the page. Build both with</p>
<pre>make build</pre>
<p>and start it again. What runs here: <a href="/api/info">/api/info</a>, <a href="/metrics">/metrics</a>.</p>
</body></html>
`

// pageHandler serves the built page, or says how to build it.
func pageHandler() (http.Handler, error) {
	files, err := fs.Sub(dist, "dist")
	if err != nil {
		return nil, fmt.Errorf("the page inside of the program: %w", err)
	}
	if _, err := fs.Stat(files, "index.html"); errors.Is(err, fs.ErrNotExist) {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/" {
				http.NotFound(w, r)
				return
			}
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			w.Header().Set("Cache-Control", "no-cache")
			_, _ = w.Write([]byte(notBuilt))
		}), nil
	}
	return servePage(files), nil
}

// servePage serves the files of a built page, those that shrink compressed.
func servePage(files fs.FS) http.Handler {
	server := http.FileServerFS(files)
	var packed sync.Map // of path to []byte, what has been compressed so far; the files do not change
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// The names of what lies in assets change with their content.
		if strings.HasPrefix(r.URL.Path, "/assets/") {
			w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
		} else {
			w.Header().Set("Cache-Control", "no-cache")
		}
		name := strings.TrimPrefix(r.URL.Path, "/")
		kind := shrinks[path.Ext(name)]
		if kind == "" || !acceptsGzip(r) {
			server.ServeHTTP(w, r)
			return
		}
		body, ok := packed.Load(name)
		if !ok {
			plain, err := fs.ReadFile(files, name)
			if err != nil {
				server.ServeHTTP(w, r) // answers that there is no such file
				return
			}
			body, _ = packed.LoadOrStore(name, compress(plain))
		}
		w.Header().Set("Content-Type", kind)
		writeGzip(w, r, body.([]byte))
	})
}

// shrinks are the types of the page's files that are worth compressing.
var shrinks = map[string]string{
	".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml",
}

func acceptsGzip(r *http.Request) bool {
	return strings.Contains(r.Header.Get("Accept-Encoding"), "gzip")
}

func compress(plain []byte) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write(plain) // a buffer takes everything
	_ = z.Close()
	return b.Bytes()
}

// fail answers with an error as /api and /tiles give it.
func fail(w http.ResponseWriter, status int, format string, args ...any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(mustJSON(map[string]string{"error": fmt.Sprintf(format, args...)}))
}

func fixedJSON(kind string, body []byte) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", kind)
		w.Header().Set("Cache-Control", "no-cache")
		_, _ = w.Write(body)
	})
}

// lazyJSON serves what content returns, encoded and compressed when it is first asked for.
func lazyJSON(content func() any) http.Handler {
	body := sync.OnceValue(func() []byte { return compress(mustJSON(content())) })
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/geo+json")
		w.Header().Set("Cache-Control", "no-cache")
		writeGzip(w, r, body())
	})
}

// writeGzip writes a body that is compressed already, unpacked for the rare client that cannot.
func writeGzip(w http.ResponseWriter, r *http.Request, body []byte) {
	w.Header().Set("Vary", "Accept-Encoding")
	if acceptsGzip(r) {
		w.Header().Set("Content-Encoding", "gzip")
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		_, _ = w.Write(body)
		return
	}
	z, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		fail(w, http.StatusInternalServerError, "unpacking: %v", err)
		return
	}
	_, _ = io.Copy(w, z)
}

// tileHandler serves /tiles/{z}/{x}/{y}.mvt.
func tileHandler(m *tiles.Map, metrics *metrics) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id, err := tiles.ParseID(r.PathValue("z"), r.PathValue("x"), strings.TrimSuffix(r.PathValue("y"), ".mvt"))
		if err != nil {
			fail(w, http.StatusBadRequest, "%v", err)
			return
		}
		tile, err := m.Tile(r.Context(), id)
		switch {
		case errors.Is(err, tiles.ErrZoom):
			fail(w, http.StatusNotFound, "%v", err)
			return
		case err != nil:
			fail(w, http.StatusServiceUnavailable, "%v", err)
			return
		}
		metrics.tiles.Inc()
		w.Header().Set("Content-Type", "application/vnd.mapbox-vector-tile")
		w.Header().Set("Cache-Control", "no-cache") // ask again, with the ETag
		w.Header().Set("ETag", tile.ETag)
		if r.Header.Get("If-None-Match") == tile.ETag {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		if len(tile.Gzip) == 0 {
			return
		}
		writeGzip(w, r, tile.Gzip)
	})
}

// mustJSON encodes a value of this package's own types, which cannot fail.
func mustJSON(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("webui: encode %T: %v", v, err))
	}
	return b
}
