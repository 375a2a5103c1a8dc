package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"roadtwin/scenarios"
)

// scenarioVerb is "roadtwin scenario".
type scenarioVerb struct {
	New    newVerb    `cmd:"" help:"Write a commented scenario for a map, which runs as it is."`
	Schema schemaVerb `cmd:"" help:"Print the JSON Schema of scenario files."`
}

// newVerb is "roadtwin scenario new".
type newVerb struct {
	Map    string `arg:"" help:"A map: OpenStreetMap data (path or URL), a network (.rtn), SUMO's .net.xml, CityFlow's roadnet.json."`
	Output string `short:"o" default:"scenario.yaml" placeholder:"FILE" help:"Write the scenario to FILE, and the schema that editors complete it by beside it (default: scenario.yaml)."`
	BBox   string `name:"bbox" placeholder:"W,S,E,N" help:"Take only this part of the map, in degrees."`
	Force  bool   `help:"Write over a file that is there."`
}

// Help is shown by "roadtwin scenario new --help".
func (newVerb) Help() string {
	return `Example:

  roadtwin scenario new city.osm.pbf -o scenario.yaml
  roadtwin run scenario.yaml --variants all --db results.db

Editors that know the YAML language server (VS Code with the YAML extension, Neovim, IntelliJ) complete and check the file as it is typed, by
the first line, which names the schema that is written beside it.`
}

// schemaFile is the name of the schema beside a new scenario.
const schemaFile = "scenario.schema.json"

// Run writes the scenario.
func (v *newVerb) Run(ctx context.Context, c *console) error {
	if _, err := os.Stat(v.Output); err == nil && !v.Force {
		return mistake(fmt.Errorf("%s is there already; --force writes over it", v.Output))
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return mistake(err)
	}
	flags := scenarioFlags{Source: v.Map, BBox: v.BBox}
	if ext := strings.ToLower(filepath.Ext(v.Map)); ext == ".yaml" || ext == ".yml" {
		return mistake(fmt.Errorf("%s is a scenario, want a map", v.Map))
	}
	city, s, _, err := flags.open(ctx, c)
	if err != nil {
		return err
	}
	source, err := fromFolder(filepath.Dir(v.Output), v.Map)
	if err != nil {
		return mistake(err)
	}
	err = writeWhole(v.Output, func(w io.Writer) error {
		return scenarios.WriteStarter(w, city, scenarios.Starter{Map: source, BBox: s.BBox, Schema: schemaFile})
	})
	if err == nil {
		err = writeWhole(filepath.Join(filepath.Dir(v.Output), schemaFile), func(w io.Writer) error {
			_, err := w.Write(scenarios.Schema)
			return err
		})
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(c.out, "%s is written; next: roadtwin run %s --variants all --db results.db\n", v.Output, v.Output)
	return nil
}

// fromFolder returns how a file in folder names path: relative to it where that is possible.
func fromFolder(folder, path string) (string, error) {
	if strings.Contains(path, "://") || filepath.IsAbs(path) {
		return path, nil
	}
	from, err := filepath.Abs(folder)
	if err != nil {
		return "", err
	}
	to, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	relative, err := filepath.Rel(from, to)
	return filepath.ToSlash(relative), err
}

// schemaVerb is "roadtwin scenario schema".
type schemaVerb struct{}

// Run prints the schema.
func (schemaVerb) Run(c *console) error {
	_, err := c.out.Write(scenarios.Schema)
	return err
}
