package extract

import (
	"fmt"
	"io"
	"sync/atomic"
)

const (
	// defaultMaxBytes lets a large city's extract in (Berlin, 90 MB as PBF, takes about 1 GB).
	defaultMaxBytes = 4 << 30
	// A source of known size may grow to freeBytes + growth * its size. Measured on the extracts in our tests, PBF takes
	// up to 30 times its size (decompressed and in memory), XML in bzip2 some 20 times; a zlib bomb over 1,000 times.
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
