package webui

import _ "embed"

// openAPI describes the HTTP side of the server (OpenAPI 3.1).
//
//go:embed openapi.json
var openAPI []byte
