package study

import (
	"encoding/base64"
	"strings"
	"testing"
)

// TestPicturesStandUnderTheirHeadings, once each, as images that the styles of the page do not reach.
func TestPicturesStandUnderTheirHeadings(t *testing.T) {
	p := &page{Study: Study{Pictures: []Picture{
		{"Time and space", "base: <bands>", []byte("<svg>1</svg>")}, {"Time and space", "later: bands", []byte("<svg>2</svg>")}, {"A & B", "base: stages", []byte("<svg>3</svg>")},
	}}}
	p.pictures()
	html := p.b.String()
	for _, want := range []string{"<h2>Time and space</h2>", "<h2>A &amp; B</h2>", "base: &lt;bands&gt;", base64.StdEncoding.EncodeToString([]byte("<svg>2</svg>"))} {
		if n := strings.Count(html, want); n < 1 || strings.HasPrefix(want, "<h2>") && n != 1 {
			t.Errorf("%q stands %d times in %s", want, n, html)
		}
	}
	if strings.Contains(html, "<svg>") {
		t.Error("an SVG stands in the page itself")
	}
}
