package demand

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"roadtwin/network/sumonet/sumoxml"
)

// routeFiles returns the files that name stands for if it is a list of SUMO's files, separated by commas, or a
// configuration (.sumocfg); nil if it is anything else.
func routeFiles(name string) ([]string, error) {
	switch {
	case strings.HasSuffix(name, ".sumocfg"):
		return configured(name)
	case strings.Contains(name, ",") && strings.Contains(name, ".xml"):
		return strings.Split(name, ","), nil
	}
	return nil, nil
}

// configured returns the files with demand of a SUMO configuration, additional files first.
func configured(name string) ([]string, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, plainError(err)
	}
	defer f.Close()
	c, err := sumoxml.ReadConfiguration(f)
	if err != nil {
		return nil, err
	}
	var files []string
	for _, file := range append(c.Additional, c.Routes...) {
		if !filepath.IsAbs(file) {
			file = filepath.Join(filepath.Dir(name), file)
		}
		files = append(files, file)
	}
	if len(files) == 0 {
		return nil, errors.New("names no route-files")
	}
	return files, nil
}

// readRouteFiles reads files of SUMO's demand as one.
func readRouteFiles(names []string, p *Places, factor float64, seed uint64, begin, end float64) (*Demand, error) {
	var files []Routes
	for _, name := range names {
		f, err := os.Open(name)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, plainError(err))
		}
		defer f.Close()
		files = append(files, Routes{name, f})
	}
	return ReadRoutes(files, p, factor, seed, begin, end)
}

// plainError returns what went wrong without the name of the file.
func plainError(err error) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err
	}
	return err
}
