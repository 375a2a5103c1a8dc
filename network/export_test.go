package network

import (
	"encoding/binary"
	"hash/crc32"
)

// WithChecksums returns data with the checksums of its sections made right, as far as it has any, so that fuzzing gets
// past them.
func WithChecksums(data []byte) []byte {
	out := append([]byte(nil), data...)
	for at := 6; at+12 <= len(out); {
		length := binary.LittleEndian.Uint64(out[at+4:])
		at += 12
		if length > uint64(len(out)-at) || len(out)-at-int(length) < 4 {
			break
		}
		binary.LittleEndian.PutUint32(out[at+int(length):], crc32.Checksum(out[at:at+int(length)], castagnoli))
		at += int(length) + 4
	}
	return out
}
