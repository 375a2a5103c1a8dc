package freeze

import (
	"encoding/binary"
	"reflect"
	"unsafe"
)

// field is one of a struct.
type field struct {
	offset uintptr
	*coder
}

// fieldsOf returns all fields of t but blank ones.
func fieldsOf(t reflect.Type) (all []field) {
	for i := range t.NumField() {
		if f := t.Field(i); f.Name != "_" {
			all = append(all, field{f.Offset, coderOf(f.Type)})
		}
	}
	return all
}

func structure(t reflect.Type) *coder {
	fields := fieldsOf(t)
	return &coder{
		append: func(dst []byte, at unsafe.Pointer) []byte {
			for _, f := range fields {
				dst = f.append(dst, unsafe.Add(at, f.offset))
			}
			return dst
		},
		read: func(r *reader, at unsafe.Pointer) {
			for _, f := range fields {
				f.read(r, unsafe.Add(at, f.offset))
			}
		},
	}
}

func array(t reflect.Type) *coder {
	of, size, n := coderOf(t.Elem()), t.Elem().Size(), uintptr(t.Len())
	return &coder{
		append: func(dst []byte, at unsafe.Pointer) []byte {
			for i := range n {
				dst = of.append(dst, unsafe.Add(at, i*size))
			}
			return dst
		},
		read: func(r *reader, at unsafe.Pointer) {
			for i := range n {
				of.read(r, unsafe.Add(at, i*size))
			}
		},
	}
}

// slice writes the length, and then a column for each field of the elements, or one for all of them. No slice and an empty one are the same.
func slice(t reflect.Type) *coder {
	columns, size := []field{{0, nil}}, t.Elem().Size()
	if t.Elem().Kind() == reflect.Struct {
		columns = fieldsOf(t.Elem())
	} else {
		columns[0].coder = coderOf(t.Elem())
	}
	return &coder{
		append: func(dst []byte, at unsafe.Pointer) []byte {
			v := reflect.NewAt(t, at).Elem()
			n := uintptr(v.Len())
			dst = binary.AppendUvarint(dst, uint64(n))
			if n == 0 {
				return dst
			}
			first := v.UnsafePointer()
			for _, f := range columns {
				for i := range n {
					dst = f.append(dst, unsafe.Add(first, i*size+f.offset))
				}
			}
			return dst
		},
		read: func(r *reader, at unsafe.Pointer) {
			n := r.length()
			v := reflect.NewAt(t, at).Elem()
			if n == 0 {
				v.SetZero()
				return
			}
			v.Set(reflect.MakeSlice(t, n, n))
			first := v.UnsafePointer()
			for _, f := range columns {
				for i := 0; i < n && r.err == nil; i++ {
					f.read(r, unsafe.Add(first, uintptr(i)*size+f.offset))
				}
			}
		},
	}
}

// pointer writes whether there is anything, and what it points to.
func pointer(t reflect.Type) *coder {
	return &coder{
		append: func(dst []byte, at unsafe.Pointer) []byte {
			to := *(*unsafe.Pointer)(at)
			if to == nil {
				return append(dst, 0)
			}
			return coderOf(t.Elem()).append(append(dst, 1), to)
		},
		read: func(r *reader, at unsafe.Pointer) {
			v := reflect.NewAt(t, at).Elem()
			if b := r.take(1); b == nil || b[0] == 0 {
				v.SetZero()
				return
			}
			v.Set(reflect.New(t.Elem()))
			coderOf(t.Elem()).read(r, v.UnsafePointer())
		},
	}
}
