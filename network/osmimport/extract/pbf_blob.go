package extract

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/klauspost/compress/zlib"
	"github.com/klauspost/compress/zstd"
)

// Limits of the format, https://wiki.openstreetmap.org/wiki/PBF_Format#File_format .
const (
	maxBlobHeader = 64 << 10 // bytes
	maxBlob       = 32 << 20 // bytes, packed and unpacked
)

// Fields of BlobHeader and Blob, fileformat.proto.
const (
	headerType     = 1<<3 | formBytes
	headerDataSize = 3<<3 | formVarint

	blobRaw     = 1<<3 | formBytes
	blobRawSize = 2<<3 | formVarint
	blobZlib    = 3<<3 | formBytes
	blobLzma    = 4<<3 | formBytes
	blobBzip2   = 5<<3 | formBytes
	blobLz4     = 6<<3 | formBytes
	blobZstd    = 7<<3 | formBytes
)

// blob is one packed piece of a PBF file.
type blob struct {
	index  int   // in the file, from 0
	offset int64 // in the file, bytes
	kind   string
	packed []byte
}

func (b *blob) wrap(err error) error {
	return fmt.Errorf("blob %d at byte %d: %w", b.index, b.offset, err)
}

// blobReader reads the blobs of a PBF file one by one.
type blobReader struct {
	r      io.Reader
	index  int
	offset int64
}

// next reads a blob, into buf if it is large enough. At the end of the file it returns io.EOF.
func (r *blobReader) next(buf []byte) (*blob, error) {
	b := &blob{index: r.index, offset: r.offset}
	var size [4]byte
	if _, err := io.ReadFull(r.r, size[:]); err == io.EOF {
		return nil, io.EOF
	} else if err != nil {
		return nil, b.wrap(truncated("the length of its header", err))
	}
	headerLen := binary.BigEndian.Uint32(size[:])
	if headerLen == 0 || headerLen > maxBlobHeader {
		return nil, b.wrap(fmt.Errorf("header of %d bytes, want 1 to %d: not a PBF file or damaged", headerLen, maxBlobHeader))
	}
	header := make([]byte, headerLen)
	if _, err := io.ReadFull(r.r, header); err != nil {
		return nil, b.wrap(truncated("its header", err))
	}
	dataSize, err := b.parseHeader(header)
	if err != nil {
		return nil, b.wrap(err)
	}
	if cap(buf) < dataSize {
		buf = make([]byte, dataSize)
	}
	b.packed = buf[:dataSize]
	if _, err := io.ReadFull(r.r, b.packed); err != nil {
		return nil, b.wrap(truncated(fmt.Sprintf("its %d bytes of data", dataSize), err))
	}
	r.index++
	r.offset += 4 + int64(headerLen) + int64(dataSize)
	return b, nil
}

func (b *blob) parseHeader(m message) (dataSize int, err error) {
	size := uint64(0)
	err = m.each(func(f field) error {
		switch f.key {
		case headerType:
			b.kind = string(f.data)
		case headerDataSize:
			size = f.value
		}
		return nil
	})
	switch {
	case err != nil:
		return 0, fmt.Errorf("header: %w", err)
	case b.kind == "":
		return 0, errors.New("header names no type, want OSMHeader or OSMData")
	case size == 0 || size > maxBlob:
		return 0, fmt.Errorf("data of %d bytes, want 1 to %d", size, maxBlob)
	}
	return int(size), nil
}

// truncated makes of a short read an error that says what is missing; other errors pass as they are.
func truncated(what string, err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("file ends within %s: truncated", what)
	}
	return err
}

// unpacker decompresses blobs; it belongs to one goroutine and keeps its buffers.
type unpacker struct {
	zlib io.ReadCloser
	zstd *zstd.Decoder
	buf  []byte
}

// unpack returns the content of a Blob message, valid until the next call.
func (u *unpacker) unpack(packed message) ([]byte, error) {
	var data field
	var found bool
	rawSize := uint64(0)
	err := packed.each(func(f field) error {
		switch f.key {
		case blobRawSize:
			rawSize = f.value
		case blobRaw, blobZlib, blobLzma, blobBzip2, blobLz4, blobZstd:
			data, found = f, true
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, errors.New("no data of a known form, want raw, zlib, lz4 or zstd")
	}
	if data.key == blobRaw {
		return data.data, nil
	}
	if rawSize == 0 || rawSize > maxBlob {
		return nil, fmt.Errorf("raw_size is %d bytes, want 1 to %d", rawSize, maxBlob)
	}
	return u.inflate(data, int(rawSize))
}

func (u *unpacker) inflate(data field, rawSize int) ([]byte, error) {
	if cap(u.buf) < rawSize {
		u.buf = make([]byte, rawSize)
	}
	dst := u.buf[:rawSize]
	var n int
	var err error
	var form string
	switch data.key {
	case blobZlib:
		form = "zlib"
		n, err = u.inflateZlib(dst, data.data)
	case blobLz4:
		form = "lz4"
		n, err = inflateLZ4(dst, data.data)
	case blobZstd:
		form = "zstd"
		n, err = u.inflateZstd(dst, data.data)
	default:
		return nil, errors.New("compressed with lzma or bzip2, which nothing writes any more: want zlib, lz4, zstd or none")
	}
	if err != nil {
		return nil, fmt.Errorf("%s data: %w", form, err)
	}
	if n != rawSize {
		return nil, fmt.Errorf("%s data of %d bytes, want raw_size = %d", form, n, rawSize)
	}
	return dst, nil
}

var errOverRawSize = errors.New("unpacks to more than its raw_size")

func (u *unpacker) inflateZlib(dst, src []byte) (int, error) {
	r := bytes.NewReader(src)
	if u.zlib == nil {
		z, err := zlib.NewReader(r)
		if err != nil {
			return 0, err
		}
		u.zlib = z
	} else if err := u.zlib.(zlib.Resetter).Reset(r, nil); err != nil {
		return 0, err
	}
	n, err := io.ReadFull(u.zlib, dst)
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return n, fmt.Errorf("ends after %d of %d bytes", n, len(dst))
	} else if err != nil {
		return n, err
	}
	// The checksum is verified only when the end is read.
	var one [1]byte
	switch extra, err := io.ReadFull(u.zlib, one[:]); {
	case extra > 0:
		return n, errOverRawSize
	case err != io.EOF:
		return n, err
	}
	return n, nil
}

func (u *unpacker) inflateZstd(dst, src []byte) (int, error) {
	if u.zstd == nil {
		z, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true),
			zstd.WithDecoderMaxMemory(maxBlob), zstd.WithDecodeAllCapLimit(true))
		if err != nil {
			return 0, err
		}
		u.zstd = z
	}
	out, err := u.zstd.DecodeAll(src, dst[:0:len(dst)])
	if errors.Is(err, zstd.ErrDecoderSizeExceeded) {
		return 0, errOverRawSize
	}
	return len(out), err
}

func (u *unpacker) close() {
	if u.zstd != nil {
		u.zstd.Close()
	}
}

// quoted shows a string from a file in a message, shortened.
func quoted(s string) string {
	const most = 60
	if len(s) > most {
		s = s[:most] + "…"
	}
	return strconv.Quote(s)
}
