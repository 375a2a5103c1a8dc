package report

import (
	"encoding/base64"
	"fmt"
	"html"
)

// AppendImage appends an SVG file as an image of its own, which the styles of the page do not reach: it looks as it does elsewhere, in the
// dark scheme too. about is plain text, for who cannot see it.
func AppendImage(dst, svg []byte, about string) []byte {
	dst = fmt.Appendf(dst, `<img alt="%s" style="display:block;width:100%%;height:auto;background:#fff" src="data:image/svg+xml;base64,`, html.EscapeString(about))
	return append(base64.StdEncoding.AppendEncode(dst, svg), `">`...)
}
