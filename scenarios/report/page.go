package report

import (
	"fmt"
	"html"
)

// AppendHead appends the beginning of a page, up to and with the opening of its main element. title is plain text.
func AppendHead(dst []byte, title string) []byte {
	return fmt.Appendf(dst, `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>%s</title><style>%s</style></head><body><main>
`, html.EscapeString(title), style)
}

// AppendFoot appends the end of a page.
func AppendFoot(dst []byte) []byte { return append(dst, "</main></body></html>\n"...) }

// style is that of pages and plots. Series 0 is what is expected, 1 what was found; the colours are told apart by people who
// see no red or no green as well (Okabe, Ito 2008, darkened or lightened for the background).
const style = `
:root{--bg:#fff;--fg:#1c2126;--soft:#5b6670;--line:#dde2e6;--card:#f7f9fa;--grid:#e8ecef;
--s0:#7a8791;--s1:#0067b1;--s2:#c1500a;--s3:#007a59;--s4:#a03a7e;--s5:#8a6a00;
--pass:#0b7a4b;--fail:#b3261e;--open:#7a5d00;
--v0:#a50026;--v1:#d9502f;--v2:#f29244;--v3:#e3bd4c;--v4:#9fc36a;--v5:#47a36b;--v6:#12805c}
@media (prefers-color-scheme:dark){:root{--bg:#14181c;--fg:#e4e9ed;--soft:#9aa6b0;--line:#2d353c;--card:#1a2025;--grid:#262d33;
--s0:#8f9ca6;--s1:#58b0f2;--s2:#f0904f;--s3:#3fc79d;--s4:#e08bc2;--s5:#e3c04a;
--pass:#4cc38a;--fail:#ff7a70;--open:#e3c04a;
--v0:#e5484d;--v1:#f0703f;--v2:#f59e4b;--v3:#e8c95a;--v4:#b4d36f;--v5:#5fbf80;--v6:#2fae82}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--fg);font:15px/1.5 system-ui,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
main{max-width:1120px;margin:0 auto;padding:28px 24px 60px}
h1{font-size:27px;margin:0 0 4px;letter-spacing:-.01em}
h2{font-size:20px;margin:44px 0 10px;padding-bottom:6px;border-bottom:1px solid var(--line)}
h3{font-size:16px;margin:0;font-weight:600}
p{margin:6px 0;max-width:82ch}
a{color:var(--s1);text-decoration:none}a:hover{text-decoration:underline}
.lead,.soft{color:var(--soft)}
table{border-collapse:collapse;width:100%;font-size:14px}
th{font-weight:600;text-align:left;color:var(--soft);font-size:12.5px}
th,td{padding:5px 10px 5px 0;border-bottom:1px solid var(--line);vertical-align:top}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.chip{display:inline-block;font-size:12px;line-height:18px;padding:0 8px;border-radius:9px;border:1px solid currentColor;white-space:nowrap}
.pass{color:var(--pass)}.fail,.aborted{color:var(--fail)}.open{color:var(--open)}.kind{color:var(--soft);border-color:var(--line)}
article{border:1px solid var(--line);border-radius:10px;background:var(--card);padding:16px 18px;margin:16px 0}
article header{display:flex;gap:10px;align-items:baseline;flex-wrap:wrap;margin-bottom:8px}
article header h3{flex:1 1 20em}
dl{display:grid;grid-template-columns:7.5em 1fr;gap:3px 12px;margin:8px 0 12px;font-size:14px}
dt{color:var(--soft)}dd{margin:0}
.plots{display:flex;flex-wrap:wrap;gap:18px;margin-top:14px}
.plots figure{margin:0;flex:1 1 440px;min-width:0;max-width:540px}.plots figure.wide{flex-basis:100%;max-width:none}
svg{display:block;width:100%;height:auto;font:12px system-ui,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
svg.range{width:130px;height:16px}
svg text{fill:var(--fg)}svg .tick text,svg .label{fill:var(--soft)}svg .title{font-weight:600;font-size:13.5px}
svg .grid path{stroke:var(--grid);fill:none}svg .axis{stroke:var(--soft);fill:none}
svg .line{fill:none;stroke-width:1.8;stroke-linejoin:round}svg .dash{stroke-dasharray:6 4}
svg .band{stroke:none;fill-opacity:.22}svg .bars{fill-opacity:.35}
svg .points path{fill:none;stroke-width:1.4}svg .points circle{stroke:var(--card);stroke-width:.8}
svg .track{fill:none;stroke-width:1.1}
svg .s0{stroke:var(--s0);fill:var(--s0)}svg .s1{stroke:var(--s1);fill:var(--s1)}svg .s2{stroke:var(--s2);fill:var(--s2)}
svg .s3{stroke:var(--s3);fill:var(--s3)}svg .s4{stroke:var(--s4);fill:var(--s4)}svg .s5{stroke:var(--s5);fill:var(--s5)}
svg path.line{fill:none}svg path.band,svg g.bars,svg rect.bars,svg g.band,svg rect.band{stroke:none}
svg .v0{stroke:var(--v0)}svg .v1{stroke:var(--v1)}svg .v2{stroke:var(--v2)}svg .v3{stroke:var(--v3)}
svg .v4{stroke:var(--v4)}svg .v5{stroke:var(--v5)}svg .v6{stroke:var(--v6)}
@media print{article{break-inside:avoid}}
`
