package scenarios

import (
	"errors"

	"roadtwin/network/strictyaml"
)

// ErrInvalid is what every mistake of the user is: a scenario file or an option that makes no sense. Callers branch on
// it to choose the exit code.
var ErrInvalid = errors.New("invalid input")

// Problem is one thing that is wrong with a scenario file.
type Problem = strictyaml.Problem

// Invalid is the error for a scenario that cannot be run, an ErrInvalid. It says the first problem in one line; Problems has all.
type Invalid = strictyaml.Invalid

// invalidFile returns the error for a file, "" for a scenario made in memory.
func invalidFile(file string, problems ...Problem) *Invalid {
	return &Invalid{File: file, Problems: problems, Kind: ErrInvalid}
}

// badOption is a mistake in the options of a run.
type badOption string

func (e badOption) Error() string        { return string(e) }
func (e badOption) Is(target error) bool { return target == ErrInvalid }
