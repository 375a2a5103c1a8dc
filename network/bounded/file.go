package bounded

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// ReadFile has read read a file, plain or compressed (see Unpack). Errors name the file, once.
func ReadFile[T any](path string, read func(io.Reader) (T, error)) (all T, err error) {
	f, err := os.Open(path)
	if err == nil {
		defer f.Close()
		var r io.Reader
		if r, err = Unpack(f); err == nil {
			all, err = read(r)
		}
	}
	var wrong *fs.PathError
	if errors.As(err, &wrong) && wrong.Path == path {
		err = wrong.Err
	}
	if err != nil {
		return all, fmt.Errorf("%s: %w", path, err)
	}
	return all, nil
}
