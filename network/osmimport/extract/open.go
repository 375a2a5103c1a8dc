package extract

import (
	"bufio"
	"bytes"
	"compress/bzip2"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/klauspost/compress/gzip"
)

// Options say what to read and how.
type Options struct {
	// BBox restricts the extract to a box with complete ways: the nodes within, the ways with a node within and all
	// their nodes, the relations with one of these as a member. Nil keeps everything.
	BBox *BBox
	// MaxBytes bounds what the source may unpack to, decompressed and in memory taken together; 0 means 4 GiB. A source
	// whose size is known may in any case not grow more than 64 times plus 256 MiB, which no honest one does.
	MaxBytes int64
	// Client makes the requests for URLs; nil means one with sensible timeouts.
	Client *http.Client
	// Progress, if not nil, is called now and then with the bytes read of the source so far and their total, 0 if that is
	// not known; never by two goroutines at once.
	Progress func(done, total int64)
}

// Open reads the extract at source, a path or an http or https URL. What it is (PBF or XML; plain, gzip or bzip2) is
// told from its content. Errors are of one line and begin with the source.
func Open(ctx context.Context, source string, opts Options) (*Extract, error) {
	x, name, err := open(ctx, source, opts)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return x, nil
}

func open(ctx context.Context, source string, opts Options) (x *Extract, name string, err error) {
	if opts.BBox != nil {
		if err := opts.BBox.check(); err != nil {
			return nil, source, fmt.Errorf("box: %w", err)
		}
	}
	in, err := openSource(ctx, source, opts)
	if err != nil {
		return nil, in.name, err
	}
	defer in.Close()
	blocks, err := read(ctx, in, newBudget(opts.MaxBytes, in.total))
	if err != nil {
		return nil, in.name, err
	}
	in.finish()
	x = merge(blocks)
	x.Source = in.name
	if len(x.Nodes)+len(x.Ways)+len(x.Relations) == 0 && x.Box == (BBox{}) {
		return nil, in.name, errors.New("holds no node, way or relation")
	}
	if opts.BBox != nil {
		hull := x.hull()
		x.cut(*opts.BBox)
		if len(x.Nodes) == 0 {
			return nil, in.name, fmt.Errorf("nothing within the box %s; the data spans %s", opts.BBox, hull)
		}
	}
	return x, in.name, nil
}

// read reads the elements in whichever format r has.
func read(ctx context.Context, r io.Reader, b *budget) ([]*elements, error) {
	buffered := bufio.NewReaderSize(r, 64<<10)
	f, err := sniff(buffered)
	if err != nil {
		return nil, err
	}
	switch f {
	case gzipped:
		z, err := gzip.NewReader(buffered)
		if err != nil {
			return nil, errorOfForm("gzip", err)
		}
		return readUnpacked(ctx, "gzip", z, b)
	case bzipped:
		return readUnpacked(ctx, "bzip2", bzip2.NewReader(buffered), b)
	case pbf:
		return readPBF(ctx, buffered, b)
	default:
		return readText(ctx, buffered, b)
	}
}

// readUnpacked reads what a compressed file holds; form names the compression.
func readUnpacked(ctx context.Context, form string, r io.Reader, b *budget) ([]*elements, error) {
	buffered := bufio.NewReaderSize(&formReader{r, form}, 64<<10)
	f, err := sniff(buffered)
	if err != nil {
		return nil, err
	}
	switch f {
	case gzipped, bzipped:
		return nil, fmt.Errorf("compressed twice, want .osm or .osm.pbf within the %s file", form)
	case pbf:
		return readPBF(ctx, buffered, b)
	default:
		return readText(ctx, buffered, b)
	}
}

func readText(ctx context.Context, r io.Reader, b *budget) ([]*elements, error) {
	e, err := readXML(ctx, &chargedReader{r, b}, b)
	return []*elements{e}, err
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
