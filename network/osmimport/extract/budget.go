package extract

import (
	"fmt"
	"io"
	"slices"
	"sync/atomic"
	"unsafe"
)

const (
	// defaultMaxBytes lets a large city's extract in (Berlin, 90 MB as PBF, takes about 1 GB).
	defaultMaxBytes = 4 << 30
	// A source of known size may grow to freeBytes + growth * its size. Of the real extracts that the tests open, PBF
	// takes 8 to 14 times its size (decompressed and in memory together), gzipped XML 11; a zlib bomb over 1,000 times.
	freeBytes = 256 << 20
	growth    = 64
)

// budget bounds what a source may make us hold: bytes decompressed plus bytes of memory taken for its elements. It may
// be charged from any number of goroutines; whether a source exceeds it does not depend on their order.
type budget struct {
	limit int64
	used  atomic.Int64
}

// newBudget returns a budget of maxBytes (0: defaultMaxBytes), less if the source is of a known size (0: unknown).
func newBudget(maxBytes, size int64) *budget {
	if maxBytes <= 0 {
		maxBytes = defaultMaxBytes
	}
	if size > 0 && size < (maxBytes-freeBytes)/growth {
		maxBytes = freeBytes + growth*size
	}
	return &budget{limit: maxBytes}
}

// charge takes n bytes from the budget.
func (b *budget) charge(n int) error {
	if b.used.Add(int64(n)) > b.limit {
		return &tooLargeError{limit: b.limit}
	}
	return nil
}

// tooLargeError is the error of an exceeded budget.
type tooLargeError struct{ limit int64 }

func (e *tooLargeError) Error() string {
	return fmt.Sprintf("unpacks to more than %d MiB: damaged or too large, want a smaller extract", e.limit>>20)
}

// chargeFor charges the memory of n values of type T.
func chargeFor[T any](b *budget, n int) error {
	var zero T
	return b.charge(n * int(unsafe.Sizeof(zero)))
}

// add adds an element to its batch and charges it.
func add[T any](to *batch[T], item T, s stamp, b *budget) error {
	to.add(item, s)
	return chargeFor[T](b, 1)
}

// room makes room in a batch for n more elements and charges them.
func room[T any](in *batch[T], n int, b *budget) error {
	if err := chargeFor[T](b, n); err != nil {
		return err
	}
	in.items, in.stamps = slices.Grow(in.items, n), slices.Grow(in.stamps, n)
	return nil
}

// chargedReader charges what is read from it.
type chargedReader struct {
	r      io.Reader
	budget *budget
}

func (c *chargedReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	if over := c.budget.charge(n); over != nil {
		return 0, over
	}
	return n, err
}
