package strictyaml

import (
	"strings"
	"testing"
)

func TestNearestName(t *testing.T) {
	names := []string{"factor", "profile", "through", "trips"}
	for given, want := range map[string]string{"facotr": "factor", "Trips": "trips", "throug": "through", "trip": "trips", "colour": ""} {
		if got := Nearest(given, names); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", given, got, want)
		}
	}
}

var book = MustCompile([]byte(`{
  "type": "object", "required": ["title"], "additionalProperties": false,
  "description": "a book with a title",
  "properties": {
    "title": {"type": "string", "description": "a title"},
    "pages": {"type": "integer", "minimum": 1, "description": "a number of pages"},
    "kind": {"enum": ["novel", "manual"], "description": "a kind of book"}
  }
}`))

func TestProblemsSayLineFieldAndWhatWasExpected(t *testing.T) {
	for text, want := range map[string]string{
		"pages: 3\n":                 "title is missing",
		"title: a\npages: 0\n":       ":2: pages: got 0, want a number of pages",
		"title: a\npgaes: 1\n":       "did you mean pages?",
		"title: a\nkind: nvoel\n":    "did you mean novel?",
		"title: a\ntitle: b\n":       ":2: title: given twice, first in line 1",
		"title: &x a\nkind: *x\n":    "aliases",
		"title: [\n":                 "not YAML",
		"":                           "empty",
		"title: !!binary aGVsbG8=\n": "tag",
		"title: a\npages: .inf\n":    "finite",
		"title: a\n<<: {pages: 2}\n": "merge keys",
		"title: a\n? [x]\n: 1\n":     "plain text",
	} {
		var to struct {
			Title string `yaml:"title"`
			Pages int    `yaml:"pages"`
			Kind  string `yaml:"kind"`
		}
		_, problems := Parse([]byte(text), book, &to)
		if len(problems) == 0 {
			t.Errorf("%q has no problem, want %q", text, want)
			continue
		}
		if err := (&Invalid{File: "f", Problems: problems}).Error(); !strings.Contains(err, want) {
			t.Errorf("%q: %s, want %q in it", text, err, want)
		}
	}
}

func TestFieldsHavePlaces(t *testing.T) {
	var to map[string]any
	at, problems := Parse([]byte("kind: novel\ntitle: a\n"), book, &to)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	if at["title"] != (Mark{2, 1}) || !at.Has("kind") || at.Has("pages") {
		t.Errorf("places %v", at)
	}
	if p := at.Problem("title.of[3].it", "wrong"); p.Line != 2 {
		t.Errorf("a field that is not there is blamed in line %d, want that of the one around it, 2", p.Line)
	}
}
