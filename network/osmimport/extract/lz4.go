package extract

import (
	"encoding/binary"
	"errors"
)

var errLZ4 = errors.New("damaged")

// inflateLZ4 decodes an LZ4 block (not a frame) into dst and returns the number of bytes written; more than fit into
// dst are an error. Format: https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md .
func inflateLZ4(dst, src []byte) (int, error) {
	d := 0
	for len(src) > 0 {
		token := src[0]
		literals, rest, err := lz4Length(src[1:], int(token>>4))
		if err != nil {
			return d, err
		}
		if literals > len(rest) {
			return d, errLZ4
		}
		if literals > len(dst)-d {
			return d, errOverRawSize
		}
		d += copy(dst[d:], rest[:literals])
		src = rest[literals:]
		if len(src) == 0 {
			return d, nil // the last sequence has no match
		}
		if len(src) < 2 {
			return d, errLZ4
		}
		offset := int(binary.LittleEndian.Uint16(src))
		if offset == 0 || offset > d {
			return d, errLZ4
		}
		var match int
		if match, src, err = lz4Length(src[2:], int(token&15)); err != nil {
			return d, err
		}
		match += 4 // the shortest match
		if match > len(dst)-d {
			return d, errOverRawSize
		}
		for end := d + match; d < end; {
			// Source and target overlap when the match is longer than its offset: the copied part then repeats.
			d += copy(dst[d:end], dst[d-offset:d])
		}
	}
	return d, errLZ4
}

// lz4Length continues a length whose first four bits are n: 15 means that bytes to add follow, until one is not 255.
func lz4Length(src []byte, n int) (length int, rest []byte, err error) {
	if n < 15 {
		return n, src, nil
	}
	for i, b := range src {
		n += int(b)
		if n > maxBlob {
			return 0, nil, errOverRawSize
		}
		if b != 255 {
			return n, src[i+1:], nil
		}
	}
	return 0, nil, errLZ4
}
