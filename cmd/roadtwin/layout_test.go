package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// rooms are the top-level folders in the order in which they may import: each only from itself and those before it.
var rooms = []string{"network", "signals", "vehicles", "scenarios", "webui", "cmd"}

// TestImportsGoOneWay holds the packages and their tests to the order of rooms.
func TestImportsGoOneWay(t *testing.T) {
	root := filepath.Join("..", "..")
	seen := map[string]bool{}
	err := filepath.WalkDir(root, func(file string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && slices.Contains([]string{"node_modules", ".git", "bin"}, entry.Name()):
			return filepath.SkipDir
		case entry.IsDir() || filepath.Ext(file) != ".go":
			return nil
		}
		name, err := filepath.Rel(root, file)
		if err != nil {
			return err
		}
		name = filepath.ToSlash(name)
		seen[path.Dir(name)] = true
		source, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range source.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			if own, ok := strings.CutPrefix(imported, "roadtwin/"); ok && room(t, own) > room(t, name) {
				t.Errorf("%s imports %s: imports go %s", name, imported, strings.Join(rooms, " <- "))
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(seen) < len(rooms) {
		t.Errorf("%d folders with Go files found below %s: is this still the whole module?", len(seen), root)
	}
	for dir := range seen {
		if slices.Contains([]string{"util", "utils", "common", "helpers", "types", "core"}, path.Base(dir)) {
			t.Errorf("%s: a package is named after what it is about", dir)
		}
	}
}

// room returns the place in rooms of the folder that a path below the module begins with.
func room(t *testing.T, file string) int {
	t.Helper()
	name, _, _ := strings.Cut(file, "/")
	i := slices.Index(rooms, name)
	if i < 0 {
		t.Fatalf("%s is in none of the rooms %v", file, rooms)
	}
	return i
}
