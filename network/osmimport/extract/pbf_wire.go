package extract

import (
	"errors"
	"fmt"
	"slices"

	"google.golang.org/protobuf/encoding/protowire"
)

// Protocol buffers (https://protobuf.dev/programming-guides/encoding/): a message is a run of fields, each with a key
// that holds its number and the form of its value. We meet two forms; a field of another form than its definition
// has is skipped, as every protocol buffer parser does with what it does not know.
const (
	formVarint = uint64(protowire.VarintType)
	formBytes  = uint64(protowire.BytesType)
)

var (
	errWire     = errors.New("damaged protocol buffer")
	errOverflow = errors.New("the sum of differences overflows 64 bits")
	errShort    = errors.New("fewer values than elements")
)

// message is what is left to read of a protocol buffer message.
type message []byte

// field is one field of a message.
type field struct {
	key   uint64 // number<<3 | form
	value uint64 // of a varint
	data  []byte // of a string, bytes, message or packed array; part of the message it was read from
}

// next returns the next field; more is false at the end of the message.
func (m *message) next() (f field, more bool, err error) {
	if len(*m) == 0 {
		return field{}, false, nil
	}
	b := []byte(*m)
	number, form, n := protowire.ConsumeTag(b)
	if n < 0 {
		return field{}, false, fmt.Errorf("%w: %w", errWire, protowire.ParseError(n))
	}
	b = b[n:]
	f.key = uint64(number)<<3 | uint64(form)
	switch form {
	case protowire.VarintType:
		f.value, n = protowire.ConsumeVarint(b)
	case protowire.BytesType:
		f.data, n = protowire.ConsumeBytes(b)
	case protowire.Fixed32Type, protowire.Fixed64Type:
		n = protowire.ConsumeFieldValue(number, form, b)
	default:
		return field{}, false, fmt.Errorf("%w: field %d has form %d, want 0, 1, 2 or 5", errWire, number, form)
	}
	if n < 0 {
		return field{}, false, fmt.Errorf("%w: field %d: %w", errWire, number, protowire.ParseError(n))
	}
	*m = b[n:]
	return f, true, nil
}

// each calls do for each field, until an error.
func (m message) each(do func(field) error) error {
	for {
		f, more, err := m.next()
		if err != nil || !more {
			return err
		}
		if err := do(f); err != nil {
			return err
		}
	}
}

// varints is what is left to read of an array of numbers.
type varints struct {
	left  []byte
	owned bool // left is a copy, not a part of the message
}

// extend adds a field that is a part of an array. An array may be written in several parts, packed or number by number.
func (v *varints) extend(f field) {
	if len(v.left) == 0 && f.key&7 == formBytes {
		v.left, v.owned = f.data, false
		return
	}
	if !v.owned {
		v.left, v.owned = slices.Clone(v.left), true
	}
	switch f.key & 7 {
	case formVarint:
		v.left = protowire.AppendVarint(v.left, f.value)
	case formBytes:
		v.left = append(v.left, f.data...)
	}
}

// count returns how many numbers are left, one that is cut off at the end included.
func (v *varints) count() int {
	n := 0
	for _, b := range v.left {
		if b < 0x80 {
			n++
		}
	}
	if len(v.left) > 0 && v.left[len(v.left)-1] >= 0x80 {
		n++
	}
	return n
}

func (v *varints) next() (uint64, error) {
	b := v.left
	if len(b) == 0 {
		return 0, errShort
	}
	if b[0] < 0x80 {
		v.left = b[1:]
		return uint64(b[0]), nil
	}
	x, n := protowire.ConsumeVarint(b)
	if n < 0 {
		return 0, fmt.Errorf("%w: %w", errWire, protowire.ParseError(n))
	}
	v.left = b[n:]
	return x, nil
}

// delta reads an array of zigzag differences (sint64, delta coded) and returns their running sum.
type delta struct {
	varints
	sum int64
}

func (d *delta) next() (int64, error) {
	x, err := d.varints.next()
	if err != nil {
		return 0, err
	}
	diff := protowire.DecodeZigZag(x)
	sum := d.sum + diff
	if (sum < d.sum) != (diff < 0) {
		return 0, errOverflow
	}
	d.sum = sum
	return sum, nil
}
