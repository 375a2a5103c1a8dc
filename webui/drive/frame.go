package drive

import (
	"encoding/binary"
	"errors"
	"fmt"

	"roadtwin/scenarios/ego"
)

// Protocol is the version of the frames.
const Protocol = 1

// Op says what a frame asks for. An answer has the bit opReply besides.
type Op uint8

// The operations.
const (
	Hello Op = iota + 1
	Reset
	Step
	Snapshot
	Fork
	Restore
	Close
	Forget
	opReply Op = 0x80
	opError Op = 0xff
)

var opNames = map[Op]string{
	Hello: "hello", Reset: "reset", Step: "step", Snapshot: "snapshot", Fork: "fork", Restore: "restore", Close: "close", Forget: "forget",
}

// String returns the name used in errors.
func (o Op) String() string {
	if name, ok := opNames[o]; ok {
		return name
	}
	return fmt.Sprintf("operation %d", uint8(o))
}

// Code says what kind of error an answer tells.
type Code uint16

// The codes.
const (
	BadFrame  Code = iota + 1 // not a frame of this protocol
	BadValue                  // something in it makes no sense
	NotFound                  // no such world, snapshot, scenario or vehicle
	TooMany                   // worlds or snapshots
	Failed                    // the server could not do it
	Cancelled                 // the server is being stopped
)

var codeNames = map[Code]string{
	BadFrame: "bad frame", BadValue: "bad value", NotFound: "not found", TooMany: "too many", Failed: "failed", Cancelled: "cancelled",
}

// String returns the name used in errors.
func (c Code) String() string {
	if name, ok := codeNames[c]; ok {
		return name
	}
	return fmt.Sprintf("code %d", uint16(c))
}

// Error is what a server answers to a request that it does not grant.
type Error struct {
	Code Code
	Text string
}

func (e *Error) Error() string { return e.Code.String() + ": " + e.Text }

func errorf(c Code, format string, args ...any) *Error {
	return &Error{c, fmt.Sprintf(format, args...)}
}

// asError returns err as an *Error: one of code if it is none.
func asError(err error, code Code) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return &Error{code, err.Error()}
}

const (
	headerSize = 8
	// maxFrame is the longest frame that a client may send, bytes.
	maxFrame = 256 << 10
	// driveSize is the length of an action with the world that it is for.
	driveSize = 4 + ego.ActionSize
)

// header is what each frame begins with.
type header struct {
	op      Op
	request uint32 // chosen by the client, and in the answer
}

func (h header) append(dst []byte) []byte {
	dst = append(dst, Protocol, byte(h.op), 0, 0)
	return binary.LittleEndian.AppendUint32(dst, h.request)
}

// parseHeader reads the header of a frame, and returns the rest.
func parseHeader(b []byte) (h header, body []byte, err error) {
	if len(b) < headerSize {
		return h, nil, errorf(BadFrame, "%d bytes, want at least %d", len(b), headerSize)
	}
	h = header{Op(b[1]), binary.LittleEndian.Uint32(b[4:])}
	switch {
	case b[0] != Protocol:
		return h, nil, errorf(BadFrame, "version %d, want %d", b[0], Protocol)
	case b[2] != 0 || b[3] != 0:
		return h, nil, errorf(BadFrame, "bytes 2 and 3 are %d and %d, want 0", b[2], b[3])
	case len(b) > maxFrame:
		return h, nil, errorf(BadFrame, "%d bytes, want at most %d", len(b), maxFrame)
	}
	return h, b[headerSize:], nil
}

// ids reads n numbers, which are all that there is in body.
func ids(op Op, body []byte, n int) ([]uint32, error) {
	if len(body) != 4*n {
		return nil, errorf(BadFrame, "%v with %d bytes, want %d", op, len(body), 4*n)
	}
	all := make([]uint32, n)
	for i := range all {
		all[i] = binary.LittleEndian.Uint32(body[4*i:])
	}
	return all, nil
}

// appendError appends an answer that tells of an error.
func appendError(dst []byte, request uint32, e *Error) []byte {
	dst = header{opError, request}.append(dst)
	dst = binary.LittleEndian.AppendUint16(dst, uint16(e.Code))
	return append(dst, e.Text...)
}
