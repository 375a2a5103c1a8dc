package freeze

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"math"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"unsafe"
)

// Append appends the value that what points to. It panics if its type cannot be frozen.
func Append(dst []byte, what any) []byte {
	v := reflect.ValueOf(what)
	return coderOf(v.Type().Elem()).append(dst, v.UnsafePointer())
}

// Read sets the value that what points to to the one written in data, all of it; or returns an error. Lengths in damaged data cost no more
// memory than some hundred bytes for each byte of data.
func Read(data []byte, what any) error {
	v := reflect.ValueOf(what)
	r := reader{data: data}
	coderOf(v.Type().Elem()).read(&r, v.UnsafePointer())
	if r.err == nil && len(r.data) > 0 {
		r.err = fmt.Errorf("freeze: %d bytes are left over", len(r.data))
	}
	return r.err
}

// Fingerprint returns a hash of the type of what is pointed to: of the names and types of all fields in it.
func Fingerprint(what any) uint64 {
	h := fnv.New64a()
	var b strings.Builder
	describe(&b, reflect.TypeOf(what).Elem(), map[reflect.Type]int{})
	_, _ = h.Write([]byte(b.String()))
	return h.Sum64()
}

// describe writes t in full: named types too, so that it changes with any of their fields.
func describe(b *strings.Builder, t reflect.Type, seen map[reflect.Type]int) {
	if n, ok := seen[t]; ok {
		b.WriteString("#" + strconv.Itoa(n))
		return
	}
	switch t.Kind() {
	case reflect.Struct:
		seen[t] = len(seen)
		b.WriteString("struct{")
		for i := range t.NumField() {
			b.WriteString(t.Field(i).Name + " ")
			describe(b, t.Field(i).Type, seen)
			b.WriteString(";")
		}
		b.WriteString("}")
	case reflect.Slice, reflect.Pointer:
		b.WriteString(t.Kind().String() + " ")
		describe(b, t.Elem(), seen)
	case reflect.Array:
		fmt.Fprintf(b, "[%d]", t.Len())
		describe(b, t.Elem(), seen)
	default:
		b.WriteString(t.Kind().String())
	}
}

// coder writes and reads values of one type, where they are in memory.
type coder struct {
	append func(dst []byte, at unsafe.Pointer) []byte
	read   func(r *reader, at unsafe.Pointer)
}

var coders sync.Map // reflect.Type -> *coder

// coderOf returns the coder of a type. Types that contain themselves have theirs looked up when they are met.
func coderOf(t reflect.Type) *coder {
	if c, ok := coders.Load(t); ok {
		return c.(*coder)
	}
	c := newCoder(t)
	coders.Store(t, c)
	return c
}

func newCoder(t reflect.Type) *coder {
	switch t.Kind() {
	case reflect.Bool, reflect.Uint8:
		return byteCoder
	case reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int, reflect.Int64:
		return signed(t)
	case reflect.Uint16, reflect.Uint32, reflect.Uint, reflect.Uint64:
		return unsigned(t)
	case reflect.Float32:
		return float32Coder
	case reflect.Float64:
		return float64Coder
	case reflect.String:
		return stringCoder
	case reflect.Struct:
		return structure(t)
	case reflect.Array:
		return array(t)
	case reflect.Slice:
		return slice(t)
	case reflect.Pointer:
		return pointer(t)
	}
	panic(fmt.Sprintf("freeze: a %v cannot be frozen", t))
}

var errShort = errors.New("freeze: the data end too soon")

// reader reads data, until there is an error.
type reader struct {
	data []byte
	err  error
}

// take returns the next n bytes, nil if there are not so many.
func (r *reader) take(n int) []byte {
	if r.err != nil || n > len(r.data) {
		r.fail(errShort)
		return nil
	}
	b := r.data[:n]
	r.data = r.data[n:]
	return b
}

func (r *reader) fail(err error) {
	if r.err == nil {
		r.err = err
	}
	r.data = nil
}

func (r *reader) uvarint() uint64 {
	x, n := binary.Uvarint(r.data)
	if n <= 0 {
		r.fail(errShort)
		return 0
	}
	r.data = r.data[n:]
	return x
}

// length reads how many elements there are that take a byte each at least.
func (r *reader) length() int {
	n := r.uvarint()
	if n > uint64(len(r.data)) {
		r.fail(fmt.Errorf("freeze: %d elements in %d bytes", n, len(r.data)))
		return 0
	}
	return int(n)
}

var byteCoder = &coder{
	append: func(dst []byte, at unsafe.Pointer) []byte { return append(dst, *(*byte)(at)) },
	read: func(r *reader, at unsafe.Pointer) {
		if b := r.take(1); b != nil {
			*(*byte)(at) = b[0]
		}
	},
}

var float32Coder = &coder{
	append: func(dst []byte, at unsafe.Pointer) []byte {
		return binary.LittleEndian.AppendUint32(dst, math.Float32bits(*(*float32)(at)))
	},
	read: func(r *reader, at unsafe.Pointer) {
		if b := r.take(4); b != nil {
			*(*float32)(at) = math.Float32frombits(binary.LittleEndian.Uint32(b))
		}
	},
}

var float64Coder = &coder{
	append: func(dst []byte, at unsafe.Pointer) []byte {
		return binary.LittleEndian.AppendUint64(dst, math.Float64bits(*(*float64)(at)))
	},
	read: func(r *reader, at unsafe.Pointer) {
		if b := r.take(8); b != nil {
			*(*float64)(at) = math.Float64frombits(binary.LittleEndian.Uint64(b))
		}
	},
}

var stringCoder = &coder{
	append: func(dst []byte, at unsafe.Pointer) []byte {
		s := *(*string)(at)
		return append(binary.AppendUvarint(dst, uint64(len(s))), s...)
	},
	read: func(r *reader, at unsafe.Pointer) { *(*string)(at) = string(r.take(r.length())) },
}

func signed(t reflect.Type) *coder {
	return &coder{
		append: func(dst []byte, at unsafe.Pointer) []byte {
			return binary.AppendVarint(dst, reflect.NewAt(t, at).Elem().Int())
		},
		read: func(r *reader, at unsafe.Pointer) {
			u := r.uvarint()
			x, v := int64(u>>1)^-int64(u&1), reflect.NewAt(t, at).Elem()
			if v.OverflowInt(x) {
				r.fail(fmt.Errorf("freeze: %d in a %v", x, t))
				return
			}
			v.SetInt(x)
		},
	}
}

func unsigned(t reflect.Type) *coder {
	return &coder{
		append: func(dst []byte, at unsafe.Pointer) []byte {
			return binary.AppendUvarint(dst, reflect.NewAt(t, at).Elem().Uint())
		},
		read: func(r *reader, at unsafe.Pointer) {
			x, v := r.uvarint(), reflect.NewAt(t, at).Elem()
			if v.OverflowUint(x) {
				r.fail(fmt.Errorf("freeze: %d in a %v", x, t))
				return
			}
			v.SetUint(x)
		},
	}
}
