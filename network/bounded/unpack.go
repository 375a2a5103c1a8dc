package bounded

import (
	"bufio"
	"fmt"
	"io"

	"github.com/klauspost/compress/gzip"
)

const (
	// maxRatio bounds how many bytes one compressed byte may become beyond the first freeBytes: networks compress to a
	// tenth, a bomb to a thousandth.
	maxRatio  = 100
	freeBytes = 64 << 20
	buffer    = 64 << 10
)

// Unpack returns r, or what it unpacks to if it is compressed by gzip.
func Unpack(r io.Reader) (*bufio.Reader, error) {
	plain := bufio.NewReaderSize(r, buffer)
	if head, _ := plain.Peek(2); string(head) != "\x1f\x8b" {
		return plain, nil
	}
	packed := &counter{r: plain}
	unpacked, err := gzip.NewReader(packed)
	if err != nil {
		return nil, fmt.Errorf("gzip: %w", err)
	}
	return bufio.NewReaderSize(&ratio{r: unpacked, packed: packed}, buffer), nil
}

// counter counts the compressed bytes that have been read. It is an io.ByteReader, so that gzip reads no more than it
// needs.
type counter struct {
	r *bufio.Reader
	n int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

func (c *counter) ReadByte() (byte, error) {
	b, err := c.r.ReadByte()
	if err == nil {
		c.n++
	}
	return b, err
}

// ratio ends what unpacks to far more than it was.
type ratio struct {
	r      io.Reader
	packed *counter
	n      int64
}

func (r *ratio) Read(p []byte) (int, error) {
	n, err := r.r.Read(p)
	r.n += int64(n)
	if r.n > freeBytes+maxRatio*r.packed.n {
		return 0, fmt.Errorf("unpacks to more than %d times its size", maxRatio)
	}
	return n, err
}
