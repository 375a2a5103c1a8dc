package webui

import (
	"cmp"
	"math"
	"net/http"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"roadtwin/network"
	"roadtwin/webui/stream"
)

// found is an answer of /api/search.
type found struct {
	Name   string     `json:"name"`
	Kind   string     `json:"kind"` // street or junction
	Lon    float64    `json:"lon"`
	Lat    float64    `json:"lat"`
	Bounds [4]float64 `json:"bounds"` // west, south, east, north
	ID     int        `json:"id"`     // of a junction, or of the edge of a street nearest to its middle
	key    string
	length float64
}

// search finds streets and junctions by their names.
type search struct{ all []found }

// mostFound is how many are answered; longestQuery is in letters.
const (
	mostFound    = 12
	longestQuery = 80
)

func newSearch(net *network.Network, places *stream.Places) *search {
	s := &search{}
	streets := map[string][]network.EdgeID{}
	for e := range net.Edges {
		if name := net.Edges[e].Name; name != "" {
			streets[name] = append(streets[name], network.EdgeID(e))
		}
	}
	for name, edges := range streets {
		s.all = append(s.all, foundStreet(net, places, name, edges))
	}
	for j := range net.Junctions {
		if name := net.Junctions[j].Name; name != "" && strings.Contains(name, "/") {
			lon, lat := net.Projection.ToLonLat(net.Junctions[j].Position)
			lon, lat = round(lon, 6), round(lat, 6)
			s.all = append(s.all, found{Name: name, Kind: "junction", Lon: lon, Lat: lat, Bounds: [4]float64{lon, lat, lon, lat}, ID: j, key: fold(name)})
		}
	}
	slices.SortFunc(s.all, func(a, b found) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
	return s
}

func foundStreet(net *network.Network, places *stream.Places, name string, edges []network.EdgeID) found {
	f := found{Name: name, Kind: "street", key: fold(name), Bounds: [4]float64{180, 90, -180, -90}}
	for _, e := range edges {
		f.length += net.Edges[e].Length
		for _, w := range places.Shape(net.Edges[e].FirstLane.Track()) {
			lon, lat := w.LonLat()
			f.Bounds = [4]float64{min(f.Bounds[0], lon), min(f.Bounds[1], lat), max(f.Bounds[2], lon), max(f.Bounds[3], lat)}
		}
	}
	for i := range f.Bounds {
		f.Bounds[i] = round(f.Bounds[i], 6)
	}
	middle := net.Projection.ToLocal((f.Bounds[0]+f.Bounds[2])/2, (f.Bounds[1]+f.Bounds[3])/2)
	best := math.Inf(1)
	for _, e := range edges {
		at := net.PoseAt(net.Edges[e].FirstLane.Track(), net.Edges[e].Length/2, 0).Point
		if d := at.Dist(middle); d < best {
			best, f.ID = d, int(e)
			lon, lat := net.Projection.ToLonLat(at)
			f.Lon, f.Lat = round(lon, 6), round(lat, 6)
		}
	}
	return f
}

// fold returns what names are compared by: small letters without marks.
func fold(name string) string {
	return strings.Map(func(r rune) rune {
		if i := strings.IndexRune(marked, r); i >= 0 {
			return rune(plain[utf8.RuneCountInString(marked[:i])])
		}
		return unicode.ToLower(r)
	}, strings.ToLower(name))
}

// The letters of western Europe with marks, and those that people type in their place.
const (
	marked = "àáâãäåçèéêëìíîïñòóôõöøùúûüýÿ"
	plain  = "aaaaaaceeeeiiiinoooooouuuuyy"
)

// find returns what matches every word of a query: first what is called just so, then streets with these as whole words, as beginnings
// of words, and within words, the longest first; then junctions.
func (s *search) find(query string) []found {
	words := strings.Fields(fold(query))
	hits := []found{}
	if len(words) == 0 {
		return hits
	}
	query = strings.Join(words, " ")
	for _, f := range s.all {
		if !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(f.key, w) }) {
			hits = append(hits, f)
		}
	}
	rank := func(f *found) int {
		own := strings.FieldsFunc(f.key, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
		whole := !slices.ContainsFunc(words, func(w string) bool { return !slices.Contains(own, w) })
		switch {
		case f.key == query:
			return 0
		case f.Kind == "street" && whole:
			return 1
		case f.Kind == "street" && slices.ContainsFunc(own, func(w string) bool { return strings.HasPrefix(w, words[0]) }):
			return 2
		case f.Kind == "street":
			return 3
		}
		return 4
	}
	slices.SortStableFunc(hits, func(a, b found) int { return cmp.Or(cmp.Compare(rank(&a), rank(&b)), -cmp.Compare(a.length, b.length)) })
	return hits[:min(len(hits), mostFound)]
}

// ServeHTTP answers /api/search?q=.
func (s *search) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query().Get("q")
	if utf8.RuneCountInString(query) > longestQuery {
		fail(w, http.StatusBadRequest, "q: want at most %d letters", longestQuery)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(mustJSON(struct {
		Found []found `json:"found"`
	}{s.find(query)}))
}
