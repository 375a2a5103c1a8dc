package sumoxml

import (
	"errors"
	"io"
	"strings"
)

// Configuration is what a .sumocfg names, as it names it: paths are relative to the file. What it does not give is empty.
type Configuration struct {
	Net                string
	Routes, Additional []string
	Begin, End         string
}

// ReadConfiguration reads a .sumocfg. Options may have their long or their short names.
func ReadConfiguration(r io.Reader) (c Configuration, err error) {
	x, err := NewReader(r)
	if err != nil {
		return c, err
	}
	for {
		e, err := x.Next()
		if errors.Is(err, io.EOF) {
			return c, nil
		}
		if err != nil {
			return c, err
		}
		value := e.Text("value")
		if value == "" {
			value = e.Text("v")
		}
		if e.End {
			continue
		}
		files := strings.FieldsFunc(value, func(r rune) bool { return r == ',' || r == ' ' })
		switch e.Name {
		case "net-file", "net", "n":
			c.Net = value
		case "route-files", "route", "r":
			c.Routes = files
		case "additional-files", "additional", "a":
			c.Additional = files
		case "begin", "b":
			c.Begin = value
		case "end", "e":
			c.End = value
		}
	}
}
