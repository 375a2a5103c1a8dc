package drive

import _ "embed"

// PythonClient is the client in Python, one file that needs nothing but Python's own library.
//
//go:embed python/roadtwin_drive.py
var PythonClient []byte
