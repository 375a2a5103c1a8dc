package scenarios

import (
	_ "embed"
	"sync"

	"roadtwin/network/strictyaml"
)

// Schema is the JSON Schema of scenario files, for editors and other programs.
//
//go:embed scenario.schema.json
var Schema []byte

// schema returns the embedded schema, compiled once.
var schema = sync.OnceValue(func() *strictyaml.Schema { return strictyaml.MustCompile(Schema) })
