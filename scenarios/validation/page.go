package validation

import "time"

// AppendPage appends a page of the results to dst: one HTML file that needs nothing else.
func AppendPage(dst []byte, results []Result, version string, at time.Time) []byte {
	return dst
}
