package bounded

import (
	"fmt"
	"io"
)

// Reader lets no more be read than was allowed, so that a decoder that keeps one element at a time keeps no more than
// that.
type Reader struct {
	r    io.Reader
	most int // bytes of an element
	left int // bytes
}

// NewReader returns a Reader of r for elements of up to most bytes; Next allows the first.
func NewReader(r io.Reader, most int) *Reader { return &Reader{r: r, most: most, left: most} }

// Next allows another element.
func (b *Reader) Next() { b.left = b.most }

// Read reads as far as is allowed.
func (b *Reader) Read(p []byte) (int, error) {
	if b.left == 0 && len(p) > 0 {
		return 0, fmt.Errorf("an element of more than %d bytes", b.most)
	}
	n, err := b.r.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}
