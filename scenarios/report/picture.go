package report

import (
	"bytes"
	"html"
)

// AppendPicture appends a plot as an SVG file of its own, on the background that pages have.
func AppendPicture(dst []byte, p *Plot) []byte {
	body := p.AppendSVG(nil)
	at := bytes.IndexByte(body, '>') + 1
	head := bytes.Replace(body[:at], []byte("<svg "), []byte(`<svg xmlns="http://www.w3.org/2000/svg" `), 1)
	dst = append(append(dst, head...), "<style>"...)
	dst = append(append(dst, html.EscapeString(style)...), `svg{background:var(--bg)}</style>`...)
	return append(append(dst, body[at:]...), '\n')
}
