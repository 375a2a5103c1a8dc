package traffic

import (
	"reflect"
	"slices"
	"testing"
	"unsafe"
)

// TestHashMindsEveryField changes each field of what a World's state is made of, one at a time, and wants another hash. So a
// field that is added and left out of the hash fails it.
func TestHashMindsEveryField(t *testing.T) {
	for _, c := range []struct {
		what any // a pointer to it
		add  func(h *digest, what any)
		not  []string // fields that need not be in it
	}{
		{what: &vehicle{}, add: func(h *digest, x any) { h.addVehicle(x.(*vehicle)) }},
		{what: &journey{}, add: func(h *digest, x any) { h.addJourney(x.(*journey)) }},
		{what: &tail{}, add: func(h *digest, x any) { h.addTail(x.(*tail)) }},
		{what: &head{}, add: func(h *digest, x any) { h.addHead(x.(*head)) }},
		{what: &foot{}, add: func(h *digest, x any) { h.addFoot(x.(*foot)) }},
		{what: &person{}, add: func(h *digest, x any) { h.addPerson(x.(*person)) }},
		{what: &rail{}, add: func(h *digest, x any) { h.addRail(x.(*rail)) }},
		{what: &Walks{}, add: func(h *digest, x any) { h.addWalks(x.(*Walks)) }},
		{what: &crossers{}, add: func(h *digest, x any) { x.(*crossers).hash(h) }},
		{what: &World{}, add: func(h *digest, x any) { x.(*World).hashStats(h); x.(*World).hashLookout(h) }, not: othersOf(&World{}, "stats", "audit", "wrecks")},
		{what: &Stats{}, add: func(h *digest, x any) { (&World{stats: *x.(*Stats)}).hashStats(h) }},
		{what: &Audit{}, add: func(h *digest, x any) { (&World{audit: *x.(*Audit)}).hashStats(h) }},
		{what: &wreck{}, add: func(h *digest, x any) { (&World{wrecks: []wreck{*x.(*wreck)}}).hashLookout(h) }},
		{
			what: &lookout{}, add: func(h *digest, x any) { (&World{lookout: *x.(*lookout)}).hashLookout(h) },
			not: []string{"rounds", "looks"}, // made anew from the rest of the state
		},
	} {
		v := reflect.ValueOf(c.what).Elem()
		without := digest(1)
		c.add(&without, c.what)
		for i := range v.NumField() {
			name := v.Type().Field(i).Name
			if slices.Contains(c.not, name) {
				continue
			}
			field := reflect.NewAt(v.Field(i).Type(), unsafe.Pointer(v.Field(i).UnsafeAddr())).Elem()
			before := reflect.New(field.Type()).Elem()
			before.Set(field)
			alter(t, field)
			with := digest(1)
			c.add(&with, c.what)
			if with == without {
				t.Errorf("%v: the hash does not change with %s", v.Type(), name)
			}
			field.Set(before)
		}
	}
}

// othersOf returns the fields of the struct that what points to but those named.
func othersOf(what any, names ...string) (others []string) {
	v := reflect.TypeOf(what).Elem()
	for i := range v.NumField() {
		if name := v.Field(i).Name; !slices.Contains(names, name) {
			others = append(others, name)
		}
	}
	return others
}

// alter makes f another value than the zero value that it has.
func alter(t *testing.T, f reflect.Value) {
	t.Helper()
	switch f.Kind() {
	case reflect.Bool:
		f.SetBool(true)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		f.SetInt(1)
	case reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		f.SetUint(1)
	case reflect.Float32, reflect.Float64:
		f.SetFloat(1)
	case reflect.Slice:
		f.Set(reflect.MakeSlice(f.Type(), 1, 1))
	case reflect.Array:
		alter(t, f.Index(f.Len()-1))
	case reflect.Struct:
		at := f.Field(0)
		alter(t, reflect.NewAt(at.Type(), unsafe.Pointer(at.UnsafeAddr())).Elem())
	default:
		t.Fatalf("no way to change a %v", f.Type())
	}
}
