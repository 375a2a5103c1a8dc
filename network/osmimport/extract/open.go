package extract

import (
	"bufio"
	"compress/bzip2"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

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
	blocks, err := read(ctx, in, "", newBudget(opts.MaxBytes, in.total))
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
		hull := x.Hull()
		x.cut(*opts.BBox)
		if len(x.Nodes) == 0 {
			return nil, in.name, fmt.Errorf("nothing within the box %s; the data spans %s", opts.BBox, hull)
		}
	}
	return x, in.name, nil
}

// read reads the elements in whichever format r has; within names the compression that r comes out of, "" if none.
func read(ctx context.Context, r io.Reader, within string, b *budget) ([]*elements, error) {
	buffered := bufio.NewReaderSize(r, 64<<10)
	f, err := sniff(buffered)
	if err != nil {
		return nil, err
	}
	if within != "" && (f == gzipped || f == bzipped) {
		return nil, fmt.Errorf("compressed twice, want .osm or .osm.pbf within the %s data", within)
	}
	switch f {
	case gzipped:
		z, err := gzip.NewReader(buffered)
		if err != nil {
			return nil, errorOfForm("gzip", err)
		}
		return read(ctx, &formReader{z, "gzip"}, "gzip", b)
	case bzipped:
		return read(ctx, &formReader{bzip2.NewReader(buffered), "bzip2"}, "bzip2", b)
	case pbf:
		return readPBF(ctx, buffered, b)
	default:
		e, err := readXML(ctx, &chargedReader{buffered, b}, b)
		return []*elements{e}, err
	}
}
