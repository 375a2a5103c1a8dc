// Package sumoxml reads SUMO's XML files element by element, in bounded memory: networks, routes and additional files.
package sumoxml

import (
	"bufio"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"roadtwin/network/bounded"
)

const (
	// maxToken bounds a tag with its attributes, bytes; the intLanes of the largest junctions take some 100 kB.
	maxToken = 8 << 20
	// maxDepth bounds nesting; SUMO's is 5.
	maxDepth = 32
)

// Reader walks through a document.
type Reader struct {
	in    *limited
	dec   *xml.Decoder
	depth int
	root  bool // has begun
}

// Element is a tag that begins, or (End) that ends.
type Element struct {
	Name  string
	Attr  []xml.Attr
	Line  int // at which the tag ends, from 1
	Depth int // of the document's root 1
	End   bool
}

// NewReader returns a Reader of r, which may be compressed by gzip.
func NewReader(r io.Reader) (*Reader, error) {
	plain, err := bounded.Unpack(r)
	if err != nil {
		return nil, err
	}
	in := &limited{r: plain}
	return &Reader{in: in, dec: xml.NewDecoder(in)}, nil
}

// Next returns the next tag that begins or ends; io.EOF after the last. Errors tell the line.
func (r *Reader) Next() (Element, error) {
	for {
		r.in.left = maxToken
		t, err := r.dec.Token()
		line, _ := r.dec.InputPos()
		if errors.Is(err, io.EOF) && !r.root {
			return Element{}, errors.New("no XML element, want a SUMO file")
		}
		if errors.Is(err, io.EOF) {
			return Element{}, io.EOF
		}
		if err != nil {
			var syntax *xml.SyntaxError
			if errors.As(err, &syntax) {
				err = errors.New(syntax.Msg)
			}
			return Element{}, fmt.Errorf("line %d: %w", line, err)
		}
		switch t := t.(type) {
		case xml.StartElement:
			r.depth++
			r.root = true
			if r.depth > maxDepth {
				return Element{}, fmt.Errorf("line %d: elements nested more than %d deep", line, maxDepth)
			}
			return Element{Name: t.Name.Local, Attr: t.Attr, Line: line, Depth: r.depth}, nil
		case xml.EndElement:
			r.depth--
			return Element{Name: t.Name.Local, Line: line, Depth: r.depth + 1, End: true}, nil
		case xml.Directive:
			return Element{}, fmt.Errorf("line %d: a document type, want none", line)
		}
	}
}

// Has tells whether the element has an attribute of that name.
func (e *Element) Has(name string) bool {
	_, ok := e.find(name)
	return ok
}

// Text returns an attribute, "" if it is not there.
func (e *Element) Text(name string) string {
	v, _ := e.find(name)
	return v
}

func (e *Element) find(name string) (string, bool) {
	for i := range e.Attr {
		if e.Attr[i].Name.Local == name {
			return e.Attr[i].Value, true
		}
	}
	return "", false
}

// Int returns a whole number, otherwise if the attribute is not there.
func (e *Element) Int(name string, otherwise int) (int, error) {
	text, ok := e.find(name)
	if !ok {
		return otherwise, nil
	}
	v, err := strconv.ParseInt(strings.TrimSpace(text), 10, 32)
	if err != nil {
		return 0, e.Errorf("%s=%q, want a whole number", name, text)
	}
	return int(v), nil
}

// Float returns a finite number, otherwise if the attribute is not there.
func (e *Element) Float(name string, otherwise float64) (float64, error) {
	text, ok := e.find(name)
	if !ok {
		return otherwise, nil
	}
	v, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
		return 0, e.Errorf("%s=%q, want a number", name, text)
	}
	return v, nil
}

// Bool returns whether an attribute says yes, otherwise if it is not there.
func (e *Element) Bool(name string, otherwise bool) bool {
	switch text, _ := e.find(name); text {
	case "true", "1", "True", "x", "yes":
		return true
	case "":
		return otherwise
	}
	return false
}

// Time returns seconds written as a number or as "hh:mm:ss" or "d:hh:mm:ss", otherwise if the attribute is not there.
func (e *Element) Time(name string, otherwise float64) (float64, error) {
	text, ok := e.find(name)
	if !ok {
		return otherwise, nil
	}
	if !strings.Contains(text, ":") {
		return e.Float(name, otherwise)
	}
	parts := strings.Split(text, ":")
	units := []float64{86400, 3600, 60, 1}
	if len(parts) < 3 || len(parts) > 4 {
		return 0, e.Errorf("%s=%q, want seconds or hh:mm:ss", name, text)
	}
	total := 0.0
	for i, part := range parts {
		v, err := strconv.ParseFloat(part, 64)
		if err != nil || !(v >= 0 && v < 1e6) {
			return 0, e.Errorf("%s=%q, want seconds or hh:mm:ss", name, text)
		}
		total += v * units[4-len(parts)+i]
	}
	return total, nil
}

// Errorf returns an error that tells the line and the element, with its id if it has one.
func (e *Element) Errorf(format string, args ...any) error {
	what := e.Name
	if id := e.Text("id"); id != "" {
		what += " " + shorten(id)
	}
	return fmt.Errorf("line %d: %s: %w", e.Line, what, fmt.Errorf(format, args...))
}

// shorten returns s in a length that fits a message.
func shorten(s string) string {
	const most = 60
	if len(s) > most {
		return s[:most] + "…"
	}
	return s
}

// limited bounds how much is read for one token: an attribute without an end would otherwise take all memory.
type limited struct {
	r    *bufio.Reader
	left int // bytes
}

// ReadByte is what xml.Decoder reads with.
func (l *limited) ReadByte() (byte, error) {
	if l.left == 0 {
		return 0, fmt.Errorf("tag or text of more than %d bytes", maxToken)
	}
	l.left--
	return l.r.ReadByte()
}

// Read is only there to make it an io.Reader.
func (l *limited) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	b, err := l.ReadByte()
	if err != nil {
		return 0, err
	}
	p[0] = b
	return 1, nil
}
