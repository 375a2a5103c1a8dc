package extract

import (
	"bufio"
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

const (
	// maxToken bounds a tag with its attributes. An OSM value has at most 255 characters.
	maxToken = 1 << 20 // bytes
	// maxDepth bounds nesting; OSM's is 3.
	maxDepth = 32
)

// readXML reads an .osm file. It is not paulmach/osm's scanner, which takes a web page or nothing for an empty map and
// tells no line, but the same decoder of the standard library below it.
func readXML(ctx context.Context, r io.Reader, b *budget) (*elements, error) {
	in := &tokenReader{r: bufio.NewReaderSize(r, 64<<10)}
	x := xmlReader{in: in, dec: xml.NewDecoder(in), budget: b, out: &elements{}, strings: make(map[string]string)}
	if err := x.document(ctx); err != nil {
		line, _ := x.dec.InputPos()
		return nil, fmt.Errorf("line %d: %w", line, err)
	}
	return x.out, nil
}

// tokenReader bounds how much is read for one token: an attribute without an end would otherwise take all memory.
type tokenReader struct {
	r    *bufio.Reader
	left int // bytes
}

var errToken = fmt.Errorf("tag or text of more than %d bytes", maxToken)

// ReadByte is what xml.Decoder reads with.
func (t *tokenReader) ReadByte() (byte, error) {
	if t.left == 0 {
		return 0, errToken
	}
	t.left--
	return t.r.ReadByte()
}

// Read is only there to make it an io.Reader.
func (t *tokenReader) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	b, err := t.ReadByte()
	if err != nil {
		return 0, err
	}
	p[0] = b
	return 1, nil
}

// xmlReader walks through a document.
type xmlReader struct {
	in      *tokenReader
	dec     *xml.Decoder
	budget  *budget
	out     *elements
	strings map[string]string
	// Reused from element to element.
	refs    []int64
	members []Member
	tags    Tags
}

func (x *xmlReader) token() (xml.Token, error) {
	x.in.left = maxToken
	t, err := x.dec.Token()
	if syntax := (*xml.SyntaxError)(nil); errors.As(err, &syntax) {
		if syntax.Msg == "unexpected EOF" {
			return nil, errXMLEnd
		}
		return nil, errors.New(syntax.Msg) // without its line, which readXML adds
	}
	return t, err
}

func (x *xmlReader) document(ctx context.Context) error {
	rooted := false
	for {
		t, err := x.token()
		if err == io.EOF && rooted {
			return nil
		}
		if err == io.EOF {
			return errors.New("no <osm> element: empty")
		}
		if err != nil {
			return err
		}
		start, ok := t.(xml.StartElement)
		if !ok {
			continue
		}
		if rooted {
			return fmt.Errorf("<%s> after </osm>", start.Name.Local)
		}
		if err := checkRoot(start.Name.Local); err != nil {
			return err
		}
		if err := x.children(ctx); err != nil {
			return err
		}
		rooted = true
	}
}

func checkRoot(name string) error {
	switch name {
	case "osm":
		return nil
	case "osmChange", "osmAugmentedDiff":
		return fmt.Errorf("root <%s>: a list of changes, want a map (<osm>)", name)
	case "html", "HTML":
		return errWebPage
	}
	return fmt.Errorf("root <%s>, want <osm>", quotedName(name))
}

func quotedName(name string) string {
	s := quoted(name)
	return s[1 : len(s)-1]
}

// children reads what is inside of <osm>.
func (x *xmlReader) children(ctx context.Context) error {
	return x.each(0, func(start xml.StartElement) (bool, error) {
		if err := ctx.Err(); err != nil {
			return true, err
		}
		switch start.Name.Local {
		case "bounds":
			return false, x.bounds(start.Attr)
		case "node":
			return true, x.node(start.Attr)
		case "way":
			return true, x.way(start.Attr)
		case "relation":
			return true, x.relation(start.Attr)
		case "remark":
			return true, x.remark()
		}
		return false, nil
	})
}

// each calls do for each child element until the end tag of the current one. do returns whether it has read up to the
// child's end tag; otherwise the child's content is skipped.
func (x *xmlReader) each(depth int, do func(xml.StartElement) (consumed bool, err error)) error {
	if depth > maxDepth {
		return fmt.Errorf("elements nested more than %d deep", maxDepth)
	}
	for {
		t, err := x.token()
		if err != nil {
			return err
		}
		switch t := t.(type) {
		case xml.EndElement:
			return nil
		case xml.StartElement:
			consumed, err := do(t)
			if err == nil && !consumed {
				err = x.each(depth+1, func(xml.StartElement) (bool, error) { return false, nil })
			}
			if err != nil {
				return err
			}
		}
	}
}

var errXMLEnd = errors.New("file ends before </osm>: truncated")

// remark reads how an Overpass server says that it could not give a complete answer.
func (x *xmlReader) remark() error {
	for {
		t, err := x.token()
		if err != nil {
			return err
		}
		switch t := t.(type) {
		case xml.EndElement:
			return nil
		case xml.StartElement:
			return fmt.Errorf("<%s> within <remark>, want text", quotedName(t.Name.Local))
		case xml.CharData:
			if bytes.Contains(t, []byte("error")) {
				return fmt.Errorf("incomplete: the server that made this says %s", quoted(strings.TrimSpace(string(t))))
			}
		}
	}
}

// bounds takes the box of the file, if it is a sensible one: it is only a hint.
func (x *xmlReader) bounds(attrs []xml.Attr) error {
	var b BBox
	for _, side := range []struct {
		name string
		to   *float64
	}{{"minlon", &b.West}, {"minlat", &b.South}, {"maxlon", &b.East}, {"maxlat", &b.North}} {
		v, err := strconv.ParseFloat(attribute(attrs, side.name), 64)
		if err != nil {
			return fmt.Errorf("bounds: %s %s: want a number", side.name, quoted(attribute(attrs, side.name)))
		}
		*side.to = v
	}
	if b.check() == nil {
		x.out.box = b
	}
	return nil
}

// takeTags returns the tags gathered for the current element.
func (x *xmlReader) takeTags() (Tags, error) {
	tags := slices.Clone(sortTags(x.tags))
	x.tags = x.tags[:0]
	return tags, chargeFor[Tag](x.budget, len(tags))
}

// intern returns the one copy of s.
func (x *xmlReader) intern(s string) string {
	if known, ok := x.strings[s]; ok {
		return known
	}
	x.strings[s] = s
	return s
}

func attribute(attrs []xml.Attr, name string) string {
	for i := range attrs {
		if attrs[i].Name.Local == name {
			return attrs[i].Value
		}
	}
	return ""
}
