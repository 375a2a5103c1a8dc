package extract

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"testing"
)

// TestDamagedXML lists what may be wrong with a file and a part of the error that must say so.
func TestDamagedXML(t *testing.T) {
	osm := func(inner string) string { return "<osm version=\"0.6\">\n" + inner + "\n</osm>\n" }
	node := "<node id=\"1\" lat=\"1\" lon=\"1\"/>"
	for name, c := range map[string]struct{ file, want string }{
		"empty file":        {"", "empty, want .osm"},
		"only spaces":       {" \n", "begins with"},
		"declaration only":  {"<?xml version='1.0'?>\n", "line 2: no <osm> element"},
		"web page":          {"<!DOCTYPE html>\n<html><body>404</body></html>", "a web page (HTML), not a map"},
		"web page in caps":  {"\n <HTML>", "a web page"},
		"web page as XHTML": {"<?xml version=\"1.0\"?>\n<!DOCTYPE html PUBLIC \"a\" \"b\">\n<html xmlns=\"x\"><body/></html>", "line 3: a web page"},
		"other root":        {"<gpx><wpt/></gpx>", "root <gpx>, want <osm>"},
		"changes":           {"<osmChange><modify/></osmChange>", "a list of changes"},
		"empty map":         {osm(""), "holds no node"},
		"empty root":        {"<osm/>", "holds no node"},
		"two roots":         {osm(node) + osm(node), "line 4: <osm> after </osm>"},
		"cut":               {"<osm>\n" + node + "\n", "line 3: file ends before </osm>: truncated"},
		"cut in a tag":      {"<osm>\n" + node + "\n<way id=\"", "line 3: file ends before </osm>: truncated"},
		"not closed":        {osm("<node id=\"1\" lat=\"1\" lon=\"1\">"), "element <node> closed by </osm>"},
		"no id":             {osm("<node lat=\"1\" lon=\"1\"/>"), "line 2: node: id \"\""},
		"id not whole":      {osm("<way id=\"1.5\"/>"), "line 2: way: id \"1.5\""},
		"id too large":      {osm("<way id=\"9223372036854775808\"/>"), "way: id \"9223372036854775808\""},
		"version":           {osm("<way id=\"3\" version=\"x\"/>"), "way 3: version \"x\""},
		"no latitude":       {osm("<node id=\"1\" lon=\"1\"/>"), "node 1: lat \"\": want -90 to 90"},
		"latitude 91":       {osm("<node id=\"1\" lat=\"91\" lon=\"1\"/>"), "line 2: node 1: lat \"91\""},
		"latitude NaN":      {osm("<node id=\"1\" lat=\"NaN\" lon=\"1\"/>"), "lat \"NaN\""},
		"longitude Inf":     {osm("<node id=\"1\" lat=\"1\" lon=\"-Inf\"/>"), "lon \"-Inf\""},
		"bounds":            {osm("<bounds minlat=\"a\" minlon=\"1\" maxlat=\"2\" maxlon=\"2\"/>"), "bounds: minlat \"a\""},
		"ref":               {osm("<way id=\"3\"><nd/></way>"), "way 3: ref \"\""},
		"2,001 nodes":       {osm("<way id=\"3\">" + strings.Repeat("<nd ref=\"1\"/>", 2001) + "</way>"), "way 3: 2001 nodes, want at most 2000"},
		"member type":       {osm("<relation id=\"3\"><member type=\"area\" ref=\"1\" role=\"\"/></relation>"), "relation 3: member: type \"area\""},
		"member ref":        {osm("<relation id=\"3\"><member type=\"way\" role=\"\"/></relation>"), "relation 3: member: ref \"\""},
		"Overpass timeout":  {osm(node + "<remark> runtime error: Query timed out </remark>"), "runtime error: Query timed out"},
		"tag in a remark":   {osm("<remark><a/></remark>"), "<a> within <remark>"},
		"entity":            {"<!DOCTYPE osm [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]>\n" + osm("<node id=\"1\" lat=\"1\" lon=\"1\"><tag k=\"a\" v=\"&b;\"/></node>"), "invalid character entity &b;"},
		"other encoding":    {"<?xml version=\"1.0\" encoding=\"UTF-16\"?><osm/>", "UTF-16"},
		"not UTF-8":         {osm("<node id=\"1\" lat=\"1\" lon=\"1\"><tag k=\"\xff\" v=\"\"/></node>"), "invalid UTF-8"},
		"nested deeply":     {osm(strings.Repeat("<a>", 100000)), "nested more than 32 deep"},
		"nested in a node":  {osm("<node id=\"1\" lat=\"1\" lon=\"1\">" + strings.Repeat("<a>", 40)), "node 1: elements nested more than 32 deep"},
		"endless attribute": {osm("<node id=\"" + strings.Repeat("1", 2*maxToken)), "tag or text of more than 1048576 bytes"},
		"endless text":      {osm(strings.Repeat(" ", 2*maxToken)), "tag or text of more than 1048576 bytes"},
	} {
		t.Run(name, func(t *testing.T) {
			x, err := openBytes(t, []byte(c.file), Options{})
			if err == nil {
				t.Fatalf("no error but %+v, want one about %q", x, c.want)
			}
			if !strings.Contains(err.Error(), c.want) {
				t.Errorf("error is\n%v\nwant in it\n%s", err, c.want)
			}
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("error of several lines: %q", err)
			}
		})
	}
}

// TestTruncatedXML cuts a file at every byte: none but the last line break may go unseen.
func TestTruncatedXML(t *testing.T) {
	file := string(encodeXML(randomExtract(14, 25)))
	for n := range len(file) - 1 {
		if e, err := readXML(context.Background(), strings.NewReader(file[:n]), newBudget(0, 0)); err == nil {
			t.Fatalf("%d of %d bytes: no error but %+v", n, len(file), e)
		}
	}
}

// TestEditorsXML reads what JOSM and Overpass servers add to the format.
func TestEditorsXML(t *testing.T) {
	file := "\xef\xbb\xbf" + `<?xml version='1.0' encoding='UTF-8'?>
<!-- a comment --><osm version="0.6" generator="JOSM" upload="false">
<note>The data included in this document is from www.openstreetmap.org.</note><meta osm_base="2024-01-01T00:00:00Z"/>
<bounds minlat="1" minlon="2" maxlat="3" maxlon="4" origin="x"/>
<node id="-3" lat="1.5" lon="2.5" action="modify"/>
<node id="7" version="2" lat="1.5" lon="3"><tag v="&quot;M&#252;ller&quot; &amp; Co" k="name"/><discussion><comment>x</comment></discussion></node>
<node id="7" version="1" lat="1" lon="3"/>
<node id="8" visible="false"/><node id="9" action="delete" lat="1" lon="1"/>
<way id="4"><center lat="1" lon="2"/><nd ref="7" lat="1" lon="2"/><nd ref="-3"/></way>
<relation id="5"><member type="relation" ref="6" role="from"/><tag k="type" v="restriction"/></relation>
<remark>no news</remark><remark/>
<area id="3"><node id="77" lat="0" lon="0"/></area>
</osm>
`
	got, err := openBytes(t, []byte(file), Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := &Extract{
		Nodes:     []Node{{ID: -3, Lat: 1.5, Lon: 2.5}, {ID: 7, Lat: 1.5, Lon: 3, Tags: Tags{{"name", `"Müller" & Co`}}}},
		Ways:      []Way{{ID: 4, Nodes: []int64{7, -3}}},
		Relations: []Relation{{ID: 5, Members: []Member{{RelationMember, 6, "from"}}, Tags: Tags{{"type", "restriction"}}}},
		Box:       BBox{West: 2, South: 1, East: 4, North: 3},
		Source:    got.Source,
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%+v\nwant\n%+v", got, want)
	}
}

// TestBoundsOnly: an empty map that says where it is, is a map.
func TestBoundsOnly(t *testing.T) {
	x, err := openBytes(t, []byte(`<osm><bounds minlat="1" minlon="2" maxlat="3" maxlon="4"/></osm>`), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if want := (BBox{2, 1, 4, 3}); x.Box != want || len(x.Nodes) != 0 {
		t.Errorf("box %v and %d nodes, want %v and none", x.Box, len(x.Nodes), want)
	}
}

func TestLineOfError(t *testing.T) {
	for _, line := range []int{2, 100, 5000} {
		file := "<osm>" + strings.Repeat("\n", line-1) + "<node id='1' lat='0' lon='200'/></osm>"
		_, err := openBytes(t, []byte(file), Options{})
		if want := fmt.Sprintf(": line %d: node 1", line); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}
