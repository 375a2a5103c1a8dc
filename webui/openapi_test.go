package webui

import (
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"
)

// TestTheDescriptionIsOfWhatThereIs: every address of the OpenAPI description answers with the type that it names, and every address
// that the server has is described.
func TestTheDescriptionIsOfWhatThereIs(t *testing.T) {
	s, sim := newServer(t, nil)
	s.runner.roads.look(sim) // what lies on the roads is known once the run has begun
	var doc struct {
		OpenAPI string
		Paths   map[string]map[string]struct {
			Responses map[string]struct{ Content map[string]any }
		}
	}
	decode(t, request(t, s.Handler(), "/api/openapi.json"), &doc)
	if doc.OpenAPI != "3.1.0" || len(doc.Paths) < 10 {
		t.Fatalf("description %+v", doc)
	}
	examples := strings.NewReplacer("{id}", "1", "{z}", "14", "{x}", "1", "{y}", "1")
	for path, methods := range doc.Paths {
		if path == "/api/variant" {
			continue // asks the run: see TestPlacesTellWhatGoesOn
		}
		r := request(t, s.Handler(), examples.Replace(path))
		kind, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
		if _, ok := methods["get"].Responses["200"].Content[kind]; r.StatusCode != 200 || !ok {
			t.Errorf("%s: %d with %q, want 200 and one of %v", path, r.StatusCode, kind, methods["get"].Responses["200"].Content)
		}
	}
	source, err := os.ReadFile("server.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, route := range regexp.MustCompile(`"GET (/(?:api|tiles|healthz|metrics)[^"]*)"`).FindAllStringSubmatch(string(source), -1) {
		path := strings.Replace(route[1], "/{y}", "/{y}.mvt", 1)
		if path == "/api/" {
			continue // all that is not there
		}
		if _, ok := doc.Paths[path]; !ok {
			t.Errorf("%s is not described", path)
		}
	}
	if !json.Valid(openAPI) {
		t.Error("the description is no JSON")
	}
}
