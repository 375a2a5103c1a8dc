package bounded

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"
)

// decode reads the elements of a JSON array and returns how many there were.
func decode(text string, most int) (int, error) {
	in := NewReader(strings.NewReader(text), most)
	d := json.NewDecoder(in)
	if _, err := d.Token(); err != nil {
		return 0, err
	}
	for n := 0; ; n++ {
		in.Next()
		if !d.More() {
			_, err := d.Token()
			return n, err
		}
		var element string
		if err := d.Decode(&element); err != nil {
			return n, err
		}
	}
}

func TestElementsAreBoundedNotFiles(t *testing.T) {
	small := `"` + strings.Repeat("x", 90) + `"`
	if n, err := decode("["+strings.Repeat(small+",", 9999)+small+"]", 100); n != 10_000 || err != nil {
		t.Errorf("%d elements, error %v; want 10000 and none", n, err)
	}
	if n, err := decode(`["a","`+strings.Repeat("x", 10_000)+`"]`, 100); n != 1 || err == nil || !strings.Contains(err.Error(), "more than 100 bytes") {
		t.Errorf("%d elements, error %v; want one and an error of the second", n, err)
	}
}

func pack(t *testing.T, block []byte, times int) io.Reader {
	t.Helper()
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	for range times {
		if _, err := z.Write(block); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return &packed
}

func TestUnpack(t *testing.T) {
	for name, in := range map[string]io.Reader{"plain": strings.NewReader("hello"), "packed": pack(t, []byte("hello"), 1)} {
		r, err := Unpack(in)
		if err != nil {
			t.Fatal(err)
		}
		if data, err := io.ReadAll(r); string(data) != "hello" || err != nil {
			t.Errorf("%s: %q, error %v; want hello", name, data, err)
		}
	}
	if _, err := Unpack(strings.NewReader("\x1f\x8bno")); err == nil {
		t.Error("a header cut short is read")
	}
	r, err := Unpack(pack(t, make([]byte, 1<<20), 256))
	if err != nil {
		t.Fatal(err)
	}
	n, err := io.Copy(io.Discard, r)
	if err == nil || !strings.Contains(err.Error(), "times its size") || n > 128<<20 {
		t.Errorf("a bomb of 256 MiB: %d bytes, error %v; want it to end early", n, err)
	}
}
