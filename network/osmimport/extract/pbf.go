package extract

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"sync"
)

// readPBF reads a PBF file: one goroutine reads blobs, a few decode them, and their blocks are put in the order of the
// file. Some five blobs a worker are in memory at once, used or waiting for use. Of several errors the first in the
// file is returned.
func readPBF(ctx context.Context, r io.Reader, b *budget) ([]*elements, error) {
	workers := runtime.GOMAXPROCS(0)
	p := pipeline{
		budget:  b,
		strings: newInterner(),
		blobs:   make(chan *blob, workers),
		free:    make(chan []byte, 2*workers+1),
		stop:    make(chan struct{}),
	}
	var wg sync.WaitGroup
	for range workers {
		wg.Go(p.work)
	}
	err := p.feed(ctx, &blobReader{r: r})
	close(p.blobs)
	wg.Wait()
	// All blobs that were fed lie before the place where feeding stopped, so an error in one of them comes first.
	if p.err != nil {
		return nil, p.err
	}
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(p.blocks, func(e *elements) bool { return e == nil }), nil
}

// pipeline is the way of blobs from the reader to the workers.
type pipeline struct {
	budget  *budget
	strings *interner
	blobs   chan *blob
	free    chan []byte   // buffers of decoded blobs
	stop    chan struct{} // closed at the first error

	mu     sync.Mutex
	blocks []*elements // by index of the blob; nil for blobs of an unknown type
	err    error       // of the blob errAt, the first so far
	errAt  int
}

// feed sends blobs to the workers until the end of the file, an error or a stop.
func (p *pipeline) feed(ctx context.Context, r *blobReader) error {
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		var buf []byte
		select {
		case buf = <-p.free:
		case <-p.stop:
			return nil
		default:
		}
		b, err := r.next(buf)
		if err == io.EOF {
			if r.index == 0 {
				return errors.New("empty file")
			}
			return nil
		}
		if err != nil {
			return err
		}
		if b.index == 0 && b.kind != "OSMHeader" {
			return b.wrap(fmt.Errorf("type %s, want OSMHeader first", quoted(b.kind)))
		}
		if err := chargeFor[elements](p.budget, 1); err != nil {
			return err
		}
		select {
		case p.blobs <- b:
		case <-p.stop:
			return nil
		}
	}
}

// work decodes blobs until there are no more. After an error it goes on with those that were fed before.
func (p *pipeline) work() {
	d := decoder{budget: p.budget, strings: p.strings}
	defer d.unpacker.close()
	for b := range p.blobs {
		block, err := d.decode(b)
		p.put(b, block, err)
		select {
		case p.free <- b.packed:
		default:
		}
	}
}

func (p *pipeline) put(b *blob, block *elements, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err != nil {
		if p.err == nil {
			close(p.stop)
		}
		if p.err == nil || b.index < p.errAt {
			p.err, p.errAt = errorOf(b, err), b.index
		}
		return
	}
	for len(p.blocks) <= b.index {
		p.blocks = append(p.blocks, nil)
	}
	p.blocks[b.index] = block
}

// errorOf says where err happened; which blob exceeds the budget depends on the order of work and is not said.
func errorOf(b *blob, err error) error {
	if over := (*tooLargeError)(nil); errors.As(err, &over) {
		return over
	}
	return b.wrap(err)
}
