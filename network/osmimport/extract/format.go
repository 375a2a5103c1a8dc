package extract

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
)

// format is what a stream of bytes turns out to be.
type format uint8

const (
	text format = iota
	pbf
	gzipped
	bzipped
)

const wanted = "want .osm, .osm.gz, .osm.bz2 or .osm.pbf"

var (
	errWebPage = errors.New("a web page (HTML), not a map: " + wanted)
	errEmpty   = errors.New("empty, " + wanted)
)

// foreign are the first bytes of what people mistake for an extract.
var foreign = []struct{ magic, what string }{
	{"PK\x03\x04", "a ZIP archive"},
	{"\xfd7zXZ\x00", "an xz file"},
	{"\x28\xb5\x2f\xfd", "a zstd file"},
	{"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"},
	{"\xff\xe0\x04o5", "an o5m file (osmconvert or osmium convert it)"},
	{"SQLite format 3\x00", "an SQLite database"},
	{"{", "JSON"},
	{"[", "JSON"},
}

// sniff tells the format from the first bytes, without taking them.
func sniff(r *bufio.Reader) (format, error) {
	head, err := r.Peek(512)
	if len(head) == 0 {
		if err == io.EOF {
			err = errEmpty
		}
		return 0, err
	}
	trimmed := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n")
	switch {
	case bytes.HasPrefix(head, []byte("\x1f\x8b")):
		return gzipped, nil
	case bytes.HasPrefix(head, []byte("BZh")):
		return bzipped, nil
	case isPBF(head):
		return pbf, nil
	case isWebPage(trimmed):
		return 0, errWebPage
	case bytes.HasPrefix(trimmed, []byte("<")):
		return text, nil
	}
	for _, f := range foreign {
		if bytes.HasPrefix(head, []byte(f.magic)) {
			return 0, fmt.Errorf("is %s, %s", f.what, wanted)
		}
	}
	return 0, fmt.Errorf("begins with %s, %s", quoted(string(head[:min(len(head), 16)])), wanted)
}

// isPBF reports whether head begins with a short blob header: its length in four bytes, then field 1 of 9 bytes.
func isPBF(head []byte) bool {
	return len(head) >= 6 && head[0] == 0 && head[1] == 0 && bytes.Contains(head[4:min(len(head), 80)], []byte("\x0a\x09OSMHeader"))
}

func isWebPage(head []byte) bool {
	lower := bytes.ToLower(head)
	return bytes.HasPrefix(lower, []byte("<!doctype html")) || bytes.HasPrefix(lower, []byte("<html"))
}

// formReader says of errors which compression they come from.
type formReader struct {
	r    io.Reader
	form string
}

func (f *formReader) Read(p []byte) (int, error) {
	n, err := f.r.Read(p)
	if err == nil || err == io.EOF {
		return n, err
	}
	return n, errorOfForm(f.form, err)
}

func errorOfForm(form string, err error) error {
	switch {
	case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("%s data ends too early: truncated", form)
	case strings.HasPrefix(err.Error(), form):
		return err
	}
	return fmt.Errorf("%s: %w", form, err)
}
