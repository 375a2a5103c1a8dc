package exchange

import (
	"bufio"
	"io"
	"math"
	"strconv"
	"strings"
)

// markup writes XML. The first error of w is kept, and told by end.
type markup struct {
	w    *bufio.Writer
	open []string
	bare bool // the last start tag has no > yet
}

func newMarkup(w io.Writer) *markup {
	m := &markup{w: bufio.NewWriter(w)}
	_, _ = m.w.WriteString(`<?xml version="1.0" encoding="UTF-8"?>`)
	return m
}

// escape makes text safe in attributes and between tags. Characters that XML does not have become spaces.
func escape(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '&':
			b.WriteString("&amp;")
		case r == '<':
			b.WriteString("&lt;")
		case r == '>':
			b.WriteString("&gt;")
		case r == '"':
			b.WriteString("&quot;")
		case r < ' ' || r == 0xfffe || r == 0xffff || r == 0xfffd:
			b.WriteByte(' ')
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// begin opens an element; attrs are names and values in turn.
func (m *markup) begin(name string, attrs ...string) {
	m.finishTag()
	m.line()
	_, _ = m.w.WriteString("<" + name)
	for i := 0; i+1 < len(attrs); i += 2 {
		_, _ = m.w.WriteString(" " + attrs[i] + `="` + escape(attrs[i+1]) + `"`)
	}
	m.open, m.bare = append(m.open, name), true
}

// end closes the innermost element.
func (m *markup) end() {
	name := m.open[len(m.open)-1]
	m.open = m.open[:len(m.open)-1]
	if m.bare {
		_, _ = m.w.WriteString("/>")
		m.bare = false
		return
	}
	m.line()
	_, _ = m.w.WriteString("</" + name + ">")
}

// leaf writes an element without others in it.
func (m *markup) leaf(name string, attrs ...string) {
	m.begin(name, attrs...)
	m.end()
}

// text writes an element with text in it.
func (m *markup) text(name, text string) {
	m.begin(name)
	m.finishTag()
	m.open = m.open[:len(m.open)-1]
	_, _ = m.w.WriteString(escape(text) + "</" + name + ">")
}

func (m *markup) finishTag() {
	if m.bare {
		_ = m.w.WriteByte('>')
		m.bare = false
	}
}

func (m *markup) line() {
	_ = m.w.WriteByte('\n')
	for range m.open {
		_, _ = m.w.WriteString("  ")
	}
}

// finish closes what is open, and returns the first error.
func (m *markup) finish() error {
	for len(m.open) > 0 {
		m.end()
	}
	_ = m.w.WriteByte('\n')
	return m.w.Flush()
}

// num writes a number with up to six decimals: metres to a thousandth of a millimetre.
func num(x float64) string {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return "0"
	}
	s := strconv.FormatFloat(x, 'f', 6, 64)
	s = strings.TrimRight(s, "0")
	s = strings.TrimSuffix(s, ".")
	if s == "-0" {
		return "0"
	}
	return s
}
